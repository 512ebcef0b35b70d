//! What an export reads that nothing else does: all items of a project, the trash included.

use crate::items::store::{columns, text};

store::statements! {
    tenant ITEMS = text!("SELECT ", columns!(), ", i.deleted_at FROM items i
        WHERE i.workspace_id = $1 AND i.project_id = $2 AND i.number > $3 ORDER BY i.number, i.id LIMIT $4");
}
