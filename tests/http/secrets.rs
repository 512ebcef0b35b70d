//! No secret of anybody's stands in an answer, in what the server writes, or in clear where it keeps things.
//! Every suite looks at each of its answers and at the terminal; this one goes through all routes with the
//! log at its loudest, puts secrets where they do not belong, and then reads the disk.

use std::path::Path;

use serde_json::{Value, json};
use testkit::Engine;

use crate::client::{Answer, Request};
use crate::registry::{Route, is_asked_for};
use crate::world::{CANARY_A, PASSWORD_MARK, Who, World};

#[test]
fn embedded() {
    run(Engine::Embedded);
}

#[test]
fn postgres() {
    run(Engine::Postgres);
}

fn run(engine: Engine) {
    let world = World::with(engine, &[("TRACKHOLD_LOG_LEVEL", "trace"), ("TRACKHOLD_LOG_FORMAT", "json")]);
    let routes: Vec<Route> =
        world.routes.iter().filter(|route| is_asked_for(route) && !route.is_superadmins()).cloned().collect();
    let mut suite = Suite { world: &world, cases: 0 };
    for route in &routes {
        suite.cases += 1;
        world.perform(&world.a, world.a.admin(), route);
        suite.misplaced(route);
    }
    suite.beside_themselves();
    suite.wrong_passwords();
    suite.shown_once();
    suite.kept();
    let cases = suite.cases;
    world.finish(&format!("secrets on {engine:?}"), cases);
}

struct Suite<'a> {
    world: &'a World,
    cases: usize,
}

