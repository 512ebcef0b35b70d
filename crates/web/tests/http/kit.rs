//! Routes that say what reached them, and callers by name.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Extension, Request, State};
use axum::response::Response;
use http::StatusCode;
use http_body_util::BodyExt;
use kernel::access::{Access, Area, Caller, Credential, Level, Origin, Role, Tasks};
use kernel::crypto::MasterKey;
use kernel::id::AuditId;
use kernel::{Clock, Error, Result, SessionId, Timestamp, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Engine, Message, Options, Receive, Store, TenantTx};
use utoipa::ToSchema;
use web::{
    Answer, App, Authenticate, Body, BoxFuture, Created, Doc, Front, Json, Keyed, Listing, NoContent,
    NoTransform, Page, Params, PathId, Permitted, PublicUrl, Route, Routes, Settings, Signed, Tagged, Upload,
    Visit,
};

pub const NOW: Timestamp = Timestamp::from_seconds(1_760_000_000);

/// How often a handler was reached.
#[derive(Clone, Default)]
pub struct Reached(Arc<AtomicUsize>);

impl Reached {
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn note(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Cookie values are names of roles; `admin-sudo` has given the password just now.
struct Names {
    workspace: WorkspaceId,
}

impl Authenticate for Names {
    fn authenticate<'a>(&'a self, token: &'a str, origin: Origin) -> BoxFuture<'a, Result<Option<Caller>>> {
        Box::pin(async move {
            let (name, sudo) =
                token.strip_suffix("-sudo").map_or((token, None), |name| (name, Some(NOW.plus(MINUTE))));
            if name == "broken" {
                return Err(Error::internal("the secret cause"));
            }
            let number = u128::from(name.bytes().map(u64::from).sum::<u64>());
            Ok(Role::from_name(name).map(|role| {
                let user = UserId::from_uuid(uuid::Uuid::from_u128(number));
                let session = SessionId::from_uuid(uuid::Uuid::from_u128(number));
                Caller::authenticated(user, self.workspace, role, Credential::Session(session), origin, sudo)
            }))
        })
    }

    fn remembers(&self, token: &str) -> bool {
        Role::from_name(token.strip_suffix("-sudo").unwrap_or(token)).is_some()
    }
}

pub const MINUTE: std::time::Duration = std::time::Duration::from_secs(60);

struct Nobody;

impl Receive for Nobody {
    fn receive<'a>(&'a self, _: &'a mut TenantTx, _: Message) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

pub struct Home {
    pub front: Front,
    pub app: App,
    pub reached: Reached,
    pub workspace: WorkspaceId,
    pub clock: Clock,
    _folder: tempfile::TempDir,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewThing {
    title: String,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    due_on: web::Patch<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Thing {
    id: AuditId,
    title: String,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct Filter {
    #[serde(default)]
    label: Vec<String>,
    number: Option<u32>,
}

async fn create(
    State(app): State<App>,
    Extension(reached): Extension<Reached>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    Keyed(Body(new), key): Keyed<Body<NewThing>>,
) -> Answer<Created<Thing>> {
    reached.note();
    assert_eq!(permit.user(), caller.user());
    web::Check::new().line("/title", &new.title, 1..=20).finish()?;
    let id = app
        .store
        .tenant(&caller)
        .write(async move |tx| {
            if let Some(id) = web::idempotency::seen(tx, key.as_ref()).await? {
                return Ok(id);
            }
            let id: AuditId = tx.new_id();
            web::idempotency::keep(tx, key.as_ref(), id).await?;
            Ok(id)
        })
        .await?;
    assert!(matches!(new.due_on, web::Patch::Keep | web::Patch::Clear | web::Patch::Set(_)));
    Ok(Created { location: format!("/api/v1/things/{id}"), body: Thing { id, title: new.title } })
}

async fn list(listing: Listing, Params(filter): Params<Filter>) -> Answer<Json<Page<Thing>>> {
    let after: Option<u128> = listing.after()?;
    let first = after.map_or(0, |last| last + 1);
    let all = (first..first + 100).map(|number| Thing {
        id: AuditId::from_uuid(uuid::Uuid::from_u128(number)),
        title: format!("{} {:?} {:?}", number, filter.label, filter.number),
    });
    let rows: Vec<_> = all.take(usize::try_from(listing.fetch()).unwrap()).collect();
    Ok(Json(listing.page(rows, |thing| thing.id.uuid().as_u128())?))
}

async fn show(PathId(id): PathId<AuditId>) -> Answer<Tagged<Json<Thing>>> {
    Ok(Tagged(7, Json(Thing { id, title: "a thing".repeat(200) })))
}

async fn secret() -> NoTransform<Json<Thing>> {
    NoTransform(Json(Thing { id: AuditId::new(NOW), title: "secret ".repeat(400) }))
}

async fn upload(Extension(reached): Extension<Reached>, Upload(mut form): Upload) -> Answer<Json<Value>> {
    reached.note();
    let mut bytes = 0;
    while let Some(mut field) = form.next_field().await? {
        while let Some(piece) = field.chunk().await? {
            bytes += piece.len();
        }
    }
    Ok(Json(json!({ "bytes": bytes })))
}

#[derive(askama::Template)]
#[template(source = "<p>{{ page.theme }} {{ title }}</p>", ext = "html")]
struct Shown {
    page: web::page::Page,
    title: String,
}

async fn page(State(app): State<App>, visit: Visit) -> Answer<web::Html<Shown>> {
    let title = visit.caller.as_ref().map_or("nobody".to_owned(), |caller| caller.role().name().to_owned());
    Ok(web::Html(Shown { page: visit.page(&app, "A page", "projects").await?, title }))
}

async fn noted(Extension(reached): Extension<Reached>) -> NoContent {
    reached.note();
    NoContent
}

async fn panics() -> NoContent {
    panic!("the secret cause")
}

async fn slow() -> NoContent {
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    NoContent
}

pub fn routes(reached: &Reached) -> Routes {
    const VIEW: Access = Access::Area(Area::Tasks, Level::View);
    let thing = json!({ "title": "Write it down" });
    Routes::new()
        .with(
            Route::get("/things", VIEW, list).doc(Doc::new("List things").query::<Filter>().lists::<Thing>()),
        )
        .with(
            Route::post("/things", Access::Area(Area::Tasks, Level::Full), create)
                .doc(Doc::new("Create a thing").body::<NewThing>(thing).answers::<Thing>(201).idempotent()),
        )
        .with(
            Route::get("/things/{thing}", VIEW, show)
                .doc(Doc::new("Show a thing").answers::<Thing>(200).versioned()),
        )
        .with(Route::delete("/things/{thing}", Access::Sudo(Area::Settings, Level::Full), noted))
        .with(Route::post("/things/{thing}/restore", VIEW, noted).doc(Doc::new("Restore").answers_empty(204)))
        .with(Route::get("/secret", Access::SignedIn, secret))
        .with(Route::get("/panic", Access::Public, panics))
        .with(Route::get("/slow", Access::Public, slow))
        .with(Route::post("/login", Access::Public, noted))
        .with(Route::post("/upload", Access::SignedIn, upload).body_limit(100_000))
        .with(Route::page_get("/pages", VIEW, page))
        .with(Route::page_get("/open", Access::Public, page))
        .with(Route::page_post("/pages", VIEW, noted))
        .with(Route::page_post("/pages/sudo", Access::SudoSelf, noted))
        .with(Route::page_get("/setup/{token}", Access::Public, page))
        .with(Route::plain_get("/healthz", Access::Public, noted).uncounted())
        .extension(reached.clone())
}

pub async fn home(change: impl FnOnce(&mut Settings)) -> Home {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::standing(NOW);
    let engine = Engine::Embedded { data: folder.path().to_owned() };
    let options = Options { clock: clock.clone(), ..Options::new(engine, MasterKey::random()) };
    let store = Store::open(options, Arc::new(Nobody)).await.unwrap();
    let workspace = WorkspaceId::new(NOW);
    store.create_workspace(workspace).await.unwrap();
    let mut settings = Settings::new(PublicUrl::parse("http://localhost:8080").unwrap());
    change(&mut settings);
    let app = App::new(store, Arc::new(settings), Arc::new(Names { workspace }), Vec::new());
    let reached = Reached::default();
    let front = routes(&reached).into_front(app.clone()).unwrap();
    Home { front, app, reached, workspace, clock, _folder: folder }
}

/// A request as curl with a cookie jar sends it: `ask("POST /api/v1/things", "admin")`; empty is nobody.
pub fn ask(line: &str, who: &str) -> http::request::Builder {
    let (method, path) = line.split_once(' ').unwrap();
    let request = Request::builder().method(method).uri(path).header("host", "localhost:8080");
    if who.is_empty() { request } else { request.header("cookie", format!("trackhold={who}")) }
}

pub struct Got {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl Home {
    pub async fn send(&self, request: http::request::Builder, body: impl Into<axum::body::Body>) -> Got {
        let response: Response = self.front.clone().answer(request.body(body.into()).unwrap()).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Got { status: parts.status, headers: parts.headers, bytes }
    }

    pub async fn get(&self, path: &str, who: &str) -> Got {
        self.send(ask(&format!("GET {path}"), who), "").await
    }

    pub async fn post(&self, path: &str, who: &str, body: &str) -> Got {
        let request = ask(&format!("POST {path}"), who).header("content-type", "application/json");
        self.send(request, body.to_owned()).await
    }
}
