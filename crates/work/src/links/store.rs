//! Rows of links.

store::statements! {
    /// Goes with [`COUNT`] of the item.
    tenant INSERT = "INSERT INTO item_links (workspace_id, id, item_id, name, url, created_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tenant COUNT = "UPDATE items SET link_count = link_count + $3 WHERE workspace_id = $1 AND id = $2";
    tenant OF_ITEM = "SELECT id, name, url, created_by, created_at FROM item_links
        WHERE workspace_id = $1 AND item_id = $2 ORDER BY created_at, id LIMIT $3";
    tenant FIND = "SELECT id, name, url, created_by, created_at FROM item_links
        WHERE workspace_id = $1 AND item_id = $2 AND id = $3";
    tenant DELETE = "DELETE FROM item_links WHERE workspace_id = $1 AND id = $2";
}
