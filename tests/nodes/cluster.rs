//! Nodes with one workspace, its admin and a board.

use std::sync::Arc;

use serde_json::{Value, json};
use testkit::{Instance, TestPostgres};

use crate::client::{Answer, Client, Request};
use crate::people::Person;

pub struct Cluster<const N: usize> {
    pub nodes: [Instance; N],
    pub clients: [Client; N],
    pub master_key: String,
}

impl<const N: usize> Cluster<N> {
    /// On the server of this run.
    pub fn start(environment: &[(&str, &str)]) -> Self {
        Self::start_on(testkit::postgres(), environment)
    }

    pub fn start_on(server: &Arc<TestPostgres>, environment: &[(&str, &str)]) -> Self {
        let master_key = kernel::crypto::hex(&kernel::crypto::random::<32>());
        let mut all = vec![("TRACKHOLD_REGISTRATION", "open"), ("TRACKHOLD_MASTER_KEY", &master_key)];
        all.extend(environment);
        let nodes = Instance::start_nodes::<N>(server.fresh_database(), &all);
        let clients = nodes.each_ref().map(|node| Client::new(node.address()));
        Self { nodes, clients, master_key }
    }

    pub fn get(&self, node: usize, token: &str, path: &str) -> Answer {
        ask(&self.clients[node], token, "GET", path, &Value::Null)
    }

    pub fn send(&self, node: usize, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        ask(&self.clients[node], token, method, path, body)
    }

    /// What each node says of whoever has this token, all asked now.
    pub fn statuses(&self, token: &str) -> [u16; N] {
        std::array::from_fn(|node| self.get(node, token, "/me").status)
    }

    /// A board with one group, its id.
    pub fn board(&self, admin: &Person) -> String {
        let make = |path: &str, body: Value| {
            let answer = self.send(0, &admin.token, "POST", path, &body);
            assert_eq!(answer.status, 201, "POST {path}: {}", answer.line());
            answer.json()["id"].as_str().expect("what is made has an id").to_owned()
        };
        let project = make("/projects", json!({ "key": "WEB", "name": "Website" }));
        let board = make(&format!("/projects/{project}/boards"), json!({ "name": "Launch" }));
        make(&format!("/boards/{board}/groups"), json!({ "name": "To do" }));
        board
    }

    pub fn database(&self) -> &testkit::TestDatabase {
        self.nodes[0].database().expect("nodes have a database")
    }
}

/// A request to the API; without a token as nobody.
pub fn request(token: &str, method: &str, path: &str, body: &Value) -> Request {
    let mut request = Request::new(method, format!("/api/v1{path}"));
    if !token.is_empty() {
        request = request.header("cookie", format!("trackhold={token}"));
    }
    if request.is_unsafe() {
        request = request.header("sec-fetch-site", "same-origin");
    }
    if body.is_null() { request } else { request.json(body) }
}

fn ask(client: &Client, token: &str, method: &str, path: &str, body: &Value) -> Answer {
    let request = request(token, method, path, body);
    client.send(&request).unwrap_or_else(|lost| panic!("{}: no answer: {}", request.line(), lost.0))
}
