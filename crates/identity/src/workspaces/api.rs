//! One's workspaces, and the one that the session is in.

use std::sync::Arc;

use axum::Extension;
use kernel::Error;
use kernel::access::{Access, Area, Level, Settings};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use web::{Answer, Body, Created, Doc, Json, Listing, Page, Permitted, Route, Routes, Signed};

use super::store as workspaces;
use crate::identity::Identity;
use crate::json::WorkspaceJson;

pub(crate) fn routes() -> Routes {
    let example = json!({ "name": "Northwind" });
    Routes::new()
        .with(
            Route::get("/workspaces", Access::SignedIn, list)
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
        .with(Route::get("/workspace", Access::SignedIn, show).doc(
            Doc::new("Show the workspace of this session").tag("workspaces").answers::<WorkspaceJson>(200),
        ))
        .with(
            Route::patch("/workspace", Access::Area(Area::Settings, Level::Limited), rename).doc(
                Doc::new("Rename the workspace of this session")
                    .tag("workspaces")
                    .body::<WorkspaceName>(example)
                    .answers::<WorkspaceJson>(200),
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

async fn rename(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Settings>,
    Body(body): Body<WorkspaceName>,
) -> Answer<Json<WorkspaceJson>> {
    Ok(Json(identity.rename_workspace(&caller, permit, &body.name).await?.into()))
}
