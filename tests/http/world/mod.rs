//! A server with two workspaces full of everything, and their people.

mod bodies;
mod content;
mod factors;
mod links;
mod nouns;
mod people;
mod prepared;
mod schema;
mod sessions;
mod vault;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use kernel::access::Role;
use serde_json::Value;
use testkit::{Engine, Instance};

use crate::client::{Answer, Client, Request};
use crate::registry::{self, Route};

pub use bodies::{id_prefix, multipart, percent, pointers};
pub use content::Content;
pub use nouns::Ids;
pub use people::Person;
use sessions::{Age, Wanted};

pub use prepared::{Prepared, request};
pub use vault::{PASSWORD_MARK, Vault};

/// In every text of the first workspace, and in none of the second.
pub const CANARY_A: &str = "zqAAcanary";
pub const CANARY_B: &str = "zqBBcanary";

/// Sessions that are kept for when one ends.
const SPARE: usize = 30;
/// Findings that are shown; the rest is counted.
const SHOWN: usize = 60;

/// Whose request it is.
pub enum Who<'a> {
    Nobody,
    Person(&'a Person),
    /// With the session that gave its password long ago.
    Stale(&'a Person),
    /// With this cookie.
    Token(String),
}

pub struct Workspace {
    pub id: String,
    /// One of each role, strongest first.
    pub people: Vec<Person>,
    /// One of each noun, kept as it is.
    pub standing: RefCell<Ids>,
}

pub struct World {
    pub instance: Instance,
    pub client: Client,
    pub routes: Vec<Route>,
    /// The OpenAPI document.
    pub document: Value,
    pub a: Workspace,
    pub b: Workspace,
    /// Of a session of A's admin that has expired.
    pub expired: String,
    pub vault: vault::Vault,
    pub master_key: String,
    numbers: Cell<usize>,
    /// Places of a route's body where a text is not free.
    fixed: RefCell<HashMap<String, BTreeSet<String>>>,
    /// The noun of each prefix of ids, as far as things were made.
    prefixes: RefCell<BTreeMap<String, String>>,
    findings: RefCell<Vec<String>>,
    /// Somebody who forgets passwords.
    forgetful: RefCell<Option<String>>,
    /// The code of a second factor that the next request takes.
    code: RefCell<Option<String>>,
    /// The secret of the authenticator that was set up last.
    authenticator: RefCell<String>,
    /// What earlier processes of the instance wrote.
    earlier: RefCell<String>,
    begun: Instant,
}

impl Workspace {
    fn empty() -> Self {
        Self { id: String::new(), people: Vec::new(), standing: RefCell::default() }
    }

    pub fn admin(&self) -> &Person {
        &self.people[0]
    }
}

impl World {
    pub fn new(engine: Engine) -> Self {
        Self::with(engine, &[])
    }

    /// With further environment.
    pub fn with(engine: Engine, environment: &[(&str, &str)]) -> Self {
        let master_key = kernel::crypto::hex(&kernel::crypto::random::<32>());
        let mut all = vec![
            ("TRACKHOLD_REGISTRATION", "open"),
            // Each person gets an address of their own.
            ("TRACKHOLD_BEHIND_PROXY", "127.0.0.1/32"),
            ("TRACKHOLD_MASTER_KEY", &master_key),
        ];
        all.extend(environment);
        let instance = Instance::start_with(engine, &all);
        let mut world = Self {
            client: Client::new(instance.address()),
            instance,
            routes: registry::load(),
            document: Value::Null,
            a: Workspace::empty(),
            b: Workspace::empty(),
            expired: String::new(),
            vault: vault::Vault::default(),
            master_key,
            numbers: Cell::default(),
            fixed: RefCell::default(),
            prefixes: RefCell::default(),
            findings: RefCell::default(),
            forgetful: RefCell::default(),
            code: RefCell::default(),
            authenticator: RefCell::default(),
            earlier: RefCell::default(),
            begun: Instant::now(),
        };
        world.vault.add_key("the master key", &world.master_key);
        world.document = world.send(&Who::Nobody, &Request::new("GET", "/api/openapi.json")).json();
        world.a = world.populate(CANARY_A, &Role::ALL);
        world.b = world.populate(CANARY_B, &[Role::Admin, Role::Developer]);
        world.settle();
        world.furnish(&world.a);
        world.furnish(&world.b);
        println!("world: {:?} made in {:.1} s", engine, world.begun.elapsed().as_secs_f32());
        world
    }

    fn populate(&self, canary: &'static str, roles: &[Role]) -> Workspace {
        let admin = self.register(canary);
        let id = admin.workspace.clone();
        let mut people = vec![admin];
        for role in &roles[1..] {
            let person = self.invite(&people[0], *role);
            people.push(person);
        }
        Workspace { id, people, standing: RefCell::default() }
    }

    /// Sessions of all ages for everybody.
    fn settle(&mut self) {
        let everybody: Vec<&Person> = self.a.people.iter().chain(&self.b.people).collect();
        let each = everybody.iter().flat_map(|person| {
            let ages = [Age::Stale, Age::Fresh].into_iter().chain(std::iter::repeat_n(Age::Fresh, SPARE));
            ages.map(|age| Wanted { user: person.id.clone(), workspace: person.workspace.clone(), age })
        });
        let admin = self.a.admin();
        let expired =
            Wanted { user: admin.id.clone(), workspace: admin.workspace.clone(), age: Age::Expired };
        let wanted: Vec<Wanted> = each.chain([expired]).collect();
        let mut tokens = self.mint(&wanted).into_iter();
        for person in self.a.people.iter().chain(&self.b.people) {
            let mut next = || tokens.next().expect("one for each wish");
            person.stale.replace(next());
            person.token.replace(next());
            person.spare.replace((0..SPARE).map(|_| next()).collect());
        }
        self.expired = tokens.next().expect("one for each wish");
        self.client = Client::new(self.instance.address());
    }

    /// Sends as somebody, and looks at what comes back for what must never come.
    pub fn send(&self, who: &Who<'_>, request: &Request) -> Answer {
        let mut request = request.clone();
        let has = |request: &Request, name: &str| request.headers.iter().any(|(found, _)| found == name);
        let cookie = match who {
            Who::Nobody => None,
            Who::Person(person) => Some(self.live_token(person)),
            Who::Stale(person) => Some(person.stale.borrow().clone()),
            Who::Token(token) => Some(token.clone()),
        };
        if let Some(cookie) = cookie {
            request = request.header("cookie", format!("trackhold={cookie}"));
        }
        if request.is_unsafe() && !has(&request, "sec-fetch-site") && !has(&request, "origin") {
            request = request.header("sec-fetch-site", "same-origin");
        }
        if !has(&request, "x-forwarded-for") {
            request = request.header("x-forwarded-for", self.new_address());
        }
        let answer = self.client.send(&request).unwrap_or_else(|lost| {
            self.find(format!("{}: no answer: {}", request.line(), lost.0));
            Answer { status: 0, headers: Vec::new(), body: Vec::new() }
        });
        self.inspect(who, &request, &answer);
        answer
    }

    fn inspect(&self, who: &Who<'_>, request: &Request, answer: &Answer) {
        for secret in self.vault.found_in_answer(request, answer) {
            self.find(format!("{} gives away {secret}: {}", request.line(), answer.line()));
        }
        if let Some(token) = answer.session_cookie() {
            self.vault.add_token("a session", &token);
            if let Who::Person(person) = who {
                *person.token.borrow_mut() = token;
            }
        }
        if answer.status >= 500 {
            self.find(format!("{} -> {}", request.line(), answer.line()));
        }
        let foreign = match who {
            Who::Person(person) | Who::Stale(person) => {
                if person.canary == CANARY_A {
                    CANARY_B
                } else {
                    CANARY_A
                }
            }
            _ => return,
        };
        let body = String::from_utf8_lossy(&request.body);
        if answer.text().contains(foreign) && !body.contains(foreign) {
            self.find(format!("{} shows another workspace's text: {}", request.line(), answer.line()));
        }
    }

    /// Notes what is wrong; the suite goes on and fails in the end.
    pub fn find(&self, what: String) {
        self.findings.borrow_mut().push(what);
    }

    pub fn check(&self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.find(what());
        }
    }

    fn remember_terminal(&self) {
        self.earlier.borrow_mut().push_str(&self.instance.terminal());
    }

    /// Looks at what the server wrote, says how much was done, and fails where anything was found.
    pub fn finish(self, suite: &str, cases: usize) {
        self.remember_terminal();
        let terminal = self.earlier.borrow().clone();
        for secret in self.vault.found_in(&terminal) {
            self.find(format!("the server's log gives away {secret}"));
        }
        for line in terminal.lines().filter(|line| line.contains(" ERROR ") || line.contains("panic")) {
            self.find(format!("the server logged: {line}"));
        }
        let alive = self.send(&Who::Nobody, &Request::new("GET", "/readyz")).status == 200;
        self.check(alive, || "the server does not answer any more".into());
        let findings = self.findings.take();
        println!(
            "{suite}: {} routes, {cases} cases, {} requests in {:.1} s; {} secrets looked for; {} findings",
            self.routes.len(),
            self.client.sent.get(),
            self.begun.elapsed().as_secs_f32(),
            self.vault.count(),
            findings.len(),
        );
        let shown: Vec<_> = findings.iter().take(SHOWN).map(|finding| format!("- {finding}")).collect();
        assert!(findings.is_empty(), "{suite}: {} findings\n{}", findings.len(), shown.join("\n"));
    }
}

impl Drop for World {
    /// A suite that ends in the middle says what it had found by then.
    fn drop(&mut self) {
        if std::thread::panicking() {
            for finding in self.findings.borrow().iter().take(SHOWN) {
                println!("- {finding}");
            }
        }
    }
}
