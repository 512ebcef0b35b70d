//! Rows of labels.

store::statements! {
    tenant INSERT = "INSERT INTO labels (workspace_id, id, project_id, name, color) VALUES ($1, $2, $3, $4, $5)";
    tenant FIND = "SELECT id, project_id, name, color FROM labels WHERE workspace_id = $1 AND project_id = $2 AND id = $3";
    tenant BY_NAME = "SELECT id, project_id, name, color FROM labels
        WHERE workspace_id = $1 AND project_id = $2 AND name = $3 ORDER BY id LIMIT 1";
    tenant PAGE = "SELECT id, project_id, name, color FROM labels
        WHERE workspace_id = $1 AND project_id = $2 AND (name, id) > ($3, $4) ORDER BY name, id LIMIT $5";
    tenant COUNT = "SELECT count(*) FROM labels WHERE workspace_id = $1 AND project_id = $2";
    tenant CHANGE = "UPDATE labels SET name = $3, color = $4 WHERE workspace_id = $1 AND id = $2";
    /// `$3`: the label's id as it stands in the list, with the space behind it.
    tenant TAKE_OFF = "UPDATE items SET labels = replace(labels, $3, ''), version = version + 1, updated_at = $4
        WHERE workspace_id = $1 AND id IN
            (SELECT l.item_id FROM item_labels l WHERE l.workspace_id = $1 AND l.label_id = $2)";
    tenant DELETE = "DELETE FROM labels WHERE workspace_id = $1 AND id = $2";
}
