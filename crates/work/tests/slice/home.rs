//! Two workspaces in one store, a member of each role in each, and requests in their names.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use kernel::access::{Actor, Caller, Credential, Origin, Role};
use kernel::crypto::MasterKey;
use kernel::{Clock, Result, SessionId, Timestamp, UserId, WorkspaceId};
use serde_json::{Value, json};
use store::{ControlTx, Engine, Message, Options, Receive, Store, TenantDoor, TenantTx, params};
use uuid::Uuid;
use web::{App, Authenticate, BoxFuture, Front, PublicUrl, Settings};

pub const NOW: Timestamp = Timestamp::from_seconds(1_760_000_000);

pub struct Home {
    pub front: Front,
    pub store: Store,
    pub clock: Clock,
    pub workspaces: [WorkspaceId; 2],
    _database: Option<testkit::TestDatabase>,
    _folder: tempfile::TempDir,
}

/// The cookie's value is a role, `viewer`; in the other workspace, `viewer@2`; a second of a role, `tester+`.
struct Names([WorkspaceId; 2]);

pub fn user(name: &str) -> UserId {
    let number = name.bytes().fold(7_u128, |sum, byte| sum * 31 + u128::from(byte));
    UserId::from_uuid(Uuid::from_u128(number))
}

impl Names {
    fn caller(&self, name: &str) -> Option<Caller> {
        let workspace = self.0[usize::from(name.ends_with("@2"))];
        let role = Role::from_name(name.trim_end_matches("@2").trim_end_matches('+'))?;
        let session = Credential::Session(SessionId::from_uuid(user(name).uuid()));
        Some(Caller::authenticated(user(name), workspace, role, session, Origin::default(), None))
    }
}

impl Authenticate for Names {
    fn authenticate<'a>(&'a self, token: &'a str, _: Origin) -> BoxFuture<'a, Result<Option<Caller>>> {
        Box::pin(async move { Ok(self.caller(token)) })
    }
}

struct Nobody;

impl Receive for Nobody {
    fn receive<'a>(&'a self, _: &'a mut TenantTx, _: Message) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

store::statements! {
    control WORKSPACE = "INSERT INTO workspaces (id, name, created_at) VALUES ($1, 'Team', 0)";
    tenant MEMBER = "INSERT INTO members (workspace_id, user_id, name, role, status, joined_at)
        VALUES ($1, $2, $3, 'viewer', $4, 0)";
}

impl Home {
    pub async fn embedded() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::Embedded { data: folder.path().join("data") };
        Self::open(engine, None, folder).await
    }

    pub async fn postgres() -> Self {
        let database = tokio::task::spawn_blocking(|| testkit::postgres().fresh_database()).await.unwrap();
        let engine = Engine::Postgres {
            serve: database.serve_url.clone(),
            migrate: Some(database.migrate_url.clone()),
        };
        Self::open(engine, Some(database), tempfile::tempdir().unwrap()).await
    }

    async fn open(
        engine: Engine,
        database: Option<testkit::TestDatabase>,
        folder: tempfile::TempDir,
    ) -> Self {
        let clock = Clock::standing(NOW);
        let options =
            Options { clock: clock.clone(), connections: 8, ..Options::new(engine, MasterKey::random()) };
        let store = Store::open(options, Arc::new(Nobody)).await.unwrap();
        let workspaces = [WorkspaceId::new(NOW), WorkspaceId::new(NOW)];
        for (workspace, mark) in workspaces.into_iter().zip(["", "@2"]) {
            store.create_workspace(workspace).await.unwrap();
            let listed = async move |tx: &mut ControlTx| tx.exec(&WORKSPACE, params![workspace]).await;
            store.control().write(listed).await.unwrap();
            let door = store.system_tenant(workspace, Actor::system());
            door.write(async move |tx: &mut TenantTx| {
                for role in Role::ALL {
                    for more in ["", "+"] {
                        let name = format!("{}{more}{mark}", role.name());
                        tx.exec(&MEMBER, params![workspace, user(&name), &name, "active"]).await?;
                    }
                }
                tx.exec(&MEMBER, params![workspace, user("placeholder"), "Plácehölder", "placeholder"])
                    .await?;
                tx.exec(&MEMBER, params![workspace, user("removed"), "Gone", "removed"]).await?;
                Ok(())
            })
            .await
            .unwrap();
        }
        let mut settings = Settings::new(PublicUrl::parse("http://localhost:8080").unwrap());
        settings.rate_per_minute = 0;
        let app = App::new(store.clone(), Arc::new(settings), Arc::new(Names(workspaces)), Vec::new());
        let front = work::routes().into_front(app).unwrap();
        Self { front, store, clock, workspaces, _database: database, _folder: folder }
    }

    pub fn caller(&self, name: &str) -> Caller {
        Names(self.workspaces).caller(name).unwrap()
    }

    pub fn door(&self, name: &str) -> TenantDoor {
        self.store.tenant(&self.caller(name))
    }

