//! Where a workspace asks for a second factor, a member without one reaches nothing but the way to set one up.

use kernel::access::Role;
use serde_json::json;
use testkit::Engine;

use crate::client::{Answer, Request};
use crate::registry::{Kind, Route, is_asked_for};
use crate::world::{Who, World};

/// What they reach all the same: who they are, the way to a factor, and the way out.
const OPEN: [&str; 22] = [
    "GET /api/v1/me",
    "GET /api/v1/me/sessions",
    "DELETE /api/v1/me/sessions/{session}",
    "POST /api/v1/me/password",
    "POST /api/v1/me/revoke-all",
    "POST /api/v1/me/sudo",
    "GET /api/v1/me/totp",
    "POST /api/v1/me/totp",
    "POST /api/v1/me/totp/confirm",
    "POST /api/v1/me/totp/rejoin",
    "POST /api/v1/auth/logout",
    "GET /api/v1/workspaces",
    "POST /api/v1/session/workspace",
    "GET /session/workspace/code",
    "POST /session/workspace",
    "GET /sudo",
    "POST /sudo",
    "GET /two-factor/set-up",
    "POST /two-factor/begin",
    "POST /two-factor/confirm",
    "POST /two-factor/rejoin",
    "POST /logout",
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
    let a = &world.a;
    let bare = world.invite(a.admin(), Role::Admin);
    world.turn_on(a.admin());
    let policy = Request::new("PATCH", "/api/v1/workspace").json(&json!({ "require_2fa": true }));
    let answer = world.send(&Who::Person(a.admin()), &policy);
    assert_eq!(answer.json()["require_2fa"], true, "{}", answer.line());

    let routes: Vec<&Route> = world.routes.iter().filter(|route| is_asked_for(route)).collect();
    let before = world.content(a);
    let mut cases = 0;
    for route in routes.iter().filter(|route| !route.is_public()) {
        let mut ids = a.standing.borrow().clone();
        let request = world.prepare(a, a.admin(), route, &mut ids).request;
        let is_open = OPEN.contains(&route.name().as_str());
        if is_open && route.is_unsafe() {
            continue;
        }
        let answer = world.send(&Who::Person(&bare), &request);
        cases += 1;
        world.check(asks_for_it(route, &answer) != is_open, || {
            let expected = if is_open { "is open" } else { "asks for the factor" };
            format!("{} {expected}: {}", route.name(), answer.line())
        });
    }
    for name in OPEN {
        world.check(world.routes.iter().any(|route| route.name() == name), || format!("{name} is no route"));
    }
    world.compare("by a member without a factor", &before, &world.content(a));
    world.finish(&format!("every_route_asks on {engine:?}"), cases);
}

fn asks_for_it(route: &Route, answer: &Answer) -> bool {
    match route.kind {
        Kind::Page => {
            answer.status == 303
                && answer.header("location").is_some_and(|to| to.starts_with("/two-factor/set-up?next="))
        }
        _ => answer.status == 403 && answer.code() == "two_factor_required",
    }
}
