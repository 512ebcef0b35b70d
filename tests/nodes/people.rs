//! Who works on the nodes. A password costs a quarter of a second each time, so there are few of them.

use serde_json::{Value, json};

use crate::client::Answer;
use crate::cluster::Cluster;

pub const PASSWORD: &str = "a lake in late october";

pub struct Person {
    pub id: String,
    pub email: String,
    pub workspace: String,
    /// Of the session that registering began, which has just given its password; empty for who was invited.
    pub token: String,
}

impl<const N: usize> Cluster<N> {
    /// Makes an account with a workspace of its own, on the first node.
    pub fn register(&self, name: &str) -> Person {
        let email = format!("{name}@mail.example");
        let body = json!({ "email": email, "password": PASSWORD, "name": name, "workspace_name": format!("Home of {name}") });
        let answer = self.send(0, "", "POST", "/auth/register", &body);
        assert_eq!(answer.status, 201, "registering: {}", answer.line());
        let token = answer.session_cookie().expect("registering signs in");
        person(&answer, email, token)
    }

    /// Makes a member of `by`'s workspace, who has no session yet.
    pub fn join(&self, by: &Person, name: &str, role: &str) -> Person {
        let email = format!("{name}@mail.example");
        let body = json!({ "email": email, "role": role });
        let invited = self.send(0, &by.token, "POST", "/invitations", &body);
        assert_eq!(invited.status, 201, "inviting: {}", invited.line());
        let body = json!({ "token": invited.json()["token"], "name": name, "password": PASSWORD });
        let answer = self.send(0, "", "POST", "/invitations/accept", &body);
        assert_eq!(answer.status, 201, "accepting: {}", answer.line());
        person(&answer, email, String::new())
    }

    pub fn log_in(&self, node: usize, email: &str, password: &str) -> Answer {
        let body = json!({ "email": email, "password": password });
        self.send(node, "", "POST", "/auth/login", &body)
    }
}

fn person(answer: &Answer, email: String, token: String) -> Person {
    let body: Value = answer.json();
    let id = |noun: &str| body[noun]["id"].as_str().unwrap_or_else(|| panic!("no {noun}: {body}")).to_owned();
    Person { id: id("user"), email, workspace: id("workspace"), token }
}
