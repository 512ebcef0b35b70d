//! A project as one JSON document, with all of its history, streamed: memory does not grow with it.
//!
//! ```json
//! {"format": "trackhold.project.1", "exported_at": "…", "project": {…}, "members": [{id,name,status}],
//!  "labels": […], "boards": [{…, "groups": […]}],
//!  "items": [{"item": {…}, "created_by", "deleted_at", "links": […], "updates": […], "activity": […]}]}
//! ```
//! Archived things and the trash are in it.

mod api;
mod document;
pub(crate) mod store;

use ::store::TenantTx;
use kernel::Result;
use kernel::access::{Level, Permit, Projects};
use kernel::audit::Entry;
use serde_json::json;

pub use api::routes;

use crate::projects::{self, Project, ProjectId};

/// Records that a project is being taken out; gives what the export begins with. It takes full rights.
pub async fn begin(tx: &mut TenantTx, permit: Permit<Projects>, id: ProjectId) -> Result<Project> {
    permit.require(Level::Full)?;
    let project = projects::find(tx, id).await?;
    tx.audit(Entry::new("project.exported", id).details(json!({"key": project.key})));
    Ok(project)
}
