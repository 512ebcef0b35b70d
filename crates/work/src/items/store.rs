//! Rows of items. Lists of them are in [`super::list`].

/// Puts literals together when the program is compiled.
macro_rules! text {
    ($($part:tt)*) => { concat!($($part)*) };
}

/// What an `ItemRow` is read from.
macro_rules! columns {
    () => {
        columns!("i.description")
    };
    ($description:literal) => {
        text!("i.id, i.project_id, i.board_id, i.group_id, i.number, i.title, ", $description, ", i.status, i.priority,
         i.start_on, i.due_on, i.parent_id, i.position, i.labels, i.assignees, i.checklist_count, i.entry_count,
         i.done_count, i.update_count, i.link_count, i.archived_at, i.version, i.created_by, i.created_at, i.updated_at")
    };
}

/// The same with an empty description.
macro_rules! undescribed {
    () => {
        columns!("''")
    };
}

pub(crate) use {columns, text, undescribed};

store::statements! {
    tenant FIND = text!("SELECT ", columns!(), " FROM items i
        WHERE i.workspace_id = $1 AND i.id = $2 AND i.deleted_at IS NULL");
    tenant FIND_DELETED = text!("SELECT ", columns!(), " FROM items i
        WHERE i.workspace_id = $1 AND i.id = $2 AND i.deleted_at IS NOT NULL");
    tenant CHILDREN = text!("SELECT ", columns!(), " FROM items i
        WHERE i.workspace_id = $1 AND i.parent_id = $2 AND i.deleted_at IS NULL ORDER BY i.number, i.id LIMIT $3");
    /// Everything a new item needs to know, in one statement: its project, its number, and the last
    /// position in the group. Nothing when board, group or project is missing or archived.
    tenant ALLOCATE = "UPDATE projects SET next_number = next_number + 1
        WHERE workspace_id = $1 AND archived_at IS NULL AND id =
            (SELECT b.project_id FROM board_groups g
             JOIN boards b ON b.workspace_id = g.workspace_id AND b.id = g.board_id AND b.archived_at IS NULL
             WHERE g.workspace_id = $1 AND g.id = $3 AND g.board_id = $2 AND g.archived_at IS NULL)
        RETURNING id, next_number - 1,
            (SELECT max(i.position) FROM items i WHERE i.workspace_id = $1 AND i.group_id = $3)";
    /// Why [`ALLOCATE`] found nothing: whether project, board and group are archived.
    tenant TARGET = "SELECT p.id, b.id, g.id, p.archived_at, b.archived_at, g.archived_at
        FROM board_groups g
        JOIN boards b ON b.workspace_id = g.workspace_id AND b.id = g.board_id
        JOIN projects p ON p.workspace_id = b.workspace_id AND p.id = b.project_id
        WHERE g.workspace_id = $1 AND g.id = $2";
    tenant INSERT = "INSERT INTO items
        (workspace_id, id, project_id, board_id, group_id, number, title, description, status, priority, start_on, due_on,
         due_key, parent_id, position, labels, assignees, checklist_count, entry_count, done_count, update_count,
         link_count, archived_at, version, created_by, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, COALESCE($12, '~'), $13, $14, $15, $16, $17, $18, $19,
                0, $20, $21, 1, $22, $23, $24)";
    tenant ADD_LABEL = "INSERT INTO item_labels (workspace_id, item_id, label_id) VALUES ($1, $2, $3)";
    tenant DROP_LABEL = "DELETE FROM item_labels WHERE workspace_id = $1 AND item_id = $2 AND label_id = $3";
    tenant ADD_ASSIGNEE = "INSERT INTO item_assignees (workspace_id, item_id, user_id) VALUES ($1, $2, $3)";
    tenant DROP_ASSIGNEE = "DELETE FROM item_assignees WHERE workspace_id = $1 AND item_id = $2 AND user_id = $3";
    tenant CHANGE = "UPDATE items SET title = $3, description = $4, status = $5, priority = $6, start_on = $7,
            due_on = $8, due_key = COALESCE($8, '~'), parent_id = $9, labels = $10, assignees = $11,
            archived_at = $12, version = version + 1, updated_at = $13
        WHERE workspace_id = $1 AND id = $2";
    tenant PLACE = "UPDATE items SET position = $3 WHERE workspace_id = $1 AND id = $2";
    tenant MOVE = "UPDATE items SET project_id = $3, board_id = $4, group_id = $5, number = $6, position = $7,
            parent_id = $8, labels = $9, version = version + 1, updated_at = $10
        WHERE workspace_id = $1 AND id = $2";
    tenant DELETE = "UPDATE items SET deleted_at = $3, version = version + 1, updated_at = $3
        WHERE workspace_id = $1 AND id = $2";
    tenant RESTORE = "UPDATE items SET deleted_at = NULL, version = version + 1, updated_at = $3
        WHERE workspace_id = $1 AND id = $2";
    /// In the whole group: archived and deleted items keep their places.
    tenant BEHIND = "SELECT id, position FROM items
        WHERE workspace_id = $1 AND group_id = $2 AND position > $3 AND id <> $4 ORDER BY position, id LIMIT 1";
    tenant BEFORE = "SELECT id, position FROM items
        WHERE workspace_id = $1 AND group_id = $2 AND position < $3 AND id <> $4 ORDER BY position DESC, id DESC LIMIT 1";
    /// What an item needs to be a parent.
    tenant PARENT = "SELECT id, number, title FROM items
        WHERE workspace_id = $1 AND project_id = $2 AND id = $3 AND deleted_at IS NULL";
    tenant CHILD_COUNT = "SELECT count(*) FROM items WHERE workspace_id = $1 AND parent_id = $2";
    /// An item and those above it, itself first.
    tenant ABOVE = "WITH RECURSIVE above (id, parent_id, level) AS (
            SELECT i.id, i.parent_id, CAST(1 AS bigint) FROM items i WHERE i.workspace_id = $1 AND i.id = $2
            UNION ALL
            SELECT i.id, i.parent_id, above.level + 1 FROM items i JOIN above ON i.id = above.parent_id
            WHERE i.workspace_id = $1 AND above.level <= $3)
        SELECT id FROM above ORDER BY level, id LIMIT $4";
    /// How many levels an item and those below it take.
    tenant HEIGHT = "WITH RECURSIVE below (id, level) AS (
            SELECT i.id, CAST(1 AS bigint) FROM items i WHERE i.workspace_id = $1 AND i.id = $2
            UNION ALL
            SELECT i.id, below.level + 1 FROM items i JOIN below ON i.parent_id = below.id
            WHERE i.workspace_id = $1 AND below.level <= $3)
        SELECT max(level) FROM below";
    tenant LEAVE_PARENT = "UPDATE items SET parent_id = NULL, version = version + 1, updated_at = $3
        WHERE workspace_id = $1 AND id = $2";
    /// Whether somebody else filed one of them.
    tenant CHILD_OF_OTHERS = "SELECT id FROM items
        WHERE workspace_id = $1 AND parent_id = $2 AND (created_by IS NULL OR created_by <> $3) ORDER BY number, id LIMIT 1";
    tenant CHILD_IDS = "SELECT id, board_id FROM items WHERE workspace_id = $1 AND parent_id = $2 ORDER BY number, id LIMIT $3";
    tenant EXPIRED = "SELECT id, project_id FROM items WHERE workspace_id = $1 AND deleted_at < $2 ORDER BY deleted_at, id LIMIT $3";
    tenant PURGE = "DELETE FROM items WHERE workspace_id = $1 AND id = $2";
}
