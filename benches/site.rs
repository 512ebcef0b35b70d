//! A running server with an account, a project and boards, made over its own API.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde_json::{Value, json};
use testkit::{Engine, Instance, Log};

/// A server, and the cookie of its first administrator.
pub struct Site {
    pub instance: Instance,
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
        let instance =
            Instance::start_binary(&binary(), engine, &[("TRACKHOLD_RATE_PER_MINUTE", "0")], Log::Unread);
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let link = instance.first_run_link();
        let token = link.rsplit('/').next().expect("a link has a token");
        let body = json!({
            "email": "bench@example.com", "password": "a long and measured password", "name": "Bench",
            "workspace_name": "Bench", "setup_token": token,
        });
        let mut answer = agent
            .post(format!("{}/api/v1/auth/register", instance.url()))
            .content_type("application/json")
            .send(body.to_string())
            .expect("the server answers");
        assert_eq!(answer.status(), 201, "{:?}", answer.body_mut().read_to_string());
        let cookie =
            answer.headers()["set-cookie"].to_str().expect("a cookie").split(';').next().unwrap_or("");
        Self { cookie: cookie.to_owned(), instance, agent }
    }

    pub fn address(&self) -> SocketAddr {
        self.instance.address()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let mut answer = self
            .agent
            .post(format!("{}/api/v1{path}", self.instance.url()))
            .header("cookie", &self.cookie)
            .content_type("application/json")
            .send(body.to_string())
            .expect("the server answers");
        let text = answer.body_mut().read_to_string().expect("a body");
        assert!(answer.status().is_success(), "{path}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// The JSON that a GET of the API answers.
    pub fn ask(&self, path: &str) -> Value {
        let url = format!("{}/api/v1{path}", self.instance.url());
        let mut answer =
            self.agent.get(url).header("cookie", &self.cookie).call().expect("the server answers");
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

    /// Bytes of a GET.
    pub fn get(&self, path: &str) -> Vec<u8> {
        format!(
            "GET {path} HTTP/1.1\r\nhost: localhost:{}\r\ncookie: {}\r\naccept: application/json\r\n\r\n",
            self.address().port(),
            self.cookie
        )
        .into_bytes()
    }

    /// Bytes of a POST that makes an item.
    pub fn create(&self, board: &Board, title: &str) -> Vec<u8> {
        let body = json!({"title": title, "group_id": board.group}).to_string();
        format!(
            "POST /api/v1/boards/{}/items HTTP/1.1\r\nhost: localhost:{}\r\ncookie: {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            board.id,
            self.address().port(),
            self.cookie,
            body.len()
        )
        .into_bytes()
    }
}
