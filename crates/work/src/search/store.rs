//! Search over rows of items.

store::statements! {
    tenant FIND = "SELECT i.id, p.key, i.number, i.title, i.status, i.archived_at, i.project_id, i.board_id, i.group_id,
            b.name, g.name
        FROM items i
        JOIN projects p ON p.workspace_id = i.workspace_id AND p.id = i.project_id AND p.archived_at IS NULL
        JOIN boards b ON b.workspace_id = i.workspace_id AND b.id = i.board_id AND b.archived_at IS NULL
        JOIN board_groups g ON g.workspace_id = i.workspace_id AND g.id = i.group_id
        WHERE i.workspace_id = $1 AND i.deleted_at IS NULL
        AND (lower(i.title) LIKE $2 ESCAPE '\\' OR (i.number = $3 AND ($4 = '' OR p.key = $4)))
        ORDER BY CASE WHEN i.number = $3 AND ($4 = '' OR p.key = $4) THEN 0 ELSE 1 END, i.updated_at DESC, i.id DESC
        LIMIT $5";
}