    pub async fn send(&self, who: &str, line: &str, headers: &[(&str, &str)], body: Option<Value>) -> Got {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("host", "localhost:8080")
            .header("cookie", format!("trackhold={who}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(value) => {
                request = request.header("content-type", "application/json");
                Body::from(value.to_string())
            }
            None => Body::empty(),
        };
        let response = self.front.clone().answer(request.body(body).unwrap()).await;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 256 << 20).await.unwrap();
        let json = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Got { line: line.to_owned(), status: parts.status.as_u16(), headers: parts.headers, json }
    }

    pub async fn get(&self, who: &str, path: &str) -> Got {
        self.send(who, &format!("GET {path}"), &[], None).await
    }

    pub async fn post(&self, who: &str, path: &str, body: Value) -> Got {
        self.send(who, &format!("POST {path}"), &[], Some(body)).await
    }

    pub async fn patch(&self, who: &str, path: &str, body: Value) -> Got {
        self.send(who, &format!("PATCH {path}"), &[], Some(body)).await
    }

    pub async fn delete(&self, who: &str, path: &str) -> Got {
        self.send(who, &format!("DELETE {path}"), &[], None).await
    }

    /// A project with a board of three groups, made by the admin of `mark` (`""` or `"@2"`).
    pub async fn desk(&self, key: &str, mark: &str) -> Desk {
        let admin = format!("admin{mark}");
        let project = self.post(&admin, "/projects", json!({"name": "Website", "key": key})).await.made();
        let board = self.board(&admin, &project, "Launch").await;
        Desk { project, board: board.0, groups: board.1 }
    }

    pub async fn board(&self, admin: &str, project: &str, name: &str) -> (String, Vec<String>) {
        let board =
            self.post(admin, &format!("/projects/{project}/boards"), json!({"name": name})).await.made();
        let mut groups = Vec::new();
        for name in ["To do", "Doing", "Done"] {
            groups.push(
                self.post(admin, &format!("/boards/{board}/groups"), json!({"name": name})).await.made(),
            );
        }
        (board, groups)
    }

    /// An item in the group, its id.
    pub async fn item(&self, who: &str, desk: &Desk, group: usize, title: &str) -> String {
        let body = json!({"title": title, "group_id": desk.groups[group]});
        self.post(who, &format!("/boards/{}/items", desk.board), body).await.made()
    }

    /// Titles of a group in their order.
    pub async fn titles(&self, desk: &Desk, group: usize) -> Vec<String> {
        let path = format!("/boards/{}/items?limit=1000&group={}", desk.board, desk.groups[group]);
        self.get("viewer", &path).await.ok().list("title")
    }

    /// What the audit log, the history and the lists hold, to see that nothing changed.
    pub async fn records(&self, mark: &str) -> Vec<(String, String, String)> {
        let door = self.door(&format!("admin{mark}"));
        let records = door.read(async |tx: &mut TenantTx| tx.audit_records(0, 100_000).await).await.unwrap();
        records
            .into_iter()
            .map(|record| (record.action, record.resource, format!("{} {}", record.details, record.personal)))
            .collect()
    }

    pub async fn last_record(&self) -> (String, String, String) {
        self.records("").await.pop().unwrap()
    }
}

pub struct Desk {
    pub project: String,
    pub board: String,
    pub groups: Vec<String>,
}

#[derive(Debug)]
pub struct Got {
    pub line: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub json: Value,
}

impl Got {
    /// The id of what was made.
    pub fn made(self) -> String {
        let got = self.is(201);
        assert!(got.headers.contains_key("location"), "{} says where", got.line);
        got.json["id"].as_str().unwrap().to_owned()
    }

    pub fn ok(self) -> Self {
        self.is(200)
    }

    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} gave {}", self.line, self.json);
        self
    }

    /// Refused with this status and code.
    pub fn refused(self, status: u16, code: &str) -> Self {
        let got = self.is(status);
        assert_eq!(got.json["code"], code, "{} gave {}", got.line, got.json);
        got
    }

    /// 422 at this pointer.
    pub fn wrong(self, pointer: &str) -> Self {
        let got = self.is(422);
        assert_eq!(got.json["errors"][0]["pointer"], pointer, "{} gave {}", got.line, got.json);
        got
    }

    /// A field of each thing of a list.
    pub fn list(&self, field: &str) -> Vec<String> {
        let text = |thing: &Value| match &thing[field] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        self.json["data"].as_array().unwrap().iter().map(text).collect()
    }

    pub fn etag(&self) -> String {
        self.headers["etag"].to_str().unwrap().to_owned()
    }
}

/// Makes a test of each engine from one function.
#[macro_export]
macro_rules! both_engines {
    ($($(#[$doc:meta])* async fn $name:ident($home:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            $(#[$doc])*
            async fn check($home: $crate::home::Home) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn embedded() {
                check($crate::home::Home::embedded().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                check($crate::home::Home::postgres().await).await;
            }
        }
    )*};
}
