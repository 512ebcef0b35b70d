//! Rows of updates.

store::statements! {
    /// Goes with [`COUNT`] of the item.
    tenant INSERT = "INSERT INTO updates (workspace_id, id, item_id, author_id, body, version, created_at, edited_at)
        VALUES ($1, $2, $3, $4, $5, 1, $6, $7)";
    /// The item's version stays: nothing that it shows has changed.
    tenant COUNT = "UPDATE items SET update_count = update_count + $3 WHERE workspace_id = $1 AND id = $2";
    tenant FIND = "SELECT u.id, u.item_id, u.author_id, m.name, u.body, u.version, u.created_at, u.edited_at
        FROM updates u
        JOIN items i ON i.workspace_id = u.workspace_id AND i.id = u.item_id AND i.deleted_at IS NULL
        LEFT JOIN members m ON m.workspace_id = u.workspace_id AND m.user_id = u.author_id
        WHERE u.workspace_id = $1 AND u.id = $2";
    tenant PAGE = "SELECT u.id, u.item_id, u.author_id, m.name, u.body, u.version, u.created_at, u.edited_at
        FROM updates u LEFT JOIN members m ON m.workspace_id = u.workspace_id AND m.user_id = u.author_id
        WHERE u.workspace_id = $1 AND u.item_id = $2 AND (u.created_at, u.id) > ($3, $4)
        ORDER BY u.created_at, u.id LIMIT $5";
    tenant LATEST = "SELECT u.id, u.item_id, u.author_id, m.name, u.body, u.version, u.created_at, u.edited_at
        FROM updates u LEFT JOIN members m ON m.workspace_id = u.workspace_id AND m.user_id = u.author_id
        WHERE u.workspace_id = $1 AND u.item_id = $2 AND (u.created_at, u.id) < ($3, $4)
        ORDER BY u.created_at DESC, u.id DESC LIMIT $5";
    tenant EDIT = "UPDATE updates SET body = $3, version = version + 1, edited_at = $4 WHERE workspace_id = $1 AND id = $2";
    tenant DELETE = "DELETE FROM updates WHERE workspace_id = $1 AND id = $2";
}
