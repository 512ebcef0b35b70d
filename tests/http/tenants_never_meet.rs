//! Nothing of one workspace is seen or touched from another: a foreign id answers as a missing one, byte
//! for byte, in every place where an id can stand.

use std::collections::BTreeMap;

use kernel::access::Role;
use serde_json::{Value, json};
use testkit::Engine;

use crate::client::{Answer, Request};
use crate::registry::{Content, Kind, Route, is_asked_for};
use crate::world::{Ids, Prepared, Who, World, id_prefix, percent, request};

/// Ids in a body that may be of another parent, with the reason.
const MAY_BE_ELSEWHERE: &[(&str, &str, &str)] = &[
    ("POST /api/v1/items/{item}/move", "/board_id", "an item may go to another board"),
    ("POST /api/v1/items/{item}/move", "/group_id", "and to a group there"),
    ("POST /items/{item}/move", "/group_id", "the same by the page"),
];

#[test]
fn embedded() {
    run(Engine::Embedded);
}

#[test]
fn postgres() {
    run(Engine::Postgres);
}

fn run(engine: Engine) {
    let world = World::new(engine);
    let routes: Vec<Route> =
        world.routes.iter().filter(|route| is_asked_for(route) && !route.is_superadmins()).cloned().collect();
    let mut suite =
        Suite { world: &world, cases: 0, other: Ids::new(), pairs: Vec::new(), strays: Vec::new() };
    suite.furnish_beside();
    // All requests are made first: from then on nothing may change.
    for route in &routes {
        suite.foreign_in_path(route);
        suite.foreign_in_body(route);
        suite.foreign_in_query(route);
        suite.wrong_parent(route);
    }
    let (ours, theirs) = (world.content(&world.a), world.content(&world.b));
    let pairs = std::mem::take(&mut suite.pairs);
    for pair in &pairs {
        suite.same(pair);
    }
    for stray in std::mem::take(&mut suite.strays) {
        suite.refused(&stray);
    }
    world.compare("after B's attempts", &ours, &world.content(&world.a));
    world.compare("after B's attempts, its own", &theirs, &world.content(&world.b));
    suite.let_in();
    let ours = world.content(&world.a);
    for pair in pairs.iter().filter(|pair| pair.refused && pair.route.kind == Kind::Api) {
        suite.same(pair);
    }
    world.compare("after attempts from another session", &ours, &world.content(&world.a));
    let cases = suite.cases;
    world.finish(&format!("tenants_never_meet on {engine:?}"), cases);
}

struct Suite<'a> {
    world: &'a World,
    cases: usize,
    /// A second tree in A: other parents.
    other: Ids,
    pairs: Vec<Pair>,
    strays: Vec<Stray>,
}

/// A request of B's with an id of A's, and with one that is missing.
struct Pair {
    route: Route,
    place: String,
    theirs: Request,
    missing: Request,
    /// Whether 404 is the only answer.
    refused: bool,
}

/// A request of A's with an id of A's that does not belong there.
struct Stray {
    what: String,
    request: Request,
    statuses: std::ops::Range<u16>,
}

