//! Imports over HTTP: who may, what is refused, what comes back.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::Request;
use kernel::SessionId;
use kernel::access::{Caller, Credential, Origin, Role};
use serde_json::Value;
use web::{App, Authenticate, BoxFuture, Front, PublicUrl, Settings};

use super::content::content;
use super::{FIXTURE, Home, both_engines};
use crate::imports::{LARGEST_UPLOAD, Runner, routes};

/// The cookie's value is a role; in the other workspace, `admin@2`.
struct Names([Caller; 2]);

impl Names {
    fn caller(&self, name: &str) -> Option<Caller> {
        let of = &self.0[usize::from(name.ends_with("@2"))];
        let role = Role::from_name(name.trim_end_matches("@2"))?;
        let session = Credential::Session(SessionId::from_uuid(of.user().uuid()));
        Some(Caller::authenticated(of.user(), of.workspace(), role, session, Origin::default(), None))
    }
}

impl Authenticate for Names {
    fn authenticate<'a>(
        &'a self,
        token: &'a str,
        _: Origin,
    ) -> BoxFuture<'a, kernel::Result<Option<Caller>>> {
        Box::pin(async move { Ok(self.caller(token)) })
    }
}

struct Served<'h> {
    home: &'h Home,
    front: Front,
    runner: Runner,
    callers: [Caller; 2],
}

struct Got {
    status: u16,
    location: String,
    text: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{} {}", self.status, self.text))
    }

    fn id(&self) -> String {
        assert_eq!(self.status, 202, "{}", self.text);
        self.json()["id"].as_str().unwrap().to_owned()
    }

    fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    fn pointers(&self) -> Vec<String> {
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
    }
}

const MARK: &str = "XxMarkxX";

/// A multipart body; a name with a slash is a file, `file/board.json`.
fn multipart(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let (name, file) = name.split_once('/').map_or((*name, None), |(name, file)| (name, Some(file)));
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body.extend(
            format!("--{MARK}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes(),
        );
        body.extend(*value);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{MARK}--\r\n").bytes());
    body
}

async fn serve(home: &Home) -> Served<'_> {
    let callers = [home.workspace().await, home.workspace().await];
    let runner = Runner::new(home.store.clone(), &home.data()).unwrap();
    let mut settings = Settings::new(PublicUrl::parse("http://localhost:8080").unwrap());
    settings.rate_per_minute = 0;
    let app = App::new(home.store.clone(), Arc::new(settings), Arc::new(Names(callers.clone())), Vec::new());
    let front = routes().extension(runner.clone()).into_front(app).unwrap();
    Served { home, front, runner, callers }
}

