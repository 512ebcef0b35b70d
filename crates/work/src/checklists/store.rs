//! Rows of checklists and their entries.

store::statements! {
    tenant INSERT = "INSERT INTO checklists (workspace_id, id, item_id, title, position) VALUES ($1, $2, $3, $4, $5)";
    tenant INSERT_ENTRY = "INSERT INTO checklist_entries (workspace_id, id, checklist_id, item_id, text, done, position)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tenant FIND = "SELECT id, title FROM checklists WHERE workspace_id = $1 AND item_id = $2 AND id = $3";
    tenant FIND_ENTRY = "SELECT id, text, done, position FROM checklist_entries
        WHERE workspace_id = $1 AND checklist_id = $2 AND id = $3";
    tenant LAST = "SELECT max(position) FROM checklists WHERE workspace_id = $1 AND item_id = $2";
    tenant LAST_ENTRY = "SELECT max(position) FROM checklist_entries WHERE workspace_id = $1 AND checklist_id = $2";
    tenant ENTRY_BEHIND = "SELECT position FROM checklist_entries
        WHERE workspace_id = $1 AND checklist_id = $2 AND position > $3 AND id <> $4 ORDER BY position, id LIMIT 1";
    tenant ENTRY_BEFORE = "SELECT position FROM checklist_entries
        WHERE workspace_id = $1 AND checklist_id = $2 AND position < $3 AND id <> $4 ORDER BY position DESC, id DESC LIMIT 1";
    tenant RENAME = "UPDATE checklists SET title = $3 WHERE workspace_id = $1 AND id = $2";
    tenant CHANGE_ENTRY = "UPDATE checklist_entries SET text = $3, done = $4, position = $5 WHERE workspace_id = $1 AND id = $2";
    tenant SIZE = "SELECT count(*), count(CASE WHEN done THEN 1 END) FROM checklist_entries
        WHERE workspace_id = $1 AND checklist_id = $2";
    tenant DELETE = "DELETE FROM checklists WHERE workspace_id = $1 AND id = $2";
    tenant DELETE_ENTRY = "DELETE FROM checklist_entries WHERE workspace_id = $1 AND id = $2";
    /// What changed on the item: checklists, entries, entries that are done.
    tenant COUNT = "UPDATE items SET checklist_count = checklist_count + $3, entry_count = entry_count + $4,
            done_count = done_count + $5, version = version + 1, updated_at = $6
        WHERE workspace_id = $1 AND id = $2";
    tenant OF_ITEM = "SELECT c.item_id, c.id, c.title, e.id, e.text, e.done
        FROM checklists c
        LEFT JOIN checklist_entries e ON e.workspace_id = c.workspace_id AND e.checklist_id = c.id
        WHERE c.workspace_id = $1 AND c.item_id = $2
        ORDER BY c.position, c.id, e.position, e.id LIMIT $3";
    tenant OF_ITEMS = "SELECT c.item_id, c.id, c.title, e.id, e.text, e.done
        FROM checklists c
        LEFT JOIN checklist_entries e ON e.workspace_id = c.workspace_id AND e.checklist_id = c.id
        WHERE c.workspace_id = $1 AND c.item_id IN
            ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43,
             $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63,
             $64, $65, $66)
        ORDER BY c.item_id, c.position, c.id, e.position, e.id LIMIT $2";
}