impl Suite<'_> {
    fn furnish_beside(&mut self) {
        let a = &self.world.a;
        let nouns: Vec<String> = a.standing.borrow().keys().cloned().collect();
        for noun in nouns.iter().filter(|noun| !matches!(noun.as_str(), "workspace" | "member" | "session")) {
            self.world.make(a, a.admin(), noun, &mut self.other);
        }
    }

    /// From here on B's admin is a viewer of A as well. What counts is the workspace of the session.
    fn let_in(&self) {
        let (a, b) = (&self.world.a, &self.world.b);
        let rename = Request::new("PATCH", "/api/v1/me").json(&json!({ "name": "Somebody of both" }));
        self.world.send(&Who::Person(b.admin()), &rename);
        let token = self.world.invitation_token(a.admin(), Role::Viewer, &b.admin().email);
        let request = Request::new("POST", "/api/v1/invitations/accept").json(&json!({ "token": token }));
        let answer = self.world.send(&Who::Token(self.world.live_token(b.admin())), &request);
        assert_eq!(answer.status, 201, "accepting by one's session: {}", answer.line());
        self.world.look_after(b.admin());
    }

    /// Every id of the path A's; then every one missing; then A's under one that is B's own.
    fn foreign_in_path(&mut self, route: &Route) {
        let nouns = self.ids_in_path(route);
        if nouns.is_empty() {
            return;
        }
        let (foreign, own) = (self.world.a.standing.borrow().clone(), self.world.b.standing.borrow().clone());
        for last_only in [false, true] {
            if last_only && nouns.len() < 2 {
                continue;
            }
            let base = self.prepared(route, &own);
            let replaced = |ids: &dyn Fn(&str) -> String| -> Prepared {
                let mut changed = base.clone();
                let places = changed.path.iter_mut().filter(|(noun, _)| nouns.contains(noun));
                for (noun, id) in places.skip(if last_only { nouns.len() - 1 } else { 0 }) {
                    *id = ids(noun);
                }
                changed
            };
            let theirs = replaced(&|noun| foreign[noun].clone());
            let missing = replaced(&|noun| self.world.missing(noun));
            let place = if last_only { "the last id of the path" } else { "the path" };
            self.pair(route, place, &theirs, &missing, true);
        }
    }

    /// One id of the body at a time; those that the example leaves out are known from the document.
    fn foreign_in_body(&mut self, route: &Route) {
        let own = self.world.b.standing.borrow().clone();
        let foreign = self.world.a.standing.borrow().clone();
        let base = self.prepared(route, &own);
        for (place, noun) in self.ids_in_body(route, &base.body) {
            if !foreign.contains_key(&noun) {
                continue;
            }
            let with = |id: String| {
                let mut changed = base.clone();
                put(&mut changed.body, &place, json!(id));
                changed
            };
            let theirs = with(foreign[&noun].clone());
            let missing = with(self.world.missing(&noun));
            self.pair(route, &place, &theirs, &missing, true);
        }
    }

    fn foreign_in_query(&mut self, route: &Route) {
        let own = self.world.b.standing.borrow().clone();
        let names: Vec<String> = self
            .world
            .query_parameters(route)
            .iter()
            .filter_map(|parameter| parameter["name"].as_str().map(str::to_owned))
            .collect();
        let foreign = self.world.a.standing.borrow().clone();
        for name in names.iter().filter(|name| !matches!(name.as_str(), "limit" | "cursor")) {
            for (noun, id) in &foreign {
                let base = self.prepared(route, &own);
                let with = |id: &str| {
                    let mut changed = base.clone();
                    let joint = if changed.request.target.contains('?') { '&' } else { '?' };
                    changed.request.target.push_str(&format!("{joint}{name}={}", percent(id)));
                    changed
                };
                let missing = self.world.missing(noun);
                self.pair(route, &format!("?{name} ({noun})"), &with(id), &with(&missing), false);
            }
        }
        if names.iter().any(|name| name == "cursor") {
            self.foreign_cursor(route, &own);
        }
    }

    /// A's place in a list is no way into it.
    fn foreign_cursor(&mut self, route: &Route, own: &Ids) {
        let theirs = self.world.a.standing.borrow().clone();
        let mut prepared = self.prepare_in_a(route, &theirs);
        prepared.request.target.push_str("?limit=1");
        let answer = self.world.send(&Who::Person(self.world.a.admin()), &prepared.request);
        let Some(cursor) = answer.json()["next_cursor"].as_str().map(str::to_owned) else { return };
        let mut prepared = self.prepared(route, own);
        prepared.request.target.push_str(&format!("?cursor={}", percent(&cursor)));
        // What it shows of A is seen by the world, whose canary would be in it.
        let answer = self.world.send(&Who::Person(self.world.b.admin()), &prepared.request);
        self.cases += 1;
        self.world.check(matches!(answer.status, 200 | 400), || {
            format!("{} with another's cursor: {}", route.name(), answer.line())
        });
    }

    /// A's own ids that do not belong together.
    fn wrong_parent(&mut self, route: &Route) {
        let nouns = self.ids_in_path(route);
        let standing = self.world.a.standing.borrow().clone();
        for wrong in nouns.iter().skip(1) {
            let mut prepared = self.prepare_in_a(route, &standing);
            let Some(other) = self.other.get(wrong).cloned() else { continue };
            for (noun, id) in &mut prepared.path {
                if noun == wrong {
                    *id = other.clone();
                }
            }
            let request = request(route, &prepared.path, &prepared.body);
            let what = format!("{} with a {wrong} of another parent", route.name());
            self.strays.push(Stray { what, request, statuses: 404..405 });
        }
        let base = self.prepare_in_a(route, &standing);
        for (place, noun) in self.ids_in_body(route, &base.body) {
            let Some(other) = self.other.get(&noun) else { continue };
            if MAY_BE_ELSEWHERE.iter().any(|(name, at, _)| *name == route.name() && *at == place) {
                continue;
            }
            let mut prepared = base.clone();
            put(&mut prepared.body, &place, json!(other));
            let request = request(route, &prepared.path, &prepared.body);
            let what = format!("{} with another's {noun} at {place}", route.name());
            self.strays.push(Stray { what, request, statuses: 400..500 });
        }
    }

    fn refused(&mut self, stray: &Stray) {
        let answer = self.world.send(&Who::Person(self.world.a.admin()), &stray.request);
        self.cases += 1;
        self.world.check(stray.statuses.contains(&answer.status), || {
            format!("{}: {} -> {}", stray.what, stray.request.line(), answer.line())
        });
    }

    fn pair(&mut self, route: &Route, place: &str, theirs: &Prepared, missing: &Prepared, refused: bool) {
        let rebuilt = |prepared: &Prepared| {
            let query = prepared
                .request
                .target
                .split_once('?')
                .map_or(String::new(), |(_, query)| format!("?{query}"));
            let mut request = request(route, &prepared.path, &prepared.body);
            request.target.push_str(&query);
            request
        };
        let (theirs, missing) = (rebuilt(theirs), rebuilt(missing));
        self.pairs.push(Pair { route: route.clone(), place: place.to_owned(), theirs, missing, refused });
    }

    /// Sends both as B's admin: the answers differ in nothing but the request's id.
    fn same(&mut self, pair: &Pair) {
        let Pair { route, place, theirs, missing, refused } = pair;
        for script in [false, true] {
            if script && route.kind != Kind::Page {
                continue;
            }
            let ask = |request: &Request| {
                let mut request = request.clone();
                if script {
                    request = request.header("hx-request", "true");
                }
                if route.is_public() {
                    return self.world.send(&Who::Nobody, &request);
                }
                let answer = self.world.send(&Who::Person(self.world.b.admin()), &request);
                if route.is_unsafe() && answer.status < 400 {
                    self.world.look_after(self.world.b.admin());
                }
                answer
            };
            let (foreign, gone) = (ask(theirs), ask(missing));
            self.cases += 1;
            let (left, right) = (comparable(theirs, &foreign), comparable(missing, &gone));
            self.world.check(left == right, || {
                format!(
                    "{} tells a foreign id from a missing one at {place}: {} -> {} | {} -> {}",
                    route.name(),
                    theirs.line(),
                    foreign.line(),
                    missing.line(),
                    gone.line()
                )
            });
            self.world.check(!*refused || foreign.status == 404, || {
                format!(
                    "{} with a foreign id at {place}: {} -> {}",
                    route.name(),
                    theirs.line(),
                    foreign.line()
                )
            });
        }
    }

    fn prepared(&self, route: &Route, ids: &Ids) -> Prepared {
        let b = &self.world.b;
        self.world.prepare(b, b.admin(), route, &mut ids.clone())
    }

    fn prepare_in_a(&self, route: &Route, ids: &Ids) -> Prepared {
        let a = &self.world.a;
        self.world.prepare(a, a.admin(), route, &mut ids.clone())
    }

    fn ids_in_path(&self, route: &Route) -> Vec<String> {
        let is_id = |noun: &&str| self.world.a.standing.borrow().contains_key(*noun);
        route.parameters().into_iter().filter(is_id).map(str::to_owned).collect()
    }

    /// Places of the body that take an id, with its noun.
    fn ids_in_body(&self, route: &Route, body: &Value) -> BTreeMap<String, String> {
        let mut places = BTreeMap::new();
        find_ids(body, String::new(), &mut |place, prefix| {
            places.insert(place, prefix);
        });
        if route.content == Some(Content::Json) {
            for (name, schema) in self.world.body_fields(route) {
                if let Some(prefix) = self.world.prefix_in(&schema) {
                    let is_list = schema["type"].to_string().contains("array");
                    let taken = places.keys().any(|place| place.starts_with(&format!("/{name}")));
                    if !taken {
                        places.insert(format!("/{name}{}", if is_list { "/0" } else { "" }), prefix);
                    }
                }
            }
        }
        let nouns =
            places.into_iter().filter_map(|(place, prefix)| Some((place, self.world.noun_of(&prefix)?)));
        nouns.collect()
    }
}

