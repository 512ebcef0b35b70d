//! A person of an import accepts an invitation: what the placeholder wrote, filed and was assigned
//! to is theirs from then on, and the placeholder is gone.

use kernel::{Result, UserId};
use store::{Step, Tenant, TenantTx, like, params};

use super::store as members;

store::statements! {
    tenant ITEMS = "UPDATE items SET created_by = $3 WHERE workspace_id = $1 AND created_by = $2";
    tenant LEADS = "UPDATE projects SET lead_id = $3 WHERE workspace_id = $1 AND lead_id = $2";
    tenant PROJECTS = "UPDATE projects SET created_by = $3 WHERE workspace_id = $1 AND created_by = $2";
    tenant BOARDS = "UPDATE boards SET created_by = $3 WHERE workspace_id = $1 AND created_by = $2";
    tenant LINKS = "UPDATE item_links SET created_by = $3 WHERE workspace_id = $1 AND created_by = $2";
    tenant UPDATES = "UPDATE updates SET author_id = $3 WHERE workspace_id = $1 AND author_id = $2";
    tenant ACTIVITY = "UPDATE activity SET actor_id = $3 WHERE workspace_id = $1 AND actor_id = $2";
    tenant IMPORTS = "UPDATE imports SET created_by = $3 WHERE workspace_id = $1 AND created_by = $2";
    tenant REFS = "UPDATE import_refs SET target_id = $3 WHERE workspace_id = $1 AND target_id = $2";
    tenant ASSIGN = "INSERT INTO item_assignees (workspace_id, item_id, user_id)
        SELECT a.workspace_id, a.item_id, m.user_id FROM item_assignees a
        JOIN members m ON m.workspace_id = a.workspace_id
        WHERE a.workspace_id = $1 AND a.user_id = $2 AND m.user_id = $3 AND NOT EXISTS (
            SELECT 1 FROM item_assignees b
            WHERE b.workspace_id = a.workspace_id AND b.item_id = a.item_id AND b.user_id = m.user_id)";
    /// Where both are assigned already, the person stays and the placeholder goes. In an item's row each id has
    /// a space behind it. The version says that the item reads otherwise; the time of the last change stays, or
    /// all that an import brought would look as if it had just changed.
    tenant SHOWN_TWICE = "UPDATE items SET assignees = replace(assignees, $2, ''), version = version + 1
        WHERE workspace_id = $1 AND assignees LIKE $3 ESCAPE '\\' AND assignees LIKE $4 ESCAPE '\\'";
    tenant SHOWN = "UPDATE items SET assignees = replace(assignees, $2, $3), version = version + 1
        WHERE workspace_id = $1 AND assignees LIKE $4 ESCAPE '\\'";
    tenant UNASSIGN = "DELETE FROM item_assignees WHERE workspace_id = $1 AND user_id = $2";
    tenant VALUES = "UPDATE activity SET old_value = replace(old_value, $2, $3), new_value = replace(new_value, $2, $3)
        WHERE workspace_id = $1 AND (old_value LIKE $4 ESCAPE '\\' OR new_value LIKE $4 ESCAPE '\\')";
    tenant INVITATIONS = "UPDATE invitations SET placeholder_id = NULL WHERE workspace_id = $1 AND placeholder_id = $2";
    tenant GONE = "DELETE FROM members WHERE workspace_id = $1 AND user_id = $2 AND status = 'placeholder'";
}

/// Gives `person` all that is `placeholder`'s. False when it is no placeholder (any more).
pub(crate) async fn become_person(tx: &mut TenantTx, placeholder: UserId, person: UserId) -> Result<bool> {
    let is_one = members::find(tx, placeholder).await?.is_some_and(|member| member.status == "placeholder");
    if !is_one || placeholder == person {
        return Ok(false);
    }
    let workspace = tx.workspace();
    let both = params![workspace, placeholder, person];
    let old = params![workspace, placeholder];
    // Changes of assignees name people by their ids, in JSON.
    let (from, to) = (placeholder.to_string(), person.to_string());
    let pattern = like(&from);
    let texts = params![workspace, &from, &to, &pattern];
    let (spaced, other) = (format!("{from} "), like(&to));
    let twice = params![workspace, &spaced, &pattern, &other];
    let steps: [Step<'_, Tenant>; 16] = [
        (&ITEMS, both),
        (&LEADS, both),
        (&PROJECTS, both),
        (&BOARDS, both),
        (&LINKS, both),
        (&UPDATES, both),
        (&ACTIVITY, both),
        (&IMPORTS, both),
        (&REFS, both),
        (&SHOWN_TWICE, twice),
        (&SHOWN, texts),
        (&ASSIGN, both),
        (&UNASSIGN, old),
        (&VALUES, texts),
        (&INVITATIONS, old),
        (&GONE, old),
    ];
    tx.exec_all(&steps).await?;
    Ok(true)
}
