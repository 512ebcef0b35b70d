//! Things to name in a request, made by the routes that make them: `{board}` comes from the shortest
//! `POST …/boards`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use kernel::access::Role;

use super::{Person, Who, Workspace, World};
use crate::client::Request;
use crate::registry::{Kind, Route};

/// By noun.
pub type Ids = BTreeMap<String, String>;

/// Names of parameters that are no ids.
pub const NO_IDS: [&str; 3] = ["token", "file", "field"];

/// What has no collection to post to, and the prefix of its ids.
const PEOPLE: [(&str, &str); 3] = [("workspace", "ws"), ("member", "user"), ("session", "ses")];

const IMPORTED: Duration = Duration::from_secs(30);

impl World {
    /// One of each noun that a path names, kept from here on as they are.
    pub(super) fn furnish(&self, workspace: &Workspace) {
        for (noun, prefix) in PEOPLE {
            self.prefixes.borrow_mut().insert(prefix.to_owned(), noun.to_owned());
        }
        let nouns: BTreeSet<String> = self
            .routes
            .iter()
            .flat_map(Route::parameters)
            .filter(|noun| !NO_IDS.contains(noun))
            .map(str::to_owned)
            .collect();
        // The first round learns the prefixes that the examples of the second are filled by.
        for round in 0..2 {
            let mut ids = Ids::new();
            for noun in &nouns {
                self.make(workspace, workspace.admin(), noun, &mut ids);
            }
            if round == 1 {
                *workspace.standing.borrow_mut() = ids;
            }
        }
    }

    /// The noun of an id by its prefix.
    pub fn noun_of(&self, prefix: &str) -> Option<String> {
        self.prefixes.borrow().get(prefix).cloned()
    }

    pub fn prefix_of(&self, noun: &str) -> String {
        // The same person, outside of any workspace.
        let noun = if noun == "user" { "member" } else { noun };
        let prefixes = self.prefixes.borrow();
        let found = prefixes.iter().find(|(_, of)| *of == noun).map(|(prefix, _)| prefix.clone());
        found.unwrap_or_else(|| panic!("nothing was made of noun {noun}"))
    }

    /// A well-formed id of this noun that nothing has.
    pub fn missing(&self, noun: &str) -> String {
        format!("{}_0{}{:05}", self.prefix_of(noun), "1jd3kq8v7zj4t0m2x5bn", self.number() % 100_000)
    }

    /// The id of this noun in `ids`, making it and what it stands in where there is none.
    pub fn make(&self, workspace: &Workspace, by: &Person, noun: &str, ids: &mut Ids) -> String {
        if let Some(id) = ids.get(noun) {
            return id.clone();
        }
        let id = match noun {
            "workspace" => workspace.id.clone(),
            // By their id alone, as whoever runs the instance names them.
            "member" | "user" => workspace.people.last().expect("people").id.clone(),
            "session" => self.session_id(by),
            _ => self.create(workspace, by, noun, ids),
        };
        ids.insert(noun.to_owned(), id.clone());
        id
    }

    fn create(&self, workspace: &Workspace, by: &Person, noun: &str, ids: &mut Ids) -> String {
        let route = self.creator(noun);
        let by = if route.allows(by.role) { by } else { workspace.admin() };
        let mut answer = None;
        // A text that turns out not to be free is left as it was in the example.
        for _ in 0..2 {
            let prepared = self.prepare_making(workspace, by, route, ids, Some(noun));
            let got = self.send(&Who::Person(by), &prepared.request);
            let again = got.status == 422 && self.learn(route, &got);
            answer = Some((prepared.request.line(), got));
            if !again {
                break;
            }
        }
        let (asked, answer) = answer.expect("asked");
        let id = answer.json()["id"].as_str().map(str::to_owned);
        let Some(id) = id.filter(|_| answer.is_success()) else {
            panic!("the fixture cannot make a {noun} for {{{noun}}}: {asked} -> {}", answer.line());
        };
        if let Some((prefix, _)) = id.rsplit_once('_') {
            self.prefixes.borrow_mut().insert(prefix.to_owned(), noun.to_owned());
        }
        if answer.status == 202 {
            self.wait_for(by, &route.path, &id);
        }
        id
    }

    fn creator(&self, noun: &str) -> &Route {
        self.routes
            .iter()
            .filter(|route| route.method == "POST" && route.kind == Kind::Api)
            .filter(|route| route.collects().as_deref() == Some(noun))
            .filter(|route| route.answers.iter().any(|status| matches!(status, 201 | 202)))
            .min_by_key(|route| route.parameters().len())
            .unwrap_or_else(|| {
                panic!("no route makes a {noun} (POST to its collection, 201): teach the fixture in world/nouns.rs")
            })
    }

    fn wait_for(&self, by: &Person, collection: &str, id: &str) {
        let deadline = Instant::now() + IMPORTED;
        loop {
            let answer = self.send(&Who::Person(by), &Request::new("GET", format!("{collection}/{id}")));
            let status = answer.json()["status"].as_str().unwrap_or_default().to_owned();
            if matches!(status.as_str(), "done" | "failed") {
                return;
            }
            assert!(Instant::now() < deadline, "{collection}/{id} does not end: {}", answer.line());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A further session of this person, not the one that asks.
    fn session_id(&self, by: &Person) -> String {
        let token = self.another_session(by);
        let answer = self.send(&Who::Token(token), &Request::new("GET", "/api/v1/me/sessions")).json();
        let mut all = answer["data"].as_array().into_iter().flatten();
        let current = all.find(|session| session["current"] == true);
        current
            .and_then(|session| session["id"].as_str())
            .expect("the session that asks is listed")
            .to_owned()
    }

    /// A member of the lowest rank who was not there before.
    pub fn fresh_member(&self, workspace: &Workspace) -> String {
        let (email, password) = (self.new_email(), self.new_password());
        let joined = self.join(workspace.admin(), Role::Viewer, &email, &password);
        joined["user"]["id"].as_str().expect("accepting names the user").to_owned()
    }
}
