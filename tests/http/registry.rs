//! The routes as the binary lists them, and what the documents say of who may use each.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use kernel::access::Role;
use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Api,
    Page,
    Plain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Json,
    Form,
    Multipart,
}

#[derive(Debug, Clone)]
pub struct Route {
    pub method: String,
    pub path: String,
    pub kind: Kind,
    pub content: Option<Content>,
    pub example: Value,
    /// Statuses of success; none where the route does not say.
    pub answers: Vec<u16>,
    pub body_limit: Option<u64>,
    /// From the documentation.
    pub asks: Asks,
}

/// What a route asks of its caller, as `docs/access-matrix.md` says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks {
    Nothing,
    Session {
        sudo: bool,
    },
    Area {
        area: String,
        level: String,
        sudo: bool,
    },
    /// Missing for everybody else, whatever their role.
    Superadmin {
        sudo: bool,
    },
}

impl Route {
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it is a success that the route speaks of.
    pub fn succeeds(&self, status: u16) -> bool {
        self.answers.contains(&status) || (self.answers.is_empty() && matches!(status, 200 | 303))
    }

    /// Names of the path's parameters.
    pub fn parameters(&self) -> Vec<&str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
    }

    pub fn is_unsafe(&self) -> bool {
        self.method != "GET"
    }

    pub fn is_public(&self) -> bool {
        self.asks == Asks::Nothing
    }

    /// Nobody of a world is one: the suites see that it is missing for them.
    pub fn is_superadmins(&self) -> bool {
        matches!(self.asks, Asks::Superadmin { .. })
    }

    pub fn needs_sudo(&self) -> bool {
        matches!(
            self.asks,
            Asks::Session { sudo: true } | Asks::Area { sudo: true, .. } | Asks::Superadmin { sudo: true }
        )
    }

    /// Sudo aside.
    pub fn allows(&self, role: Role) -> bool {
        match &self.asks {
            Asks::Superadmin { .. } => false,
            Asks::Nothing | Asks::Session { .. } => true,
            Asks::Area { area, level, .. } => rank(promised(role, area)) >= rank(level),
        }
    }

    /// The noun whose collection the path is.
    pub fn collects(&self) -> Option<String> {
        self.path.rsplit('/').next().filter(|last| !last.starts_with('{')).map(singular)
    }
}

const AREAS: [&str; 8] = ["tasks", "projects", "members", "settings", "codes", "assets", "hooks", "security"];

/// The product's promise, written down here once more: a slip in the table of the code is seen.
#[rustfmt::skip]
const PROMISE: [(&str, [&str; 8]); 6] = [
    ("admin", ["full", "full", "full", "full", "full", "full", "full", "full"]),
    ("manager", ["full", "full", "full", "limited", "full", "full", "full", "none"]),
    ("team_lead", ["full", "full", "view", "none", "limited", "full", "view", "none"]),
    ("developer", ["full", "view", "none", "none", "limited", "view", "none", "none"]),
    ("tester", ["limited", "view", "none", "none", "limited", "view", "none", "none"]),
    ("viewer", ["view", "view", "none", "none", "view", "view", "none", "none"]),
];

fn promised(role: Role, area: &str) -> &'static str {
    let column =
        AREAS.iter().position(|name| *name == area).unwrap_or_else(|| panic!("an unknown area: {area}"));
    let (_, row) = PROMISE.iter().find(|(name, _)| *name == role.name()).expect("all roles are promised");
    row[column]
}

fn rank(level: &str) -> usize {
    ["none", "view", "limited", "full"].iter().position(|name| *name == level).expect("a level")
}

/// `TRACKHOLD_BIN`, or the binary that was built beside this test.
pub fn binary() -> PathBuf {
    if let Some(named) = std::env::var_os("TRACKHOLD_BIN") {
        return named.into();
    }
    let test = std::env::current_exe().expect("this test's own path");
    test.ancestors().nth(2).expect("the target directory").join("trackhold")
}

