use ::store::TenantTx;
use axum::extract::State;
use kernel::access::{Access, Area, Level, Projects};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use web::{
    Answer, App, Body, Created, Doc, IfMatch, Json, Keyed, Listing, NoContent, Page, Params, PathId,
    Permitted, Route, Routes, Signed, Tagged,
};

use super::{Archived, NewProject, Project, ProjectChange, ProjectId, actions};

const VIEW: Access = Access::Area(Area::Projects, Level::View);
const FULL: Access = Access::Area(Area::Projects, Level::Full);

/// `?archived=` of lists.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Shown {
    /// Whether archived ones are listed: `false` (they are not), `true` (they alone), `all`.
    #[param(inline)]
    pub archived: Archived,
}

pub fn routes() -> Routes {
    Routes::new()
        .with(
            Route::get("/projects", VIEW, list)
                .doc(Doc::new("List projects").query::<Shown>().lists::<Project>()),
        )
        .with(
            Route::post("/projects", FULL, create).doc(
                Doc::new("Make a project")
                    .body::<NewProject>(json!({"name": "Website", "key": "WEB"}))
                    .answers::<Project>(201)
                    .refuses(404)
                    .refuses(409)
                    .idempotent(),
            ),
        )
        .with(
            Route::get("/projects/{project}", VIEW, show)
                .doc(Doc::new("Show a project").answers::<Project>(200).versioned()),
        )
        .with(
            Route::patch("/projects/{project}", FULL, change).doc(
                Doc::new("Change or archive a project")
                    .body::<ProjectChange>(json!({"name": "Website and shop"}))
                    .answers::<Project>(200)
                    .versioned(),
            ),
        )
        .with(
            Route::delete("/projects/{project}", FULL, delete).doc(
                Doc::new("Delete a project for good")
                    .about("With its boards, items and their history; there is no trash for projects.")
                    .answers_empty(204)
                    .versioned(),
            ),
        )
}

fn located(project: &Project) -> String {
    format!("/api/v1/projects/{}", project.id)
}

async fn list(
    State(app): State<App>,
    Signed(caller): Signed,
    Params(shown): Params<Shown>,
    listing: Listing,
) -> Answer<Json<Page<Project>>> {
    let after: Option<String> = listing.after()?;
    let fetch = listing.fetch();
    let read = async |tx: &mut TenantTx| super::page(tx, shown.archived, after.as_deref(), fetch).await;
    let rows = app.store.tenant(&caller).read(read).await?;
    Ok(Json(listing.page(rows, |project| project.key.clone())?))
}

async fn create(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    Keyed(Body(new), key): Keyed<Body<NewProject>>,
) -> Answer<Tagged<Created<Project>>> {
    let write = async move |tx: &mut TenantTx| actions::create(tx, permit, new, key).await;
    let project = app.store.tenant(&caller).write(write).await?;
    Ok(Tagged(project.version, Created { location: located(&project), body: project }))
}

async fn show(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(id): PathId<ProjectId>,
) -> Answer<Tagged<Json<Project>>> {
    let project = app.store.tenant(&caller).read(async |tx: &mut TenantTx| super::find(tx, id).await).await?;
    Ok(Tagged(project.version, Json(project)))
}

async fn change(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathId(id): PathId<ProjectId>,
    IfMatch(seen): IfMatch,
    Body(change): Body<ProjectChange>,
) -> Answer<Tagged<Json<Project>>> {
    let write = async move |tx: &mut TenantTx| actions::change(tx, permit, id, change, seen).await;
    let project = app.store.tenant(&caller).write(write).await?;
    Ok(Tagged(project.version, Json(project)))
}

async fn delete(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathId(id): PathId<ProjectId>,
    IfMatch(seen): IfMatch,
) -> Answer<NoContent> {
    app.store
        .tenant(&caller)
        .write(async move |tx: &mut TenantTx| actions::delete(tx, permit, id, seen).await)
        .await?;
    Ok(NoContent)
}
