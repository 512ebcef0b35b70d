//! Every route lets in exactly those whom `docs/access-matrix.md` names, and nobody else changes anything.

use std::collections::BTreeSet;

use kernel::access::Role;
use testkit::Engine;

use crate::client::{Answer, Request};
use crate::registry::{Kind, Route, is_asked_for};
use crate::world::{Person, Who, World};

/// Role and route whose caller passes the door, and then finds that this object takes more.
/// Each with the reason, the code of the refusal and a path.
const BY_OBJECT: &[(&str, Role, &str)] = &[];

/// A valid request that cannot succeed in this world, with its status and the reason.
const NOT_HERE: &[(&str, &str, u16)] = &[
    ("/setup/{token}", "registration is open: there is no first-run link", 404),
    ("/setup/master-key", "nobody claimed this instance by its first-run link", 404),
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
    let routes: Vec<Route> = world.routes.iter().filter(|route| is_asked_for(route)).cloned().collect();
    let mut suite = Suite { world: &world, cases: 0 };
    // Made first: what follows only refuses, and changes nothing.
    let valid: Vec<Request> = routes.iter().map(|route| suite.valid(route)).collect();
    let before = world.content(&world.a);
    let theirs = world.content(&world.b);
    for (route, request) in routes.iter().zip(&valid) {
        suite.other_sites(route, request);
        if !route.is_public() {
            suite.strangers(route, request);
            suite.bad_credentials(route, request);
            suite.refused_roles(route, request);
            suite.another_workspace(route, request);
        }
        suite.other_methods(route, request);
    }
    world.compare("after refusals", &before, &world.content(&world.a));
    for route in &routes {
        suite.allowed_roles(route);
    }
    world.compare("in the workspace beside", &theirs, &world.content(&world.b));
    let cases = suite.cases;
    world.finish(&format!("every_route_denies on {engine:?}"), cases);
}

struct Suite<'a> {
    world: &'a World,
    cases: usize,
}