fn printed(arguments: &[&str]) -> String {
    let done = Command::new(binary()).args(arguments).output().expect("the binary runs");
    assert!(done.status.success(), "trackhold {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("the binary prints text")
}

pub fn load() -> Vec<Route> {
    let asked = asked();
    let listed: Value =
        serde_json::from_str(&printed(&["routes", "--json"])).expect("routes --json prints JSON");
    let routes: Vec<Route> =
        listed.as_array().expect("a list").iter().map(|line| route(line, &asked)).collect();
    assert!(routes.iter().any(is_asked_for), "TRACKHOLD_ONLY names no route");
    routes
}

/// Whether a suite looks at this route: `TRACKHOLD_ONLY` is a part of its method and path.
pub fn is_asked_for(route: &Route) -> bool {
    std::env::var("TRACKHOLD_ONLY").map_or(true, |only| route.name().contains(&only))
}

fn route(line: &Value, asked: &BTreeMap<(String, String), Asks>) -> Route {
    let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let (method, path) = (text("method"), text("path"));
    let asks = asked.get(&(method.clone(), path.clone())).unwrap_or_else(|| {
        panic!("{method} {path} is not in docs/access-matrix.md: make it anew with `trackhold access-matrix`")
    });
    let content = match line["content"].as_str() {
        Some("json") => Some(Content::Json),
        Some("form") => Some(Content::Form),
        Some("multipart") => Some(Content::Multipart),
        None => None,
        Some(other) => panic!("{method} {path}: the suites do not know the content {other}"),
    };
    let kind = match text("kind").as_str() {
        "api" => Kind::Api,
        "page" => Kind::Page,
        _ => Kind::Plain,
    };
    let answers = line["answers"].as_array().into_iter().flatten();
    Route {
        kind,
        content,
        example: line["example"].clone(),
        answers: answers.filter_map(|status| status.as_u64()?.try_into().ok()).collect(),
        body_limit: line["body_limit"].as_u64(),
        asks: asks.clone(),
        path: by_nouns(&path),
        method,
    }
}

/// The path with each parameter named by its noun: `{id}` by the collection that it stands in.
fn by_nouns(path: &str) -> String {
    let mut nouns: Vec<String> = Vec::new();
    for part in path.split('/') {
        let noun = match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            None => part.to_owned(),
            Some("id") => format!("{{{}}}", singular(nouns.last().map_or("", String::as_str))),
            Some(name) => format!("{{{}}}", name.strip_suffix("_id").unwrap_or(name)),
        };
        nouns.push(noun);
    }
    nouns.join("/")
}

pub fn singular(collection: &str) -> String {
    match collection.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => collection.strip_suffix('s').unwrap_or(collection).to_owned(),
    }
}

#[test]
fn parameters_are_known_by_their_nouns() {
    assert_eq!(
        by_nouns("/items/{id}/checklists/{checklist_id}/entries/{entry}"),
        "/items/{item}/checklists/{checklist}/entries/{entry}"
    );
    assert_eq!(singular("entries"), "entry");
}

/// The rows of the documentation; of the binary's own print while the page is not written yet.
fn asked() -> BTreeMap<(String, String), Asks> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/access-matrix.md");
    let page = std::fs::read_to_string(page).unwrap_or_else(|_| printed(&["access-matrix"]));
    let cells = |line: &str| -> Vec<String> {
        let cells = line.trim().trim_matches('|').split('|');
        cells.map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
    };
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with('|')).map(cells).collect();
    for (role, levels) in PROMISE {
        let row = rows.iter().find(|row| row[0] == role).unwrap_or_else(|| panic!("no row of {role}"));
        assert_eq!(row[1..], levels, "docs/access-matrix.md does not keep the promise to {role}");
    }
    let routes = rows.into_iter().filter(|row| row.len() == 3 && row[1].starts_with('/'));
    routes.map(|row| ((row[0].clone(), row[1].clone()), asks(&row[2]))).collect()
}

fn asks(text: &str) -> Asks {
    let (what, sudo) = text.strip_suffix(", and sudo").map_or((text, false), |what| (what, true));
    match what {
        "nothing" => Asks::Nothing,
        "a session" => Asks::Session { sudo },
        "a superadmin" => Asks::Superadmin { sudo },
        _ => {
            let (level, area) =
                what.split_once(' ').unwrap_or_else(|| panic!("access {text:?} is not understood"));
            Asks::Area { area: area.to_owned(), level: level.to_owned(), sudo }
        }
    }
}
