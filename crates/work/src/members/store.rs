//! What work reads of `members`.

store::statements! {
    tenant EVERYBODY = "SELECT user_id, name, status FROM members WHERE workspace_id = $1 ORDER BY name, user_id LIMIT $2";
    tenant ASSIGNABLE = "SELECT user_id FROM members
        WHERE workspace_id = $1 AND user_id = $2 AND (status = 'active' OR status = 'placeholder')";
    tenant LEADING = "SELECT user_id FROM members WHERE workspace_id = $1 AND user_id = $2 AND status = 'active'";
}
