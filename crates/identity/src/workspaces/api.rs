//! One's workspaces, and the one that the session is in.

use std::sync::Arc;

use axum::Extension;
use kernel::Error;
use kernel::access::{Access, Area, Level, Settings};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use web::{Answer, Body, Created, Doc, Json, Listing, Page, Permitted, Route, Routes, Signed};

use super::actions::Change;
use super::store as workspaces;
use crate::identity::Identity;
use crate::json::WorkspaceJson;

pub(crate) fn routes() -> Routes {
    let example = json!({ "name": "Northwind" });
    Routes::new()
        .with(
            Route::get("/workspaces", Access::SignedIn, list)
                .before_factor()
                .doc(Doc::new("List one's workspaces").lists::<WorkspaceJson>()),
        )
        .with(
            Route::post("/workspaces", Access::SignedIn, create).doc(
                Doc::new("Make a workspace, and be its admin")
                    .body::<WorkspaceName>(example.clone())
                    .answers::<WorkspaceJson>(201)
                    .refuses(409),
            ),
        )
        .with(
            Route::get("/workspace", Access::SignedIn, show).doc(
                Doc::new("Show the workspace of this session, and its policies")
                    .tag("workspaces")
                    .answers::<WorkspaceJson>(200),
            ),
        )
        .with(
            Route::patch("/workspace", Access::Area(Area::Settings, Level::Limited), change).doc(
                Doc::new("Rename the workspace of this session, or change its policies")
                    .about(
                        "Policies are for admins who have confirmed their password in the last ten minutes.",
                    )
                    .tag("workspaces")
                    .body::<ChangeWorkspace>(json!({ "name": "Northwind" }))
                    .answers::<WorkspaceJson>(200)
                    .refuses(409),
            ),
        )
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WorkspaceName {
    name: String,
}

async fn list(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    listing: Listing,
) -> Answer<Json<Page<WorkspaceJson>>> {
    let mine = identity.workspaces_of(caller.user()).await?;
    let Page { data, next_cursor } = listing.part(mine, |workspace| workspace.id)?;
    Ok(Json(Page { data: data.into_iter().map(Into::into).collect(), next_cursor }))
}

async fn create(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Body(body): Body<WorkspaceName>,
) -> Answer<Created<WorkspaceJson>> {
    let workspace = identity.create_workspace(&caller, &body.name).await?;
    Ok(Created { location: "/api/v1/workspaces".into(), body: workspace.into() })
}

async fn show(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
) -> Answer<Json<WorkspaceJson>> {
    let workspace = workspaces::by_id(&identity.store, caller.workspace()).await?.ok_or(Error::NotFound)?;
    Ok(Json(workspace.into()))
}

/// What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeWorkspace {
    name: Option<String>,
    /// Whether members need a second factor before anything else of it opens; whoever asks for it needs one first.
    require_2fa: Option<bool>,
}

async fn change(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Settings>,
    Body(body): Body<ChangeWorkspace>,
) -> Answer<Json<WorkspaceJson>> {
    let change = Change { name: body.name, require_2fa: body.require_2fa };
    Ok(Json(identity.change_workspace(&caller, permit, change).await?.into()))
}
