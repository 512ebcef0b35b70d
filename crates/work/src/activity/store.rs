//! Rows of an item's history.

store::statements! {
    tenant INSERT = "INSERT INTO activity (workspace_id, id, item_id, actor_id, at, kind, field, old_value, new_value)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    tenant PAGE = "SELECT a.id, a.at, a.actor_id, m.name, a.kind, a.field, a.old_value, a.new_value
        FROM activity a LEFT JOIN members m ON m.workspace_id = a.workspace_id AND m.user_id = a.actor_id
        WHERE a.workspace_id = $1 AND a.item_id = $2 AND (a.at, a.id) < ($3, $4)
        ORDER BY a.at DESC, a.id DESC LIMIT $5";
}
