//! The contract of the API: what creating, changing, deleting, listing and refusing look like.

use std::collections::BTreeSet;

use serde_json::Value;
use testkit::Engine;

use crate::client::{Answer, Request};
use crate::manners;
use crate::registry::{Kind, Route, is_asked_for};
use crate::world::{Ids, Prepared, Who, World, request};

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
    let mut suite = Suite { world: &world, cases: 0 };
    suite.elsewhere();
    for route in &routes {
        suite.documented(route);
        suite.malformed_ids(route);
        suite.heads_and_options(route);
        if route.kind == Kind::Api {
            suite.lists(route);
            suite.versions(route);
            suite.keys(route);
            suite.done(route);
        }
    }
    let cases = suite.cases;
    world.finish(&format!("shapes on {engine:?}"), cases);
}

struct Suite<'a> {
    world: &'a World,
    cases: usize,
}

impl Suite<'_> {
    fn expect(&mut self, right: bool, what: &str, answer: &Answer) {
        self.cases += 1;
        self.world.check(right, || format!("{what}: {}", answer.line()));
        if let Some(why) = manners::bare(answer) {
            self.world.find(format!("{what}: {why}: {}", answer.line()));
        }
    }

    fn ask(&self, request: &Request) -> Answer {
        self.world.send(&Who::Person(self.world.a.admin()), request)
    }

    fn prepared(&self, route: &Route, ids: &mut Ids) -> Prepared {
        let a = &self.world.a;
        self.world.prepare(a, a.admin(), route, ids)
    }

    /// Refusals that no route makes have the same headers, and the API's the same shape.
    fn elsewhere(&mut self) {
        for (method, target, status) in [
            ("GET", "/api/v1/nowhere", 404),
            ("POST", "/api/v1/nowhere", 404),
            ("GET", "/api/v1/", 404),
            ("GET", "/api/v2/me", 404),
            ("GET", "/nowhere", 404),
            ("GET", "/../../etc/passwd", 404),
            ("GET", "/%2e%2e/%2e%2e/etc/passwd", 404),
            ("GET", "/assets/..%2f..%2fetc%2fpasswd", 404),
            ("GET", "/api/v1/me/", 404),
            ("GET", "//api/v1/me", 404),
            ("GET", "/API/V1/ME", 404),
            ("BREW", "/api/v1/me", 405),
        ] {
            let answer = self.ask(&Request::new(method, target));
            self.expect(answer.status == status, &format!("{method} {target}"), &answer);
            if target.starts_with("/api/v1") {
                let why = manners::ill_shaped(&answer);
                self.expect(why.is_none(), &format!("{method} {target}: {why:?}"), &answer);
            }
        }
        for (host, status) in
            [("evil.example", 421), ("localhost.evil.example", 421), ("", 421), ("127.0.0.1:1", 200)]
        {
            let answer = self.ask(&Request::new("GET", "/api/v1/me").header("host", host));
            self.expect(answer.status == status, &format!("host {host:?}"), &answer);
        }
    }

    /// The document knows the route, with an example that is JSON for those that take it.
    fn documented(&mut self, route: &Route) {
        if route.kind != Kind::Api {
            return;
        }
        self.cases += 1;
        let operation = self.world.operation(route);
        let body = &operation["requestBody"]["content"];
        let example = body.as_object().and_then(|kinds| kinds.values().next()).map(|kind| &kind["example"]);
        let documented =
            operation.is_object() && (route.content.is_none() || example.is_some_and(|one| !one.is_null()));
        self.world.check(documented, || {
            format!("{} is not in the OpenAPI document, or without example", route.name())
        });
        let told = |status: &u16| operation["responses"][status.to_string()].is_object();
        let missing: Vec<_> = route.answers.iter().filter(|status| !told(status)).collect();
        self.world.check(missing.is_empty() && !route.answers.is_empty(), || {
            format!("{} does not document its answers: {missing:?}", route.name())
        });
    }

    /// What is no id of the right kind is as missing as any other.
    fn malformed_ids(&mut self, route: &Route) {
        let mut ids = self.world.a.standing.borrow().clone();
        let prepared = self.prepared(route, &mut ids);
        for at in 0..prepared.path.len() {
            let (noun, id) = prepared.path[at].clone();
            if !self.world.a.standing.borrow().contains_key(&noun) {
                continue;
            }
            let other = if noun == "member" { "ws" } else { "user" };
            let rest = id.split_once('_').map_or("", |(_, rest)| rest);
            for wrong in [
                "x".to_owned(),
                "1".to_owned(),
                rest.to_owned(),
                id.to_uppercase(),
                format!("{id}0"),
                id[..id.len() - 1].to_owned(),
                format!("{other}_{rest}"),
                "%00".to_owned(),
                "%ff".to_owned(),
                format!("{id}%00"),
                format!("{id}%20"),
                "..".to_owned(),
                "%2e%2e%2f".to_owned(),
                "'%20OR%201=1".replace('\'', "%27"),
                "9".repeat(2_000),
            ] {
                let mut path = prepared.path.clone();
                path[at].1 = wrong.clone();
                let answer = self.ask(&request(route, &path, &prepared.body));
                let what = format!("{} with {noun} {}", route.name(), &wrong[..wrong.len().min(40)]);
                self.expect(answer.status == 404, &what, &answer);
            }
        }
    }

    fn heads_and_options(&mut self, route: &Route) {
        if route.is_unsafe() {
            return;
        }
        let mut ids = self.world.a.standing.borrow().clone();
        let request = self.prepared(route, &mut ids).request;
        let full = self.ask(&request);
        if full.header("content-type") == Some("text/event-stream") {
            return;
        }
        let head = self.ask(&Request { method: "HEAD".into(), ..request.clone() });
        let same = head.status == full.status && head.body.is_empty();
        self.expect(
            same && head.header("content-type") == full.header("content-type"),
            &format!("HEAD {}", route.path),
            &head,
        );
        let preflight = Request { method: "OPTIONS".into(), ..request }
            .header("origin", "https://evil.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type");
        let answer = self.ask(&preflight);
        let opened = answer.headers.iter().any(|(name, _)| name.starts_with("access-control-"));
        let right = !opened && (answer.status == 405 || answer.is_success());
        self.expect(right, &format!("a preflight of {}", route.path), &answer);
    }

    /// `{"data": […], "next_cursor"}`, and every page of one is all of it, each once.
    fn lists(&mut self, route: &Route) {
        let names = self.world.query_parameters(route);
        if !names.iter().any(|parameter| parameter["name"] == "limit") {
            return;
        }
        let mut ids = self.world.a.standing.borrow().clone();
        let base = self.prepared(route, &mut ids).request;
        let joint = if base.target.contains('?') { '&' } else { '?' };
        let page = |suite: &Self, query: &str| {
            suite.ask(&Request { target: format!("{}{joint}{query}", base.target), ..base.clone() })
        };
        let whole = page(self, "limit=1000");
        let listed = whole.json();
        let right = listed["data"].is_array()
            && (listed["next_cursor"].is_null() || listed["next_cursor"].is_string());
        self.expect(
            whole.status == 200 && right && listed.as_object().is_some_and(|all| all.len() == 2),
            &route.name(),
            &whole,
        );
        if !names.iter().any(|parameter| parameter["name"] == "cursor") {
            return;
        }
        let mut paged = Vec::new();
        let mut query = "limit=1".to_owned();
        for _ in 0..50 {
            let answer = page(self, &query);
            self.expect(answer.status == 200, &format!("{} {query}", route.name()), &answer);
            let Value::Array(rows) = answer.json()["data"].take() else { break };
            paged.extend(rows);
            match answer.json()["next_cursor"].as_str() {
                Some(cursor) => query = format!("limit=1&cursor={}", crate::world::percent(cursor)),
                None => break,
            }
        }
        let all: Vec<Value> = listed["data"].as_array().cloned().unwrap_or_default();
        let same = paged == all || all.len() > paged.len() && all[..paged.len()] == paged[..];
        self.expect(
            same && (paged.len() == all.len() || paged.len() >= 50),
            &format!("{} by pages of one", route.name()),
            &whole,
        );
    }

    /// `ETag` of what can be changed; another one in `If-Match` changes nothing.
    fn versions(&mut self, route: &Route) {
        let names = self.world.operation(route)["parameters"].as_array().cloned().unwrap_or_default();
        if !names.iter().any(|parameter| parameter["name"] == "If-Match") {
            return;
        }
        let mut ids = self.world.fresh(&self.world.a, route);
        let prepared = self.prepared(route, &mut ids);
        let get = Request::new("GET", prepared.request.target.clone());
        let before = self.ask(&get);
        for wrong in ["\"0\"", "\"999999\"", "nonsense", "\"1", "W/\"1\"", ""] {
            let answer = self.ask(&prepared.request.clone().header("if-match", wrong));
            self.expect(answer.status == 412, &format!("{} with If-Match {wrong}", route.name()), &answer);
        }
        if before.status != 200 {
            return;
        }
        let Some(tag) = before.header("etag").map(str::to_owned) else {
            return self.expect(false, &format!("GET {} has no ETag", route.path), &before);
        };
        let after = self.ask(&get);
        self.expect(after.json() == before.json(), &format!("{} after 412", route.name()), &after);
        let answer = self.ask(&prepared.request.clone().header("if-match", tag.clone()));
        self.expect(route.succeeds(answer.status), &format!("{} with If-Match {tag}", route.name()), &answer);
        if route.method == "PATCH" {
            self.expect(
                answer.header("etag").is_some_and(|new| *new != tag),
                &format!("{} has a new ETag", route.name()),
                &answer,
            );
            let again = self.ask(&prepared.request.clone().header("if-match", tag));
            self.expect(again.status == 412, &format!("{} with the old ETag", route.name()), &again);
        }
    }

    /// `Idempotency-Key`: the same request twice makes one thing, another one is refused.
    fn keys(&mut self, route: &Route) {
        let names = self.world.operation(route)["parameters"].as_array().cloned().unwrap_or_default();
        if !names.iter().any(|parameter| parameter["name"] == "Idempotency-Key") {
            return;
        }
        let mut ids = self.world.fresh(&self.world.a, route);
        let prepared = self.prepared(route, &mut ids);
        let key = format!("key-{}", self.world.number());
        let keyed = prepared.request.clone().header("idempotency-key", key.clone());
        let (first, again) = (self.ask(&keyed), self.ask(&keyed));
        let what = format!("{} with one Idempotency-Key", route.name());
        self.expect(route.succeeds(first.status), &what, &first);
        let same = again.status == first.status
            && again.json()["id"] == first.json()["id"]
            && first.json()["id"].is_string();
        self.expect(
            same && again.header("location") == first.header("location"),
            &format!("{what} again"),
            &again,
        );
        let mut other = prepared.clone();
        if let Some(Value::Object(fields)) = Some(&mut other.body) {
            let text = fields.values_mut().find(|value| value.is_string());
            if let Some(Value::String(text)) = text {
                text.push('x');
            }
        }
        let answer = self.ask(&request(route, &other.path, &other.body).header("idempotency-key", key));
        let refused = answer.status == 409 && answer.code() == "idempotency_key_reused";
        self.expect(refused || answer.status == 422, &format!("{what} for another body"), &answer);
        for wrong in ["", "a b", "\u{e4}", &"x".repeat(256)] {
            let answer = self.ask(&prepared.request.clone().header("idempotency-key", wrong));
            self.expect(
                answer.status == 400,
                &format!("{} with Idempotency-Key {wrong:?}", route.name()),
                &answer,
            );
        }
    }

    /// What success looks like.
    fn done(&mut self, route: &Route) {
        let (prepared, answer) = self.world.perform(&self.world.a, self.world.a.admin(), route);
        let what = prepared.request.line();
        self.expect(route.succeeds(answer.status), &what, &answer);
        let json = answer.header("content-type").is_some_and(|kind| kind == "application/json");
        match answer.status {
            201 => {
                let location = answer.header("location").unwrap_or_default().to_owned();
                self.expect(
                    json && location.starts_with("/api/v1/"),
                    &format!("{what} with Location"),
                    &answer,
                );
                self.found_at(route, &location, &answer);
            }
            204 => {
                self.expect(answer.body.is_empty() && answer.header("content-type").is_none(), &what, &answer)
            }
            _ => {
                let other = route.path.ends_with("/export") || route.path.ends_with("/events");
                self.expect(json || other, &format!("{what} is JSON"), &answer);
            }
        }
        if route.method == "DELETE" && route.parameters().len() == 1 {
            let again = self.ask(&prepared.request);
            self.expect(matches!(again.status, 204 | 404 | 409), &format!("{what} again"), &again);
        }
    }

    /// A thing is at its address, and looks the same there.
    fn found_at(&mut self, route: &Route, location: &str, made: &Answer) {
        let is_readable = self.world.routes.iter().any(|other| {
            let (parts, asked): (Vec<_>, Vec<_>) =
                (other.path.split('/').collect(), location.split('/').collect());
            let fits = |(part, asked): (&&str, &&str)| {
                part == asked || (part.starts_with('{') && asked.contains('_'))
            };
            other.method == "GET" && parts.len() == asked.len() && parts.iter().zip(&asked).all(fits)
        });
        if route.is_public() || !is_readable {
            return;
        }
        let there = self.ask(&Request::new("GET", location));
        let (mut made, shown) = (made.json(), there.json());
        let secrets: BTreeSet<&str> = ["token", "link", "key"].into();
        if let (Some(made), Some(shown)) = (made.as_object_mut(), shown.as_object()) {
            made.retain(|name, _| shown.contains_key(name) || !secrets.contains(name.as_str()));
        }
        let same = there.status == 200 && (made["id"] == shown["id"] || shown["data"].is_array());
        self.expect(same, &format!("GET {location}, which {} made", route.name()), &there);
    }
}
