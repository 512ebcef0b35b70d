//! A running server with accounts, workspaces and boards, made over its own API.

use std::net::SocketAddr;
use std::ops::Deref;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Engine, Instance, Log};

use crate::load;

const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "a long and measured password";

/// A server, and its first administrator.
pub struct Site {
    pub instance: Instance,
    pub session: Session,
}

/// Somebody who is signed in to one workspace. Any node of the same database knows it.
#[derive(Clone)]
pub struct Session {
    address: SocketAddr,
    pub cookie: String,
    agent: ureq::Agent,
}

/// A board of one project and its only group.
#[derive(Debug, Clone)]
pub struct Board {
    pub project: String,
    pub id: String,
    pub group: String,
}

/// The release build: `TRACKHOLD_BIN`, which `make bench` sets.
pub fn binary() -> PathBuf {
    std::env::var_os("TRACKHOLD_BIN").map(PathBuf::from).expect("TRACKHOLD_BIN names the release build")
}

impl Site {
    pub fn start(engine: Engine) -> Self {
        // No limit, and no backup of the day in the middle of what is measured.
        let settings = [("TRACKHOLD_RATE_PER_MINUTE", "0"), ("TRACKHOLD_BACKUP_TO", "off")];
        let instance = Instance::start_binary(&binary(), engine, &settings, Log::Unread);
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let nobody = Session { address: instance.address(), cookie: String::new(), agent };
        let link = instance.first_run_link();
        let token = link.rsplit('/').next().expect("a link has a token");
        let session = nobody.entered(
            "/auth/register",
            &json!({
                "email": EMAIL, "password": PASSWORD, "name": "Bench", "workspace_name": "Bench",
                "setup_token": token,
            }),
        );
        Self { instance, session }
    }

    /// The administrator in a further workspace of their own.
    pub fn in_another_workspace(&self, name: &str) -> Session {
        let made = self.post("/workspaces", &json!({"name": name}));
        // Not over this session, which would end with it.
        self.nobody().entered(
            "/auth/login",
            &json!({"email": EMAIL, "password": PASSWORD, "workspace_id": made["id"]}),
        )
    }

    /// Another person in the first workspace.
    pub fn with_another_person(&self, number: usize) -> Session {
        let email = format!("bench{number}@example.com");
        let invited = self.post("/invitations", &json!({"email": email, "role": "developer"}));
        let person = json!({"token": invited["token"], "name": "Somebody", "password": PASSWORD});
        self.nobody().post("/invitations/accept", &person);
        self.nobody().entered("/auth/login", &json!({"email": email, "password": PASSWORD}))
    }
}

/// What is asked of a site is asked by its administrator.
impl Deref for Site {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl Session {
    /// The node that it was begun at.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    fn nobody(&self) -> Self {
        Self { cookie: String::new(), ..self.clone() }
    }

    /// The session that an answer begins.
    fn entered(&self, path: &str, body: &Value) -> Self {
        let (cookie, _) = self.send(path, body);
        Self { cookie: cookie.expect("who enters is given a session"), ..self.clone() }
    }

    pub fn post(&self, path: &str, body: &Value) -> Value {
        self.send(path, body).1
    }

    fn send(&self, path: &str, body: &Value) -> (Option<String>, Value) {
        let mut request = self.agent.post(self.url(path)).content_type("application/json");
        if !self.cookie.is_empty() {
            request = request.header("cookie", &self.cookie);
        }
        let mut answer = request.send(body.to_string()).expect("the server answers");
        let cookie = answer.headers().get("set-cookie").map(|value| {
            let text = value.to_str().expect("a cookie is text");
            text.split(';').next().unwrap_or_default().to_owned()
        });
        let text = answer.body_mut().read_to_string().expect("a body");
        assert!(answer.status().is_success(), "{path}: {text}");
        (cookie, serde_json::from_str(&text).expect("JSON"))
    }

    fn url(&self, path: &str) -> String {
        format!("http://localhost:{}/api/v1{path}", self.address.port())
    }

    /// The JSON that a GET of the API answers.
    pub fn ask(&self, path: &str) -> Value {
        let mut answer =
            self.agent.get(self.url(path)).header("cookie", &self.cookie).call().expect("the server answers");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        serde_json::from_str(&answer.body_mut().read_to_string().expect("a body")).expect("JSON")
    }

    pub fn board(&self, key: &str) -> Board {
        let project = self.post("/projects", &json!({"name": key, "key": key}));
        let project = project["id"].as_str().expect("an id").to_owned();
        let board = self.post(&format!("/projects/{project}/boards"), &json!({"name": "Board"}));
        let id = board["id"].as_str().expect("an id").to_owned();
        let group = self.post(&format!("/boards/{id}/groups"), &json!({"name": "To do"}));
        Board { project, id, group: group["id"].as_str().expect("an id").to_owned() }
    }

    /// Makes about `count` items.
    pub fn fill(&self, board: &Board, count: usize) {
        const CLIENTS: usize = 32;
        let mut made = 0.0;
        while (made as usize) < count {
            let length = Duration::from_millis(if count > 10_000 { 2_000 } else { 150 });
            let now = load::run(self.address, CLIENTS, length, |client, number| {
                self.create(board, &format!("Something to be done, number {client}-{number}"))
            });
            made += now.per_second * length.as_secs_f64();
        }
    }

    /// Bytes of a GET.
    pub fn get(&self, path: &str) -> Vec<u8> {
        format!(
            "GET {path} HTTP/1.1\r\nhost: localhost:{}\r\ncookie: {}\r\naccept: application/json\r\n\r\n",
            self.address.port(),
            self.cookie
        )
        .into_bytes()
    }

    /// Bytes of a POST that makes an item.
    pub fn create(&self, board: &Board, title: &str) -> Vec<u8> {
        self.create_of(board, &json!({"title": title, "group_id": board.group}))
    }

    /// As [`Self::create`], of an item as it is given.
    pub fn create_of(&self, board: &Board, item: &Value) -> Vec<u8> {
        let body = item.to_string();
        format!(
            "POST /api/v1/boards/{}/items HTTP/1.1\r\nhost: localhost:{}\r\ncookie: {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            board.id,
            self.address.port(),
            self.cookie,
            body.len()
        )
        .into_bytes()
    }
}
