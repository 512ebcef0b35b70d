//! The list behind "Who can see this".

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::UserId;
use kernel::access::{Area, Level, Role};
use store::params;
use web::page::{Page, Person};
use web::words::Words;
use web::{Answer, App, Html, PathId, Signed, Visit};

use crate::boards::{self, BoardId};
use crate::page::people::drawn;

store::statements! {
    tenant ACTIVE = "SELECT user_id, name, role FROM members
        WHERE workspace_id = $1 AND status = 'active' ORDER BY name, user_id LIMIT $2";
}

/// People that the list names.
const MOST: i64 = 1_000;

/// GET /boards/{id}/access
#[derive(Template)]
#[template(path = "boards/access.html")]
struct AccessList {
    page: Page,
    people: Vec<AccessRow>,
}

struct AccessRow {
    person: Person,
    /// `Admin`, `Viewer` …
    role: &'static str,
    /// What it means here: `can change everything`, `can look` …
    means: &'static str,
}

pub(super) async fn show(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    PathId(id): PathId<BoardId>,
) -> Answer<Response> {
    let members: Vec<(UserId, String, Option<String>)> = app
        .store
        .tenant(&caller)
        .read(async move |tx| {
            boards::find(tx, id).await?;
            tx.all(&ACTIVE, params![tx.workspace(), MOST]).await
        })
        .await?;
    let page = visit.fragment(&app);
    let mut members: Vec<(Role, UserId, String)> = members
        .into_iter()
        .filter_map(|(id, name, role)| Some((Role::from_name(role.as_deref()?)?, id, name)))
        .collect();
    // Whoever may do most stands first; names are in order already.
    members.sort_by_key(|(role, ..)| std::cmp::Reverse(*role));
    let people = members
        .into_iter()
        .map(|(role, id, name)| AccessRow {
            person: drawn(id.to_string(), name, false),
            role: page.w.roles.of(role.name()).map_or("", |(name, _)| name),
            means: means(page.w, role),
        })
        .collect();
    Ok(Html(AccessList { page, people }).into_response())
}

fn means(w: &Words, role: Role) -> &'static str {
    match (role.level(Area::Tasks), role.level(Area::Projects)) {
        (Level::Full, Level::Full) => w.boards.can_change,
        (Level::Full, _) => w.boards.can_change_items,
        (Level::Limited, _) => w.boards.can_comment,
        _ => w.boards.can_look,
    }
}
