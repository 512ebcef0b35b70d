//! Valid requests for any route.

use serde_json::Value;

use super::bodies::{Filling, encode};
use super::{Ids, Person, Who, Workspace, World};
use crate::client::{Answer, Request};
use crate::registry::{Kind, Route};

#[derive(Clone)]
pub struct Prepared {
    pub request: Request,
    /// As JSON, whatever the route takes.
    pub body: Value,
    /// What the path was filled with, by name.
    pub path: Vec<(String, String)>,
    new_password: Option<String>,
}

/// What is at the top: a route that names one of these gets one of its own.
const ROOTS: [&str; 3] = ["project", "board", "group"];

impl World {
    /// Things for one request of this route, nobody else's where it changes something.
    pub fn fresh(&self, workspace: &Workspace, route: &Route) -> Ids {
        let standing = workspace.standing.borrow();
        if !route.is_unsafe() {
            return standing.clone();
        }
        if route.parameters().iter().any(|noun| ROOTS.contains(noun)) {
            return Ids::new();
        }
        standing
            .iter()
            .filter(|(noun, _)| ROOTS.contains(&noun.as_str()))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    }

    pub fn prepare(&self, workspace: &Workspace, by: &Person, route: &Route, ids: &mut Ids) -> Prepared {
        self.prepare_making(workspace, by, route, ids, None)
    }

    pub(super) fn prepare_making(
        &self,
        workspace: &Workspace,
        by: &Person,
        route: &Route,
        ids: &mut Ids,
        making: Option<&str>,
    ) -> Prepared {
        let mut path = Vec::new();
        let parts: Vec<&str> = route.path.split('/').collect();
        for (n, part) in parts.iter().enumerate() {
            let Some(noun) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else { continue };
            let value = match noun {
                "token" => self.link_token(workspace, parts[n - 1]),
                "file" => self.asset(),
                "field" => "status".to_owned(),
                _ => self.make(workspace, by, noun, ids),
            };
            path.push((noun.to_owned(), value));
        }
        let mut filling = Filling { workspace, by, route, making, new_password: None };
        let body = self.fill(&mut filling, ids);
        let new_password = filling.new_password;
        let mut request = request(route, &path, &body);
        request.target.push_str(&self.required_query(route));
        Prepared { request, body, path, new_password }
    }

    /// Does it, with things of its own and a valid body.
    pub fn perform(&self, workspace: &Workspace, by: &Person, route: &Route) -> (Prepared, Answer) {
        let mut ids = self.fresh(workspace, route);
        if route.is_unsafe() && route.parameters().contains(&"member") {
            let fresh = if route.path.ends_with("/reset-2fa") {
                self.member_with_factor(workspace)
            } else {
                self.fresh_member(workspace)
            };
            ids.insert("member".into(), fresh);
        }
        let (code, has_factor) = self.ready_factor(workspace, by, route);
        self.code.replace(code);
        let mut prepared = self.prepare(workspace, by, route, &mut ids);
        let mut answer = self.send_prepared(by, route, &prepared);
        let has_factor = has_factor || self.code.borrow().is_some() && answer.status < 400;
        if self.code.take().is_some() && has_factor {
            self.turn_off(by);
        }
        if answer.status == 422 && self.learn(route, &answer) {
            prepared = self.prepare(workspace, by, route, &mut ids);
            answer = self.send_prepared(by, route, &prepared);
        }
        (prepared, answer)
    }

    /// Sends it, and follows what it did to the person's own account. What is for anybody is sent by nobody.
    pub fn send_prepared(&self, by: &Person, route: &Route, prepared: &Prepared) -> Answer {
        if route.is_public() {
            return self.send(&Who::Nobody, &prepared.request);
        }
        let answer = self.send(&Who::Person(by), &prepared.request);
        if answer.status < 400 && route.is_unsafe() {
            if let Some(password) = &prepared.new_password {
                by.password.replace(password.clone());
            }
            if !matches!(route.asks, crate::registry::Asks::Area { .. }) {
                self.look_after(by);
            }
        }
        answer
    }
}

/// The request of a route with these values in its path and this body.
pub fn request(route: &Route, path: &[(String, String)], body: &Value) -> Request {
    let mut target = route.path.clone();
    for (name, value) in path {
        target = target.replacen(&format!("{{{name}}}"), value, 1);
    }
    let mut request = Request::new(&route.method, target);
    if let Some((content_type, bytes)) = encode(route, body) {
        request = request.body(&content_type, bytes);
    }
    if route.kind == Kind::Page && route.is_unsafe() {
        request = request.header("sec-fetch-site", "same-origin");
    }
    request
}