impl Suite<'_> {
    /// A request that would be right, were it the right person's: of A's standing things.
    fn valid(&self, route: &Route) -> Request {
        let a = &self.world.a;
        let mut ids = a.standing.borrow().clone();
        self.world.prepare(a, a.admin(), route, &mut ids).request
    }

    /// A few of many that the one guard of all routes treats alike: others for each route.
    fn some<T, const N: usize>(&self, all: [T; N], count: usize) -> impl Iterator<Item = T> + use<T, N> {
        let first = self.cases % N;
        let mut turned: Vec<T> = all.into_iter().collect();
        turned.rotate_left(first);
        turned.into_iter().take(count)
    }

    fn expect(&mut self, right: bool, route: &Route, who: &str, answer: &Answer) {
        self.cases += 1;
        self.world.check(right, || format!("{} as {who}: {}", route.name(), answer.line()));
    }

    fn strangers(&mut self, route: &Route, request: &Request) {
        let answer = self.world.send(&Who::Nobody, request);
        self.expect(is_sent_to_sign_in(route, &answer), route, "nobody", &answer);
        if route.kind == Kind::Page {
            let answer = self.world.send(&Who::Nobody, &request.clone().header("hx-request", "true"));
            self.expect(is_unauthenticated(&answer), route, "nobody, by script", &answer);
        }
    }

    fn bad_credentials(&mut self, route: &Route, request: &Request) {
        let world = self.world;
        let live = world.live_token(world.a.admin());
        let id = "ses_01jd3kq8v7zj4t0m2x5bn00001".to_owned();
        let jwt = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJ1c2VyXzAifQ.".to_owned();
        let tokens = [("an expired session", world.expired.clone()), ("a token of nobody", "A".repeat(43))];
        let odd = [
            ("a token cut short", live[1..].to_owned()),
            ("a token in capitals", live.to_uppercase()),
            ("a token and more", format!("{live}A")),
            ("a session's id", id),
            ("a JWT", jwt.clone()),
            ("nothing", String::new()),
            ("two tokens", format!("{live},{live}")),
            ("a long token", "A".repeat(5_000)),
        ];
        for (what, token) in tokens.into_iter().chain(self.some(odd, 2)) {
            let answer = world.send(&Who::Token(token), request);
            self.expect(is_sent_to_sign_in(route, &answer), route, what, &answer);
        }
        for (what, value) in
            [("a session as bearer", format!("Bearer {live}")), ("a JWT as bearer", format!("Bearer {jwt}"))]
        {
            let request = request.clone().header("authorization", value);
            let answer = world.send(&Who::Nobody, &request);
            self.expect(is_sent_to_sign_in(route, &answer), route, what, &answer);
        }
        let request = request.clone().header("authorization", "Basic YWRtaW46YWRtaW4=");
        let answer = world.send(&Who::Token(live), &request);
        self.expect(
            is_sent_to_sign_in(route, &answer),
            route,
            "a live cookie beside another credential",
            &answer,
        );
    }

    fn refused_roles(&mut self, route: &Route, request: &Request) {
        for person in &self.world.a.people {
            let role = person.role.name();
            if !route.allows(person.role) {
                let answer = self.world.send(&Who::Person(person), request);
                self.expect(is_forbidden(route, &answer), route, role, &answer);
                let answer = self.world.send(&Who::Stale(person), request);
                self.expect(
                    is_forbidden(route, &answer),
                    route,
                    &format!("{role} with an old session"),
                    &answer,
                );
            } else if route.needs_sudo() {
                let answer = self.world.send(&Who::Stale(person), request);
                let right = match route.kind {
                    Kind::Page => answer.status == 303 && leads_to(&answer, "/sudo"),
                    _ => answer.status == 403 && answer.code() == "sudo_required",
                };
                self.expect(right, route, &format!("{role} without sudo"), &answer);
            }
        }
    }

    fn another_workspace(&mut self, route: &Route, valid: &Request) {
        let (a, b) = (&self.world.a, &self.world.b);
        let odd = self.some(["ws_01jd3kq8v7zj4t0m2x5bn00001", "nonsense", ""], 1);
        for named in [b.id.as_str()].into_iter().chain(odd) {
            let request = valid.clone().header("trackhold-workspace", named);
            let answer = self.world.send(&Who::Person(a.admin()), &request);
            let right =
                answer.status == 409 && (route.kind == Kind::Page || answer.code() == "workspace_changed");
            self.expect(right, route, &format!("admin whose page is of {named:?}"), &answer);
        }
        let both = valid.clone().header("trackhold-workspace", &a.id).header("trackhold-workspace", &b.id);
        let answer = self.world.send(&Who::Person(a.admin()), &both);
        self.expect(answer.status == 409, route, "admin whose page is of two workspaces", &answer);
    }

    fn other_sites(&mut self, route: &Route, valid: &Request) {
        if !route.is_unsafe() {
            return;
        }
        let host = self.world.instance.address().port();
        let always =
            [("sec-fetch-site", "cross-site".to_owned()), ("origin", "https://evil.example".to_owned())];
        let odd = [
            ("sec-fetch-site", "same-site".to_owned()),
            ("origin", "null".to_owned()),
            ("origin", format!("https://localhost:{host}")),
            ("origin", format!("http://localhost:{host}.evil.example")),
        ];
        for (name, value) in always.into_iter().chain(self.some(odd, 1)) {
            let mut request = valid.clone();
            request.headers.retain(|(name, _)| name != "sec-fetch-site");
            let answer = self.world.send(&Who::Person(self.world.a.admin()), &request.header(name, &value));
            let right = answer.status == 403 && (route.kind == Kind::Page || answer.code() == "cross_site");
            self.expect(right, route, &format!("admin from a page with {name}: {value}"), &answer);
        }
    }

    fn other_methods(&mut self, route: &Route, request: &Request) {
        let taken: BTreeSet<&str> = self
            .world
            .routes
            .iter()
            .filter(|other| fits(&other.path, &route.path))
            .map(|other| other.method.as_str())
            .collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "TRACE", "BREW"] {
            if taken.contains(method) {
                continue;
            }
            let wrong = Request { method: method.to_owned(), ..request.clone() };
            let answer = self.world.send(&Who::Person(self.world.a.admin()), &wrong);
            self.expect(answer.status == 405, route, &format!("admin with {method}"), &answer);
            let allow = answer.header("allow").unwrap_or_default();
            let listed = allow.split(',').any(|allowed| allowed.trim() == route.method);
            self.expect(listed, route, &format!("admin with {method}, told to use {allow:?}"), &answer);
        }
    }

    fn allowed_roles(&mut self, route: &Route) {
        let a = &self.world.a;
        if route.is_public() {
            return self.done(route, a.admin(), "somebody");
        }
        for person in a.people.iter().filter(|person| route.allows(person.role)) {
            self.done(route, person, person.role.name());
        }
    }

    fn done(&mut self, route: &Route, person: &Person, who: &str) {
        if let Some((.., status)) = NOT_HERE.iter().find(|(path, ..)| *path == route.path) {
            let (_, answer) = self.world.perform(&self.world.a, person, route);
            return self.expect(answer.status == *status, route, who, &answer);
        }
        let (prepared, answer) = self.world.perform(&self.world.a, person, route);
        let by_object = BY_OBJECT.iter().any(|(path, role, code)| {
            *path == route.name() && *role == person.role && answer.code() == *code
        });
        let right = route.succeeds(answer.status) || (answer.status == 403 && by_object);
        self.cases += 1;
        self.world.check(right, || {
            format!("{} as {who}, who may: {} -> {}", route.name(), prepared.request.line(), answer.line())
        });
    }
}

fn is_unauthenticated(answer: &Answer) -> bool {
    answer.status == 401 && answer.code() == "unauthenticated"
}

fn is_sent_to_sign_in(route: &Route, answer: &Answer) -> bool {
    match route.kind {
        Kind::Page => answer.status == 303 && leads_to(answer, "/login"),
        _ => is_unauthenticated(answer),
    }
}

fn is_forbidden(route: &Route, answer: &Answer) -> bool {
    if route.is_superadmins() {
        return answer.status == 404 && (route.kind == Kind::Page || answer.code() == "not_found");
    }
    answer.status == 403 && (route.kind == Kind::Page || answer.code() == "forbidden")
}

fn leads_to(answer: &Answer, path: &str) -> bool {
    answer
        .header("location")
        .is_some_and(|location| location == path || location.starts_with(&format!("{path}?")))
}

/// Whether a registered path could take what another one is filled to, or the other way round.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    let is_open = |part: &str| part.starts_with('{');
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(a, b)| a == b || is_open(a) || is_open(b))
}
