//! Whatever is sent, the answer says what is wrong with it and nothing is lost.

mod queries;
mod uploads;
mod variants;

use serde_json::{Value, json};
use testkit::Engine;

use crate::client::{Answer, Request};
use crate::manners;
use crate::registry::{Content, Kind, Route, is_asked_for};
use crate::world::{Ids, Prepared, Who, World, percent, pointers, request};
use variants::{Fate, OTHER_TYPES, Shape};

const MEGABYTES: usize = 10 * 1024 * 1024;

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
    let mut suite = Suite { world: &world, cases: 0, scratch: Ids::new() };
    // Each is right before it is made wrong; this also learns which texts are free.
    for route in routes.iter().filter(|route| route.content.is_some()) {
        let (prepared, answer) = world.perform(&world.b, world.b.admin(), route);
        let right = route.succeeds(answer.status) || route.path.starts_with("/setup/");
        world.check(right, || format!("the valid example: {} -> {}", prepared.request.line(), answer.line()));
    }
    let before = suite.kept();
    let name = suite.own_name();
    for route in &routes {
        // Of its own: what is fine after all may archive it.
        suite.scratch.clear();
        match route.content {
            Some(Content::Json) => suite.json(route),
            Some(Content::Form) => suite.form(route),
            Some(Content::Multipart) => suite.upload(route),
            None => {}
        }
        suite.query(route);
    }
    suite.rename(&name);
    world.compare("after bad input", &before, &suite.kept());
    let cases = suite.cases;
    world.finish(&format!("bad_input on {engine:?}"), cases);
}

pub struct Suite<'a> {
    world: &'a World,
    cases: usize,
    /// What the wrong requests are about.
    scratch: Ids,
}

