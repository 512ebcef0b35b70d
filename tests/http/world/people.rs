//! The people of a world: registered, invited and signed in by the front door.

use std::cell::RefCell;

use kernel::access::Role;
use serde_json::{Value, json};

use super::vault::PASSWORD_MARK;
use super::{Who, World};
use crate::client::Request;

pub struct Person {
    pub role: Role,
    pub id: String,
    pub email: String,
    pub password: RefCell<String>,
    /// The workspace that the sessions are in.
    pub workspace: String,
    /// In every text that this person's workspace holds.
    pub canary: &'static str,
    /// Of a session that has just given its password; empty while there is none.
    pub token: RefCell<String>,
    /// Of one whose password was given too long ago.
    pub stale: RefCell<String>,
    /// Of further ones, for when that ends.
    pub spare: RefCell<Vec<String>>,
}

impl World {
    /// A password that is taken, and recognised wherever it turns up.
    pub fn new_password(&self) -> String {
        let salt = self.number();
        format!("{PASSWORD_MARK} lichen-{salt} otter {}", salt * 7919 % 10_007)
    }

    /// An address that the server has not counted anything for.
    pub fn new_address(&self) -> String {
        let number = self.number();
        format!("10.{}.{}.9", number / 250 % 250, number % 250)
    }

    pub fn number(&self) -> usize {
        self.numbers.set(self.numbers.get() + 1);
        self.numbers.get()
    }

    pub fn new_email(&self) -> String {
        format!("person{}@mail.example", self.number())
    }

    /// Makes an account with a workspace.
    pub fn register(&self, canary: &'static str) -> Person {
        let (email, password) = (self.new_email(), self.new_password());
        let body = json!({
            "email": email, "password": password, "name": format!("Founder {canary}"),
            "workspace_name": format!("Home {canary}"),
        });
        let answer = self.send(&Who::Nobody, &Request::new("POST", "/api/v1/auth/register").json(&body));
        assert_eq!(answer.status, 201, "registering: {}", answer.line());
        let token = answer.session_cookie().expect("registering signs in");
        self.person(Role::Admin, &answer.json(), email, password, token, canary)
    }

    /// Invites and accepts. The person has no session yet.
    pub fn invite(&self, by: &Person, role: Role) -> Person {
        let (email, password) = (self.new_email(), self.new_password());
        let accepted = self.join(by, role, &email, &password);
        self.person(role, &accepted, email, password, String::new(), by.canary)
    }

    /// Makes a member without signing in; answers what accepting answered.
    pub fn join(&self, by: &Person, role: Role, email: &str, password: &str) -> Value {
        let token = self.invitation_token(by, role, email);
        let body = json!({ "token": token, "name": format!("Member {} {}", by.canary, self.number()), "password": password });
        let answer = self.send(&Who::Nobody, &Request::new("POST", "/api/v1/invitations/accept").json(&body));
        assert_eq!(answer.status, 201, "accepting: {}", answer.line());
        answer.json()
    }

    /// The token of a new invitation.
    pub fn invitation_token(&self, by: &Person, role: Role, email: &str) -> String {
        let body = json!({ "email": email, "role": role.name() });
        let answer = self.send(&Who::Person(by), &Request::new("POST", "/api/v1/invitations").json(&body));
        assert_eq!(answer.status, 201, "inviting: {}", answer.line());
        let token = answer.json()["token"].as_str().expect("the inviter is shown the token").to_owned();
        self.vault.add_token("an invitation", &token);
        token
    }

    fn person(
        &self,
        role: Role,
        answer: &Value,
        email: String,
        password: String,
        token: String,
        canary: &'static str,
    ) -> Person {
        let id = |noun: &str| {
            answer[noun]["id"].as_str().unwrap_or_else(|| panic!("no {noun}: {answer}")).to_owned()
        };
        self.vault.add_token("a session", &token);
        Person {
            role,
            id: id("user"),
            email,
            password: RefCell::new(password),
            workspace: id("workspace"),
            canary,
            token: RefCell::new(token),
            stale: RefCell::default(),
            spare: RefCell::default(),
        }
    }

    /// A session of its own beside those that there are.
    pub fn another_session(&self, person: &Person) -> String {
        while let Some(token) = person.spare.borrow_mut().pop() {
            if self.is_at_home(person, Who::Token(token.clone())) {
                return token;
            }
        }
        self.log_in(person)
    }

    fn log_in(&self, person: &Person) -> String {
        let body = json!({
            "email": person.email, "password": *person.password.borrow(), "workspace_id": person.workspace,
        });
        let answer = self.send(&Who::Nobody, &Request::new("POST", "/api/v1/auth/login").json(&body));
        assert_eq!(answer.status, 200, "signing in {}: {}", person.email, answer.line());
        let token = answer.session_cookie().expect("signing in sets a cookie");
        self.vault.add_token("a session", &token);
        token
    }

    /// The token of a live session in this person's workspace.
    pub fn live_token(&self, person: &Person) -> String {
        if person.token.borrow().is_empty() {
            let token = self.another_session(person);
            *person.token.borrow_mut() = token;
        }
        person.token.borrow().clone()
    }

    /// After something that may have ended the person's session, or moved it elsewhere.
    pub fn look_after(&self, person: &Person) {
        let token = person.token.borrow().clone();
        if !self.is_at_home(person, Who::Token(token)) {
            person.token.borrow_mut().clear();
        }
    }

    fn is_at_home(&self, person: &Person, who: Who<'_>) -> bool {
        let answer = self.send(&who, &Request::new("GET", "/api/v1/me"));
        answer.status == 200 && answer.json()["workspace"]["id"] == *person.workspace
    }
}