impl Suite<'_> {
    fn ask(&mut self, who: &Who<'_>, request: &Request) -> Answer {
        self.cases += 1;
        self.world.send(who, request)
    }

    /// A password and a token in each text of a valid body that is not for them, and in a query.
    fn misplaced(&mut self, route: &Route) {
        let admin = self.world.a.admin();
        let mut ids = self.world.a.standing.borrow().clone();
        let mut request = self.world.prepare(&self.world.a, admin, route, &mut ids).request;
        request.target.push_str(if request.target.contains('?') { "&" } else { "?" });
        request.target.push_str("surplus=1");
        // Refused before anything is changed: cut in two, and sent as another type.
        for content_type in ["application/json", "text/plain"] {
            let mut broken = request.clone();
            broken.headers.retain(|(name, _)| name != "content-type");
            let body =
                json!({ "password": *admin.password.borrow(), "token": *admin.token.borrow() }).to_string();
            let broken = broken.body(content_type, &body.as_bytes()[..body.len() - 1]);
            if route.is_unsafe() && route.content.is_some() {
                self.ask(&Who::Person(admin), &broken);
            }
        }
    }

    /// In addresses, headers and cookies that nobody reads.
    fn beside_themselves(&mut self) {
        let admin = self.world.a.admin();
        let token = admin.token.borrow().clone();
        let password = admin.password.borrow().replace(' ', "%20");
        for target in [
            format!("/api/v1/projects?cursor={token}"),
            format!("/api/v1/boards/{token}"),
            format!("/invite/{token}"),
            format!("/recover/{token}"),
            format!("/setup/{token}"),
            format!("/nowhere/{token}?token={token}"),
            format!("/search?q={password}"),
            format!("/login?next=/{token}"),
        ] {
            self.ask(&Who::Nobody, &Request::new("GET", target.clone()));
            self.ask(&Who::Person(admin), &Request::new("GET", target));
        }
        for name in [
            "authorization",
            "x-api-key",
            "trackhold-workspace",
            "idempotency-key",
            "if-match",
            "referer",
            "x-forwarded-host",
        ] {
            let request = Request::new("POST", "/api/v1/workspaces")
                .header(name, format!("Bearer {token}"))
                .json(&json!({}));
            self.ask(&Who::Person(admin), &request);
        }
    }

    /// People type their password into the field of the address, and mistype it.
    fn wrong_passwords(&mut self) {
        let admin = self.world.a.admin();
        let password = admin.password.borrow().clone();
        let near = format!("{password}x");
        let form = |fields: &[(&str, &str)]| {
            let pairs = fields.iter().map(|(name, value)| format!("{name}={}", crate::world::percent(value)));
            pairs.collect::<Vec<_>>().join("&")
        };
        for (email, given) in
            [(admin.email.as_str(), near.as_str()), (&password, &password), ("", &password), (&near, "")]
        {
            let body = json!({ "email": email, "password": given });
            self.ask(&Who::Nobody, &Request::new("POST", "/api/v1/auth/login").json(&body));
            // The page shows the address again that was typed, whatever it was.
            if !email.contains(PASSWORD_MARK) {
                let body = form(&[("email", email), ("password", given), ("next", "/")]);
                let request = Request::new("POST", "/login").body("application/x-www-form-urlencoded", body);
                self.ask(&Who::Nobody, &request);
            }
        }
        let short = &format!("{PASSWORD_MARK}!")[..11];
        for (path, body) in [
            ("/api/v1/me/password", json!({ "current_password": near, "new_password": password })),
            ("/api/v1/me/password", json!({ "current_password": password, "new_password": short })),
            (
                "/api/v1/me/password",
                json!({ "current_password": password, "new_password": format!("{password}\u{7}") }),
            ),
            ("/api/v1/me/sudo", json!({ "password": near })),
            ("/api/v1/me/sudo", json!({ "password": [password] })),
            (
                "/api/v1/auth/register",
                json!({ "email": "x", "password": password, "name": "", "workspace_name": 1 }),
            ),
        ] {
            self.ask(&Who::Person(admin), &Request::new("POST", path).json(&body));
        }
        for (path, body) in [
            ("/account/password", form(&[("current_password", &near), ("new_password", &password)])),
            ("/account/password", form(&[("current_password", &password), ("new_password", short)])),
            ("/sudo", form(&[("password", &near), ("next", "/members")])),
        ] {
            let request = Request::new("POST", path).body("application/x-www-form-urlencoded", body);
            self.ask(&Who::Person(admin), &request);
        }
        self.world.look_after(admin);
    }

    /// An invitation's token is answered to whoever makes it, and in no list.
    fn shown_once(&mut self) {
        let admin = self.world.a.admin();
        let token = self.world.link_token(&self.world.a, "invite");
        for target in ["/api/v1/invitations?limit=1000", "/members"] {
            let answer = self.ask(&Who::Person(admin), &Request::new("GET", target));
            let shown = answer.text().contains(&token) || !answer.is_success();
            self.world.check(!shown, || {
                format!("GET {target} shows an invitation's token, or fails: {}", answer.line())
            });
        }
    }

    /// Neither a text nor a secret is to be read where the server keeps them.
    fn kept(&mut self) {
        let mut wanted = self.world.vault.plain();
        match self.world.instance.database() {
            None => {
                wanted.push(CANARY_A.to_owned());
                search(self.world, self.world.instance.data(), &wanted);
            }
            Some(database) => {
                let dump = dump(&database.superuser_url);
                assert!(dump.contains(CANARY_A), "the dump has the tenants' rows");
                let (hashes, cost_12) = (dump.matches("1:$2").count(), dump.matches("1:$2b$12$").count());
                assert!(hashes >= self.world.a.people.len(), "the dump has the accounts' rows");
                self.world.check(hashes == cost_12, || {
                    format!("{} of {hashes} passwords are hashed at another cost than 12", hashes - cost_12)
                });
                let found: Vec<&String> =
                    wanted.iter().filter(|secret| dump.contains(secret.as_str())).collect();
                self.world.check(found.is_empty(), || {
                    format!("the database holds {} secrets in clear", found.len())
                });
            }
        }
    }
}

fn search(world: &World, folder: &Path, wanted: &[String]) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(world, &path, wanted);
            continue;
        }
        // A socket, a lock: nothing to read.
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        for secret in wanted.iter().filter(|secret| text.contains(secret.as_str())) {
            let known = world.vault.found_in(secret);
            world.find(format!("{} holds {known:?} in clear", path.display()));
        }
    }
}

/// All rows of all tables, as text.
fn dump(url: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let tables = client
            .query(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('control', 'tenant')",
                &[],
            )
            .await
            .unwrap();
        let mut dump = String::new();
        for table in tables {
            let name: String = table.get(0);
            for message in client.simple_query(&format!("SELECT t::text FROM {name} t")).await.unwrap() {
                if let tokio_postgres::SimpleQueryMessage::Row(row) = message {
                    dump.push_str(row.get(0).unwrap_or_default());
                    dump.push('\n');
                }
            }
        }
        dump
    })
}

/// What the vault looks for would be seen in an answer.
#[test]
fn a_leak_is_a_finding() {
    let vault = crate::world::Vault::default();
    let answer = Answer {
        status: 200,
        headers: Vec::new(),
        body: Value::String(format!("{PASSWORD_MARK} and more")).to_string().into_bytes(),
    };
    assert_eq!(vault.found_in_answer(&Request::new("GET", "/"), &answer), ["a password"]);
}
