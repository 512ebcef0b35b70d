use ::store::TenantTx;
use axum::extract::State;
use kernel::access::{Access, Area, Level, Tasks};
use serde_json::json;
use web::{
    Answer, App, Body, Created, Doc, Json, Keyed, Listing, NoContent, Page, PathId, PathIds, Permitted,
    Route, Routes, Signed,
};

use super::{Label, LabelChange, LabelId, NewLabel, actions};
use crate::projects::{self, ProjectId};

const VIEW: Access = Access::Area(Area::Tasks, Level::View);
const FULL: Access = Access::Area(Area::Tasks, Level::Full);

pub fn routes() -> Routes {
    Routes::new()
        .with(
            Route::get("/projects/{project}/labels", VIEW, list)
                .doc(Doc::new("List a project's labels").tag("labels").lists::<Label>()),
        )
        .with(
            Route::post("/projects/{project}/labels", FULL, create).doc(
                Doc::new("Make a label")
                    .tag("labels")
                    .body::<NewLabel>(json!({"name": "Bug", "color": 1}))
                    .answers::<Label>(201)
                    .refuses(409)
                    .idempotent(),
            ),
        )
        .with(
            Route::get("/projects/{project}/labels/{label}", VIEW, show)
                .doc(Doc::new("Show a label").tag("labels").answers::<Label>(200)),
        )
        .with(
            Route::patch("/projects/{project}/labels/{label}", FULL, change).doc(
                Doc::new("Change a label")
                    .tag("labels")
                    .body::<LabelChange>(json!({"color": 7}))
                    .answers::<Label>(200)
                    .refuses(409),
            ),
        )
        .with(
            Route::delete("/projects/{project}/labels/{label}", FULL, delete)
                .doc(Doc::new("Delete a label and take it off all items").tag("labels").answers_empty(204)),
        )
}

async fn list(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(project): PathId<ProjectId>,
    listing: Listing,
) -> Answer<Json<Page<Label>>> {
    let after: Option<(String, LabelId)> = listing.after()?;
    let fetch = listing.fetch();
    let read = async |tx: &mut TenantTx| {
        projects::find(tx, project).await?;
        super::page(tx, project, after.as_ref(), fetch).await
    };
    let rows = app.store.tenant(&caller).read(read).await?;
    Ok(Json(listing.page(rows, |label| (label.name.clone(), label.id))?))
}

async fn create(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(project): PathId<ProjectId>,
    Keyed(Body(new), key): Keyed<Body<NewLabel>>,
) -> Answer<Created<Label>> {
    let write = async move |tx: &mut TenantTx| actions::create(tx, permit, project, new, key).await;
    let label = app.store.tenant(&caller).write(write).await?;
    Ok(Created { location: format!("/api/v1/projects/{project}/labels/{}", label.id), body: label })
}

async fn show(
    State(app): State<App>,
    Signed(caller): Signed,
    PathIds((project, id)): PathIds<(ProjectId, LabelId)>,
) -> Answer<Json<Label>> {
    Ok(Json(
        app.store.tenant(&caller).read(async |tx: &mut TenantTx| super::find(tx, project, id).await).await?,
    ))
}

async fn change(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((project, id)): PathIds<(ProjectId, LabelId)>,
    Body(change): Body<LabelChange>,
) -> Answer<Json<Label>> {
    let write = async move |tx: &mut TenantTx| actions::change(tx, permit, project, id, change).await;
    Ok(Json(app.store.tenant(&caller).write(write).await?))
}

async fn delete(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((project, id)): PathIds<(ProjectId, LabelId)>,
) -> Answer<NoContent> {
    let write = async move |tx: &mut TenantTx| actions::delete(tx, permit, project, id).await;
    app.store.tenant(&caller).write(write).await?;
    Ok(NoContent)
}