impl Suite<'_> {
    /// What is said of things by their ids; lists of all grow by what is fine after all.
    fn kept(&self) -> crate::world::Content {
        let standing = self.world.b.standing.borrow();
        let mut content = self.world.content(&self.world.b);
        // An export lists the members, and a strange name of a new one may be fine as well.
        content.retain(|target, _| {
            !target.ends_with("/export") && standing.values().any(|id| target.contains(id.as_str()))
        });
        content
    }

    fn own_name(&self) -> Value {
        let answer = self.world.send(&Who::Person(self.world.b.admin()), &Request::new("GET", "/api/v1/me"));
        answer.json()["user"]["name"].clone()
    }

    /// History shows people by their names, and a strange one may be fine.
    fn rename(&self, name: &Value) {
        let request = Request::new("PATCH", "/api/v1/me").json(&json!({ "name": name }));
        self.world.send(&Who::Person(self.world.b.admin()), &request);
    }

    fn base(&mut self, route: &Route) -> Prepared {
        let b = &self.world.b;
        self.world.prepare(b, b.admin(), route, &mut self.scratch)
    }

    /// Sends, and looks at what is the same for all refusals.
    fn ask(&mut self, route: &Route, what: &str, request: &Request) -> Answer {
        self.cases += 1;
        let by = self.world.b.admin();
        let who = if route.is_public() { Who::Nobody } else { Who::Person(by) };
        let answer = self.world.send(&who, request);
        if (400..500).contains(&answer.status) {
            let ill = if route.kind == Kind::Page { None } else { manners::ill_shaped(&answer) };
            if let Some(why) = ill.or_else(|| manners::bare(&answer)) {
                self.world.find(format!("{} with {what}: {why}: {}", route.name(), answer.line()));
            }
        }
        if answer.status < 400 && matches!(route.asks, crate::registry::Asks::Session { .. }) {
            let sent: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            if let Some(password) = sent["new_password"].as_str() {
                by.password.replace(password.to_owned());
            }
            self.world.look_after(by);
        }
        answer
    }

    fn expect(&self, right: bool, route: &Route, what: &str, answer: &Answer) {
        self.world.check(right, || format!("{} with {what}: {}", route.name(), answer.line()));
    }

    fn json(&mut self, route: &Route) {
        let base = self.base(route);
        let send = |body: Vec<u8>, content_type: &str| {
            let mut request = base.request.clone();
            request.headers.retain(|(name, _)| name != "content-type");
            request.body(content_type, body)
        };
        let valid = base.body.to_string();
        for (what, body, statuses) in variants::whole(&valid) {
            let answer = self.ask(route, what, &send(body, "application/json"));
            self.expect(statuses.contains(&answer.status), route, what, &answer);
        }
        for other in OTHER_TYPES {
            let answer = self.ask(route, other, &send(valid.clone().into_bytes(), other));
            self.expect(answer.status == 415, route, &format!("content type {other:?}"), &answer);
        }
        self.too_much(
            route,
            &send(format!("{{\"a\":\"{}\"}}", "x".repeat(MEGABYTES)).into(), "application/json"),
        );
        for (place, shape) in self.places(route, &base.body) {
            self.json_field(route, &base, &place, shape);
        }
        let mut more = base.body.clone();
        more["surplus_field"] = json!(1);
        let answer = self.ask(route, "a field too many", &send(more.to_string().into(), "application/json"));
        let named = pointers(&answer).contains(&"/surplus_field".to_owned());
        self.expect(answer.status == 422 && named, route, "a field too many", &answer);
    }

    fn too_much(&mut self, route: &Route, request: &Request) {
        if route.body_limit.is_some_and(|limit| limit >= MEGABYTES as u64) {
            return;
        }
        for chunked in [false, true] {
            let request = Request { chunked, ..request.clone() };
            let what = if chunked { "10 MB in pieces" } else { "10 MB" };
            let answer = self.ask(route, what, &request);
            self.expect(answer.status == 413, route, what, &answer);
        }
    }

    fn json_field(&mut self, route: &Route, base: &Prepared, place: &str, shape: Shape) {
        let body = &base.body;
        let hashes =
            ["password", "current_password", "new_password"].iter().any(|name| body.get(name).is_some());
        for variant in variants::of(shape).into_iter().filter(|variant| variant.cheap || !hashes) {
            let what = format!("{} as {place}", variant.what);
            let request = with(base, place, &variant.raw);
            let answer = self.ask(route, &what, &request);
            let named = answer.status == 422 && pointers(&answer).iter().any(|at| at.starts_with(place));
            let right = match variant.fate {
                Fate::Named => named,
                Fate::NamedOrFine => named || is_read(&answer),
                Fate::Unreadable => named || answer.status == 400,
                Fate::Refused => answer.status != 422 || named,
            };
            self.expect(right, route, &what, &answer);
        }
        let Some((parent, name)) = place.rsplit_once('/') else { return };
        let Some(Value::Object(fields)) = body.pointer(parent) else { return };
        let Some(value) = fields.get(name) else { return };
        let mut fewer = base.body.clone();
        if let Some(Value::Object(fields)) = fewer.pointer_mut(parent) {
            fields.remove(name);
        }
        let what = format!("no {place}");
        let answer = self.ask(route, &what, &request(route, &base.path, &fewer));
        let named =
            answer.status == 422 && pointers(&answer).iter().any(|at| at.starts_with(place) || at.is_empty());
        self.expect(named || is_read(&answer), route, &what, &answer);
        let twice = format!("{value},\"{name}\":{value}");
        let what = format!("{place} twice");
        let answer = self.ask(route, &what, &with(base, place, &twice));
        self.expect(answer.status == 422, route, &what, &answer);
    }

    /// Every field of the body, those that the example leaves out as well.
    fn places(&self, route: &Route, body: &Value) -> Vec<(String, Shape)> {
        let mut places = Vec::new();
        gather(body, String::new(), &mut places);
        for (name, schema) in self.world.body_fields(route) {
            if body.get(&name).is_none() {
                places.push((format!("/{name}"), Shape::of_schema(&schema)));
            }
        }
        places
    }

    fn form(&mut self, route: &Route) {
        let base = self.base(route);
        // A button without fields: nobody reads its body.
        if base.body.as_object().is_none_or(serde_json::Map::is_empty) {
            return;
        }
        let fields: Vec<String> =
            base.body.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        let valid = String::from_utf8(base.request.body.clone()).expect("forms are text");
        let send = |body: String, script: bool| {
            let request = Request { body: body.into_bytes(), ..base.request.clone() };
            if script { request.header("hx-request", "true") } else { request }
        };
        let others = |name: &str| {
            valid
                .split('&')
                .filter(|pair| !pair.starts_with(&format!("{name}=")))
                .collect::<Vec<_>>()
                .join("&")
        };
        let costs = fields.iter().any(|name| name.ends_with("password"));
        let long = "x".repeat(5_000);
        let wrong = [
            "",
            "%00",
            "%ff",
            "%ed%a0%80",
            "%",
            "a%0d%0ab",
            "%E2%80%AE",
            "%F3%A0%80%81",
            "17",
            "null",
            &long,
        ];
        for name in &fields {
            let mut tries: Vec<String> =
                wrong.iter().map(|value| format!("{}&{}={value}", others(name), percent(name))).collect();
            tries.extend([
                others(name),
                format!("{valid}&{}=again", percent(name)),
                format!("{}&{}[]=x", others(name), name),
            ]);
            let few = if costs { 4 } else { tries.len() };
            for (n, body) in tries.into_iter().take(few).enumerate() {
                let what =
                    format!("/{name} wrong by {}", &body[body.len().saturating_sub(30)..].escape_debug());
                let answer = self.ask(route, &what, &send(body, n % 2 == 0));
                self.expect(answer.status < 500 && answer.status != 0, route, &what, &answer);
                let problem = n % 2 == 0 && answer.status >= 400;
                if let Some(why) = problem.then(|| manners::ill_shaped(&answer)).flatten() {
                    self.world.find(format!(
                        "{} by script with {what}: {why}: {}",
                        route.name(),
                        answer.line()
                    ));
                }
            }
        }
        let mut typed = send("{}".into(), true);
        typed.headers.retain(|(name, _)| name != "content-type");
        let answer = self.ask(route, "JSON", &typed.header("content-type", "application/json"));
        self.expect(answer.status == 415, route, "JSON", &answer);
        self.too_much(route, &send(format!("a={}", "x".repeat(MEGABYTES)), true));
    }
}

/// Fine, or refused for what is there already, not for what was sent.
fn is_read(answer: &Answer) -> bool {
    answer.status < 400 || matches!(answer.status, 401 | 403 | 404 | 409)
}

fn gather(value: &Value, at: String, places: &mut Vec<(String, Shape)>) {
    if !at.is_empty() {
        places.push((at.clone(), Shape::of(value)));
    }
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| gather(value, format!("{at}/{name}"), places))
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(n, value)| gather(value, format!("{at}/{n}"), places))
        }
        _ => {}
    }
}

/// The valid body with this JSON text at a place.
fn with(base: &Prepared, place: &str, raw: &str) -> Request {
    const HOLE: &str = "a hole to be filled";
    let mut body = base.body.clone();
    match body.pointer_mut(place) {
        Some(value) => *value = json!(HOLE),
        None => body[&place[1..]] = json!(HOLE),
    }
    let text = body.to_string().replacen(&format!("\"{HOLE}\""), raw, 1);
    Request { body: text.into_bytes(), ..base.request.clone() }
}