/// Status, headers and body without what is each request's own.
fn comparable(request: &Request, answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let own = answer.header("x-request-id").unwrap_or("-").to_owned();
    let mut headers = answer.headers.clone();
    headers.retain(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date" | "ratelimit"));
    headers.sort();
    let mut text = answer.text().replace(&own, "");
    // An answer may repeat what it was asked.
    let asked = format!("{} {}", request.target, String::from_utf8_lossy(&request.body));
    let words = asked.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    for id in words.filter(|word| id_prefix(word).is_some()) {
        text = text.replace(id, "…");
        headers.iter_mut().for_each(|(_, value)| *value = value.replace(id, "…"));
    }
    (answer.status, headers, text)
}

fn find_ids(value: &Value, at: String, found: &mut impl FnMut(String, String)) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| find_ids(value, format!("{at}/{name}"), found))
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(n, value)| find_ids(value, format!("{at}/{n}"), found))
        }
        Value::String(text) => {
            if let Some(prefix) = id_prefix(text) {
                found(at, prefix.to_owned());
            }
        }
        _ => {}
    }
}

/// Sets what a pointer names, making it where it is not there.
fn put(body: &mut Value, place: &str, new: Value) {
    if let Some(value) = body.pointer_mut(place) {
        *value = new;
        return;
    }
    match place.strip_suffix("/0") {
        Some(list) => body[&list[1..]] = json!([new]),
        None => body[&place[1..]] = new,
    }
}
