//! Rows of groups.

store::statements! {
    tenant INSERT = "INSERT INTO board_groups
        (workspace_id, id, board_id, name, position, color, wip_limit, archived_at, version, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)";
    tenant FIND = "SELECT id, board_id, name, color, wip_limit, archived_at, version, position
        FROM board_groups WHERE workspace_id = $1 AND board_id = $2 AND id = $3";
    tenant PAGE = "SELECT id, board_id, name, color, wip_limit, archived_at, version, position
        FROM board_groups WHERE workspace_id = $1 AND board_id = $2 AND (position, id) > ($3, $4)
        AND (($6 AND archived_at IS NULL) OR ($7 AND archived_at IS NOT NULL))
        ORDER BY position, id LIMIT $5";
    tenant FIRST = "SELECT id FROM board_groups WHERE workspace_id = $1 AND board_id = $2 AND archived_at IS NULL
        ORDER BY position, id LIMIT 1";
    tenant COUNT = "SELECT count(*), max(position) FROM board_groups WHERE workspace_id = $1 AND board_id = $2";
    tenant COUNTS = "SELECT g.id, (SELECT count(*) FROM items i WHERE i.workspace_id = g.workspace_id AND i.group_id = g.id
            AND i.archived_at IS NULL AND i.deleted_at IS NULL)
        FROM board_groups g WHERE g.workspace_id = $1 AND g.board_id = $2 ORDER BY g.position, g.id LIMIT $3";
    tenant CHANGE = "UPDATE board_groups SET name = $3, color = $4, wip_limit = $5, version = version + 1,
            archived_at = CASE WHEN $6 THEN COALESCE(archived_at, $7) END
        WHERE workspace_id = $1 AND id = $2";
    tenant PLACE = "UPDATE board_groups SET position = $3 WHERE workspace_id = $1 AND id = $2";
    tenant BEHIND = "SELECT position FROM board_groups
        WHERE workspace_id = $1 AND board_id = $2 AND position > $3 AND id <> $4 ORDER BY position, id LIMIT 1";
    tenant BEFORE = "SELECT position FROM board_groups
        WHERE workspace_id = $1 AND board_id = $2 AND position < $3 AND id <> $4 ORDER BY position DESC, id DESC LIMIT 1";
    tenant HAS_ITEMS = "SELECT id FROM items WHERE workspace_id = $1 AND group_id = $2 ORDER BY position, id LIMIT 1";
    tenant DELETE = "DELETE FROM board_groups WHERE workspace_id = $1 AND id = $2";
}