impl Served<'_> {
    async fn send(&self, who: &str, line: &str, headers: &[(&str, &str)], body: Body) -> Got {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost:8080")
            .header("origin", "http://localhost:8080");
        if !who.is_empty() {
            request = request.header("cookie", format!("trackhold={who}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.front.clone().answer(request.body(body).unwrap()).await;
        let (parts, body) = response.into_parts();
        let location = parts.headers.get("location").map(|value| value.to_str().unwrap().to_owned());
        let text = String::from_utf8(to_bytes(body, 64 << 20).await.unwrap().to_vec()).unwrap();
        Got { status: parts.status.as_u16(), location: location.unwrap_or_default(), text }
    }

    async fn upload(&self, who: &str, path: &str, headers: &[(&str, &str)], fields: &[(&str, &[u8])]) -> Got {
        let kind = format!("multipart/form-data; boundary={MARK}");
        let headers: Vec<_> = headers.iter().copied().chain([("content-type", kind.as_str())]).collect();
        self.send(who, &format!("POST {path}"), &headers, multipart(fields).into()).await
    }

    async fn get(&self, who: &str, path: &str) -> Got {
        self.send(who, &format!("GET {path}"), &[], Body::empty()).await
    }

    /// Runs what waits.
    async fn work(&self) {
        self.runner.run(tokio::time::sleep(std::time::Duration::from_millis(1_500))).await;
    }
}

const TRELLO: (&str, &[u8]) = ("source", b"trello");

fn file(bytes: &[u8]) -> (&'static str, &[u8]) {
    ("file/board.json", bytes)
}

both_engines! {
    async fn an_upload_becomes_a_board(home) {
        let served = serve(&home).await;
        let got = served.upload("admin", "/api/v1/imports", &[], &[TRELLO, file(FIXTURE.as_bytes()), ("dry_run", b"true")]).await;
        let id = got.id();
        assert_eq!(got.location, format!("/api/v1/imports/{id}"));
        assert_eq!(got.json()["status"], "queued");
        served.work().await;
        let checked = served.get("manager", &format!("/api/v1/imports/{id}")).await.json();
        assert_eq!((checked["status"].as_str(), checked["dry_run"].as_bool()), (Some("done"), Some(true)));
        assert_eq!(checked["board_id"], Value::Null);
        let run = served.send("admin", &format!("POST /api/v1/imports/{id}/run"), &[], Body::empty()).await;
        let real = run.id();
        served.home.finish(&served.callers[0], real.parse().unwrap()).await;
        let done = served.get("admin", &format!("/api/v1/imports/{real}")).await.json();
        assert_eq!((done["status"].as_str(), done["created"].as_i64()), (Some("done"), checked["created"].as_i64()));
        assert!(done["board_id"].as_str().unwrap().starts_with("brd_"), "{done}");
        assert_eq!(done["report"]["counts"], checked["report"]["counts"]);
        let twice = served.send("admin", &format!("POST /api/v1/imports/{id}/run"), &[], Body::empty()).await;
        assert_eq!((twice.status, twice.code().as_str()), (409, "upload_gone"));
        let list = served.get("admin", "/api/v1/imports?limit=1").await.json();
        assert_eq!(list["data"][0]["id"], real.as_str());
        let next = list["next_cursor"].as_str().unwrap();
        let list = served.get("admin", &format!("/api/v1/imports?limit=1&cursor={next}")).await.json();
        assert_eq!((list["data"][0]["id"].as_str(), &list["next_cursor"]), (Some(id.as_str()), &Value::Null));
    }

    async fn only_those_who_may_make_projects_import(home) {
        let served = serve(&home).await;
        let fields = [TRELLO, file(FIXTURE.as_bytes())];
        let id = served.upload("admin", "/api/v1/imports", &[], &fields).await.id();
        for who in ["viewer", "tester", "developer"] {
            for path in ["/api/v1/imports", "/import"] {
                assert_eq!(served.upload(who, path, &[], &fields).await.status, 403, "{who} {path}");
                assert_eq!(served.get(who, path).await.status, 403, "{who} {path}");
                assert_eq!(served.get(who, &format!("{path}/{id}")).await.status, 403, "{who} {path}");
            }
            let cancel = served.send(who, &format!("DELETE /api/v1/imports/{id}"), &[], Body::empty()).await;
            assert_eq!(cancel.status, 403, "{who}");
        }
        assert_eq!(served.upload("", "/api/v1/imports", &[], &fields).await.status, 401);
        assert_eq!(home.uploads(), 1, "nothing of a refused upload is kept");
        // Another workspace's is as missing as any.
        for line in ["GET /api/v1/imports/", "DELETE /api/v1/imports/", "GET /import/"] {
            let foreign = served.send("admin@2", &format!("{line}{id}"), &[], Body::empty()).await;
            assert_eq!(foreign.status, 404, "{line}");
        }
        let run = served.send("admin@2", &format!("POST /api/v1/imports/{id}/run"), &[], Body::empty()).await;
        assert_eq!(run.status, 404);
        let list = served.get("admin@2", "/api/v1/imports").await.json();
        assert_eq!(list["data"].as_array().unwrap().len(), 0);
        let made = served.home.finish(&served.callers[0], id.parse().unwrap()).await;
        let project = made.project_id.unwrap().to_string();
        let into = [TRELLO, file(FIXTURE.as_bytes()), ("project_id", project.as_bytes())];
        assert_eq!(served.upload("admin@2", "/api/v1/imports", &[], &into).await.status, 404);
        assert_eq!(home.uploads(), 0);
    }

    async fn what_is_wrong_with_an_upload_is_named(home) {
        let served = serve(&home).await;
        let good = file(FIXTURE.as_bytes());
        let long = vec![b'x'; 10_000];
        type Parts<'a> = &'a [(&'a str, &'a [u8])];
        let cases: [(Parts<'_>, &str); 12] = [
            (&[good], "/source"),
            (&[TRELLO], "/file"),
            (&[TRELLO, file(b"")], "/file"),
            (&[TRELLO, good, good], "/file"),
            (&[("source", b"jira"), good], "/source"),
            (&[TRELLO, TRELLO, good], "/source"),
            (&[TRELLO, good, ("dry_run", b"maybe")], "/dry_run"),
            (&[TRELLO, good, ("project_id", b"brd_1")], "/project_id"),
            (&[TRELLO, good, ("time_zone", b"Nowhere/At_all")], "/time_zone"),
            (&[TRELLO, good, ("time_zone", &long)], "/time_zone"),
            (&[TRELLO, good, ("dry_run", b"tr\0ue")], "/dry_run"),
            (&[TRELLO, good, ("colour", b"red")], "/colour"),
        ];
        for (fields, pointer) in cases {
            let got = served.upload("admin", "/api/v1/imports", &[], fields).await;
            assert_eq!((got.status, got.pointers()), (422, vec![pointer.to_owned()]), "{}", got.text);
        }
        let many: Vec<(&str, &[u8])> = vec![("x", b""); 1_000];
        assert_eq!(served.upload("admin", "/api/v1/imports", &[], &many).await.status, 400);
        let json = [("content-type", "application/json")];
        let got = served.send("admin", "POST /api/v1/imports", &json, Body::from("{}")).await;
        assert_eq!(got.status, 415);
        let kind = format!("multipart/form-data; boundary={MARK}");
        let broken = [("content-type", kind.as_str())];
        let mut cut = multipart(&[TRELLO, good]);
        cut.truncate(2_000);
        let got = served.send("admin", "POST /api/v1/imports", &broken, cut.into()).await;
        assert_eq!(got.status, 400, "{}", got.text);
        let head = format!("--{MARK}\r\nContent-Disposition: form-data; name=\"");
        let endless = std::iter::once(Bytes::from(head)).chain(std::iter::repeat_n(Bytes::from(vec![b'x'; 10_000]), 9_000));
        let endless = Body::from_stream(futures_util::stream::iter(endless.map(Ok::<_, std::io::Error>)));
        let got = served.send("admin", "POST /api/v1/imports", &broken, endless).await;
        assert_eq!(got.status, 400, "{}", got.text);
        let got = served.send("admin", "POST /api/v1/imports", &broken, Body::from("no multipart at all")).await;
        assert_eq!(got.status, 400, "{}", got.text);
        assert_eq!(home.uploads(), 0, "nothing of them is kept");
        assert_eq!(served.get("admin", "/api/v1/imports/imp_x").await.status, 404);
    }

    async fn a_file_that_is_too_large_is_refused_while_it_comes(home) {
        let served = serve(&home).await;
        let kind = format!("multipart/form-data; boundary={MARK}");
        let headers = [("content-type", kind.as_str())];
        let head = format!("--{MARK}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b\"\r\n\r\n");
        let piece = Bytes::from(vec![b' '; 1 << 20]);
        let pieces = LARGEST_UPLOAD / (1 << 20) + 1;
        let stream = futures_util::stream::iter(
            std::iter::once(Bytes::from(head)).chain((0..pieces).map(move |_| piece.clone())).map(Ok::<_, std::io::Error>),
        );
        let got = served.send("admin", "POST /api/v1/imports", &headers, Body::from_stream(stream)).await;
        assert_eq!(got.status, 413, "{}", got.text);
        assert_eq!(home.uploads(), 0);
    }

    async fn an_upload_that_breaks_off_leaves_nothing(home) {
        let served = serve(&home).await;
        let kind = format!("multipart/form-data; boundary={MARK}");
        let mut sent = multipart(&[TRELLO, file(FIXTURE.as_bytes())]);
        sent.truncate(sent.len() - 6);
        let pieces = futures_util::stream::iter([Ok::<_, std::io::Error>(Bytes::from(sent))]);
        let body = Body::from_stream(futures_util::StreamExt::chain(pieces, futures_util::stream::pending()));
        let headers = [("content-type", kind.as_str())];
        let sending = served.send("admin", "POST /api/v1/imports", &headers, body);
        let waited = tokio::time::timeout(std::time::Duration::from_millis(300), sending).await;
        assert!(waited.is_err(), "the rest never came");
        assert_eq!(home.uploads(), 0);
        // Its place is free again.
        for _ in 0..3 {
            served.upload("admin", "/api/v1/imports", &[], &[TRELLO, file(FIXTURE.as_bytes())]).await.id();
        }
    }

    async fn the_same_request_again_makes_nothing_twice(home) {
        let served = serve(&home).await;
        let fields = [TRELLO, file(FIXTURE.as_bytes())];
        let key = [("idempotency-key", "one")];
        let first = served.upload("admin", "/api/v1/imports", &key, &fields).await.id();
        let second = served.upload("admin", "/api/v1/imports", &key, &fields).await.id();
        assert_eq!((&first, home.uploads()), (&second, 1));
        let other = [TRELLO, file(b"{}")];
        let got = served.upload("admin", "/api/v1/imports", &key, &other).await;
        assert_eq!((got.status, got.code().as_str()), (409, "idempotency_key_reused"));
        assert_eq!(home.uploads(), 1);
    }

    async fn an_import_can_be_called_off(home) {
        let served = serve(&home).await;
        let before = content(&home, &served.callers[0]).await;
        let id = served.upload("admin", "/api/v1/imports", &[], &[TRELLO, file(FIXTURE.as_bytes())]).await.id();
        let line = format!("DELETE /api/v1/imports/{id}");
        assert_eq!(served.send("admin", &line, &[], Body::empty()).await.status, 204);
        let again = served.send("admin", &line, &[], Body::empty()).await;
        assert_eq!((again.status, again.code().as_str()), (409, "import_over"));
        served.work().await;
        let import = served.get("admin", &format!("/api/v1/imports/{id}")).await.json();
        assert_eq!((&import["status"], &import["errors"][0]["code"]), (&"failed".into(), &"cancelled".into()));
        assert_eq!((content(&home, &served.callers[0]).await, home.uploads()), (before, 0));
    }

    async fn pages_show_how_it_gets_on(home) {
        let served = serve(&home).await;
        let form = served.get("admin", "/import").await;
        assert!(form.status == 200 && form.text.contains("enctype=\"multipart/form-data\""), "{}", form.text);
        let empty: &[(&str, &[u8])] = &[TRELLO, file(b""), ("project_id", b""), ("dry_run", b"true")];
        let wrong = served.upload("admin", "/import", &[], empty).await;
        assert!(wrong.status == 422 && wrong.text.contains("Must not be empty."), "{} {}", wrong.status, wrong.text);
        let fields: &[(&str, &[u8])] = &[TRELLO, file(FIXTURE.as_bytes()), ("project_id", b""), ("dry_run", b"true")];
        let sent = served.upload("admin", "/import", &[], fields).await;
        assert_eq!(sent.status, 303, "{}", sent.text);
        let waiting = served.get("admin", &sent.location).await;
        assert!(waiting.text.contains("waits for its turn") && !waiting.text.contains("<progress"), "{}", waiting.text);
        served.work().await;
        let htmx = [("hx-request", "true")];
        let checked = served.send("admin", &format!("GET {}", sent.location), &htmx, Body::empty()).await;
        assert!(checked.text.contains("Checklist entries") && !checked.text.contains("<html"), "{}", checked.text);
        assert!(checked.text.contains(&format!("action=\"{}/run\"", sent.location)), "{}", checked.text);
        assert!(checked.text.contains("North Desk"), "{}", checked.text);
        let run = served.send("admin", &format!("POST {}/run", sent.location), &[], Body::empty()).await;
        assert_eq!(run.status, 303, "{}", run.text);
        served.home.finish(&served.callers[0], run.location.trim_start_matches("/import/").parse().unwrap()).await;
        let done = served.get("admin", &run.location).await;
        assert!(done.text.contains("href=\"/boards/brd_"), "{}", done.text);
        assert!(done.text.contains("Gate Crew") || done.text.contains("North Desk"), "{}", done.text);
        let bad = served.upload("admin", "/import", &[], &[TRELLO, file(b"{\"id\": oops}")]).await;
        served.home.finish(&served.callers[0], bad.location.trim_start_matches("/import/").parse().unwrap()).await;
        let failed = served.get("admin", &bad.location).await;
        assert!(failed.text.contains("class=\"place\""), "{}", failed.text);
        assert!(failed.text.contains("Nothing was imported") && !failed.text.contains("/boards/"), "{}", failed.text);
    }

    async fn what_was_called_off_half_way_says_what_is_there(home) {
        let served = serve(&home).await;
        let caller = &served.callers[0];
        let fields: &[(&str, &[u8])] = &[TRELLO, file(FIXTURE.as_bytes()), ("project_id", b"")];
        let location = served.upload("admin", "/import", &[], fields).await.location;
        let id = location.trim_start_matches("/import/").to_owned();
        let mut job = home.job(caller, id.parse().unwrap()).await.unwrap();
        for _ in 0..3 {
            job.step().await.unwrap();
        }
        let running = served.get("admin", &location).await;
        assert!(running.text.contains("<progress"), "{}", running.text);
        let line = format!("DELETE /api/v1/imports/{id}");
        assert_eq!(served.send("admin", &line, &[], Body::empty()).await.status, 204);
        let stopped = served.get("admin", &location).await;
        assert!(stopped.text.contains("Only a part was imported"), "{}", stopped.text);
        assert!(!stopped.text.contains("Nothing was imported"), "{}", stopped.text);
        assert!(stopped.text.contains("href=\"/boards/brd_") && stopped.text.contains("called off"), "{}", stopped.text);
    }
}
