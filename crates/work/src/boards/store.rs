//! Rows of boards.

store::statements! {
    tenant INSERT = "INSERT INTO boards
        (workspace_id, id, project_id, name, position, archived_at, version, created_by, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $8)";
    tenant FIND = "SELECT id, project_id, name, archived_at, version, created_at, updated_at, position
        FROM boards WHERE workspace_id = $1 AND id = $2";
    tenant PAGE = "SELECT id, project_id, name, archived_at, version, created_at, updated_at, position
        FROM boards WHERE workspace_id = $1 AND project_id = $2 AND (position, id) > ($3, $4)
        AND (($6 AND archived_at IS NULL) OR ($7 AND archived_at IS NOT NULL))
        ORDER BY position, id LIMIT $5";
    tenant COUNT = "SELECT count(*), max(position) FROM boards WHERE workspace_id = $1 AND project_id = $2";
    tenant CHANGE = "UPDATE boards SET name = $3, version = version + 1, updated_at = $5,
            archived_at = CASE WHEN $4 THEN COALESCE(archived_at, $5) END
        WHERE workspace_id = $1 AND id = $2";
    tenant DELETE = "DELETE FROM boards WHERE workspace_id = $1 AND id = $2";
    /// Parents on other boards of the project must not hold back a board that goes.
    tenant ORPHAN = "UPDATE items SET parent_id = NULL, version = version + 1, updated_at = $3
        WHERE workspace_id = $1 AND board_id <> $2 AND parent_id IN
            (SELECT p.id FROM items p WHERE p.workspace_id = $1 AND p.board_id = $2)";
    tenant OVERVIEW = "SELECT b.id, b.project_id, b.name,
            (SELECT count(*) FROM items i WHERE i.workspace_id = b.workspace_id AND i.board_id = b.id
                AND i.archived_at IS NULL AND i.deleted_at IS NULL),
            (SELECT count(*) FROM items i WHERE i.workspace_id = b.workspace_id AND i.board_id = b.id
                AND i.archived_at IS NULL AND i.deleted_at IS NULL AND (i.status = 'todo' OR i.status = 'doing')),
            (SELECT max(i.updated_at) FROM items i WHERE i.workspace_id = b.workspace_id AND i.board_id = b.id
                AND i.archived_at IS NULL AND i.deleted_at IS NULL),
            b.created_at
        FROM boards b JOIN projects p ON p.workspace_id = b.workspace_id AND p.id = b.project_id
        WHERE b.workspace_id = $1 AND b.archived_at IS NULL AND (b.project_id = $2 OR ($2 IS NULL AND p.archived_at IS NULL))
        ORDER BY b.project_id, b.position, b.id LIMIT $3";
}
