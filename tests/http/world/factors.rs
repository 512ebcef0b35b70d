//! Second factors: the state that a route of them needs, and its end.

use kernel::access::Role;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::{Person, Who, Workspace, World};
use crate::client::Request;
use crate::registry::Route;

impl World {
    /// Brings `by` to where the route makes sense; gives the code that it takes, and whether they have a factor then.
    pub(super) fn ready_factor(
        &self,
        workspace: &Workspace,
        by: &Person,
        route: &Route,
    ) -> (Option<String>, bool) {
        let ends = |ends: &[&str]| route.is_unsafe() && ends.iter().any(|end| route.path.ends_with(end));
        if ends(&["/me/totp/confirm", "/two-factor/confirm"]) {
            return (Some(self.begin_factor(by)), false);
        }
        if ends(&["/me/totp/recovery-codes", "/two-factor/codes"]) {
            return (Some(self.turn_on(by)), true);
        }
        if ends(&["/me/totp/disable", "/two-factor/disable"]) {
            return (Some(self.turn_on(by)), true);
        }
        if ends(&["/totp/rejoin", "/two-factor/rejoin"]) {
            return (Some(self.put_aside(workspace, by)), true);
        }
        (None, false)
    }

    /// Somebody who has one, for whoever resets it.
    pub(super) fn member_with_factor(&self, workspace: &Workspace) -> String {
        let member = self.invite(workspace.admin(), Role::Viewer);
        self.turn_on(&member);
        member.id
    }

    /// Has an admin put the person's factor aside; gives a recovery code of it.
    fn put_aside(&self, workspace: &Workspace, by: &Person) -> String {
        let another = Request::new("POST", "/api/v1/workspaces").json(&json!({ "name": "Another" }));
        let made = self.send(&Who::Person(by), &another);
        assert_eq!(made.status, 201, "{}", made.line());
        let code = self.turn_on(by);
        let admin = self.invite(workspace.admin(), Role::Admin);
        let reset = Request::new("POST", format!("/api/v1/members/{}/reset-2fa", by.id));
        let answer = self.send(&Who::Person(&admin), &reset);
        assert_eq!(answer.status, 204, "{}", answer.line());
        self.look_after(by);
        code
    }

    /// The code of an authenticator that waits to be confirmed.
    fn begin_factor(&self, by: &Person) -> String {
        let answer = self.send(&Who::Person(by), &Request::new("POST", "/api/v1/me/totp"));
        assert_eq!(answer.status, 200, "{}", answer.line());
        let text = answer.json()["secret"].as_str().expect("a secret").to_owned();
        self.vault.add_key("the secret of an authenticator", &text);
        self.authenticator.replace(text);
        self.code_in(0)
    }

    /// What the latest authenticator shows so many seconds from now.
    fn code_in(&self, seconds: u64) -> String {
        let secret = Secret::try_from_base32(&*self.authenticator.borrow()).expect("base32");
        let now =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock").as_secs();
        let totp = Builder::new().with_secret(secret).build().expect("a secret of 160 bits");
        totp.generate(now + seconds).to_string()
    }

    /// Turns it on; gives one of the recovery codes.
    pub fn turn_on(&self, by: &Person) -> String {
        let code = self.begin_factor(by);
        let request = Request::new("POST", "/api/v1/me/totp/confirm").json(&json!({ "code": code }));
        let answer = self.send(&Who::Person(by), &request);
        assert_eq!(answer.status, 200, "{}", answer.line());
        one_of(&answer.json())
    }

    /// Turns it off again, if it is on: with the code of the next step, since that of this one was used.
    pub(super) fn turn_off(&self, by: &Person) {
        assert!(!by.token.borrow().is_empty(), "{} has lost the session that has the factor", by.email);
        let status = self.send(&Who::Person(by), &Request::new("GET", "/api/v1/me/totp"));
        if status.json()["enabled"] != true {
            return;
        }
        let body = json!({ "password": *by.password.borrow(), "code": self.code_in(30) });
        let request = Request::new("POST", "/api/v1/me/totp/disable").json(&body);
        let answer = self.send(&Who::Person(by), &request);
        assert_eq!(answer.status, 204, "{}", answer.line());
    }
}

fn one_of(answer: &Value) -> String {
    answer["recovery_codes"][0].as_str().expect("recovery codes").to_owned()
}
