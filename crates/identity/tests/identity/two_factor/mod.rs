//! Second factors: setting one up, signing in with it, being asked for one, losing it; and those who have none.

mod guessing;
mod pages;
mod required;
mod resets;
mod setting_up;
mod signing_in;
mod turning_off;

use std::time::Duration;

use kernel::Clock;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::client::{Client, Reply};
use crate::world::{PASSWORD, Person, World, text};

/// A code is good for so many seconds.
const STEP: u64 = 30;
/// Another network than that of those who are signed in.
const ELSEWHERE: &str = "198.51.100.7";
const GUESSER: &str = "203.0.113.5";

/// The app on somebody's phone.
struct Authenticator {
    /// Base32.
    secret: String,
    clock: Clock,
}

impl Authenticator {
    fn of(world: &World, offer: &Value) -> Self {
        Self { secret: text(&offer["secret"]), clock: world.clock.clone() }
    }

    /// What it shows so many steps from now.
    fn code_in(&self, steps: i64) -> String {
        let secret = Secret::try_from_base32(&self.secret).unwrap();
        let at = u64::try_from(self.clock.now().seconds() + 30 * steps).unwrap();
        Builder::new().with_secret(secret).build().unwrap().generate(at).to_string()
    }

    fn code(&self) -> String {
        self.code_in(0)
    }

    /// Waits for one that nobody has used.
    fn fresh(&self) -> String {
        self.clock.advance(Duration::from_secs(STEP));
        self.code()
    }

    /// So many that it does not show around now.
    fn wrong(&self, count: usize) -> Vec<String> {
        let near: Vec<String> = (-2..=2).map(|steps| self.code_in(steps)).collect();
        (0..1_000_000)
            .map(|number| format!("{number:06}"))
            .filter(|code| !near.contains(code))
            .take(count)
            .collect()
    }
}

/// Turns it on for whoever is signed in: the authenticator, and the recovery codes.
async fn set_up(world: &World, client: &mut Client) -> (Authenticator, Vec<String>) {
    let offer = client.post("/me/totp", json!({})).await.expect(200).json();
    let app = Authenticator::of(world, &offer);
    let done = client.post("/me/totp/confirm", json!({ "code": app.code() })).await.expect(200);
    (app, codes_of(&done))
}

fn codes_of(reply: &Reply) -> Vec<String> {
    reply.json()["recovery_codes"].as_array().unwrap().iter().map(text).collect()
}

/// How one's second factor is.
async fn factor(client: &mut Client) -> Value {
    client.get("/me/totp").await.expect(200).json()
}

/// Signs in with the right password, unless `more` says another one.
async fn sign_in(client: &mut Client, email: &str, more: Value) -> Reply {
    let mut body = json!({ "email": email, "password": PASSWORD });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    client.post("/auth/login", body).await
}

/// The status, and of a refusal its code: `401 totp_required`.
fn said(reply: &Reply) -> String {
    let status = reply.status;
    if status < 300 { status.to_string() } else { format!("{status} {}", reply.code()) }
}

/// Grace, of Ada's workspace and of one of her own, and the authenticator of her account.
struct InTwo {
    ada: Person,
    grace: Person,
    app: Authenticator,
    /// Ada's, where Grace is signed in.
    here: String,
    own: String,
}

async fn in_two(world: &World) -> InTwo {
    let mut ada = world.founder().await;
    let mut grace = world.invited(&mut ada, "grace", "manager").await;
    let (app, _) = set_up(world, &mut grace.client).await;
    let made = grace.client.post("/workspaces", json!({ "name": "Own" })).await.expect(201).json();
    let (here, own) = (ada.workspace().await, text(&made["id"]));
    InTwo { ada, grace, app, here, own }
}

/// Puts a member's second factor aside; what was said to that.
async fn reset(by: &mut Person, member: &str) -> String {
    said(&by.client.post(&format!("/members/{member}/reset-2fa"), json!({})).await)
}
