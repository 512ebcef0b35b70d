//! A large upload, from the request to the board, in little memory. Alone in its process, so that the
//! peak is the import's own; the boards are made of pieces as they are sent, and never whole anywhere.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::Request;
use kernel::access::{Caller, Credential, Origin, Role};
use kernel::crypto::MasterKey;
use kernel::{SessionId, UserId, WorkspaceId};
use serde_json::Value;
use store::{Engine, Message, Options, Receive, Store, TenantTx, params};
use web::{App, Authenticate, BoxFuture, Front, PublicUrl, Settings};
use work::imports::Runner;

store::statements! {
    tenant MEMBER = "INSERT INTO members (workspace_id, user_id, name, role, status, joined_at)
        VALUES ($1, $2, 'Ada', 'admin', 'active', $3)";
    tenant ITEMS = "SELECT count(*) FROM items WHERE workspace_id = $1";
    tenant UPDATES = "SELECT count(*) FROM updates WHERE workspace_id = $1";
}

struct Nobody;

impl Receive for Nobody {
    fn receive<'a>(&'a self, _: &'a mut TenantTx, _: Message) -> BoxFuture<'a, kernel::Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

struct Always(Caller);

impl Authenticate for Always {
    fn authenticate<'a>(&'a self, _: &'a str, _: Origin) -> BoxFuture<'a, kernel::Result<Option<Caller>>> {
        Box::pin(async move { Ok(Some(self.0.clone())) })
    }
}

#[derive(Clone, Copy)]
struct Shape {
    actions: u32,
    cards: u32,
    /// Characters of descriptions and comments.
    text: usize,
}

fn id(kind: u32, number: u32) -> String {
    format!("65{:06x}{kind:08x}{number:08x}", number / 60)
}

/// The board as Trello orders it, in pieces of some hundred kilobytes.
fn pieces(shape: Shape) -> impl Iterator<Item = String> + Send {
    let text = "what was said and done, ".repeat(shape.text / 24);
    let said = text.clone();
    let action = move |n: u32| {
        let (comma, card) = (if n == 0 { "" } else { "," }, id(3, n % shape.cards));
        let at = jiff::Timestamp::from_second(1_600_000_000 + i64::from(shape.actions - n)).unwrap();
        let head =
            format!(r#"{comma}{{"id":"{}","date":"{at}","idMemberCreator":"{}""#, id(9, n), id(1, n % 50));
        if n.is_multiple_of(2) {
            format!(r#"{head},"type":"commentCard","data":{{"card":{{"id":"{card}"}},"text":"{n}{said}"}}}}"#)
        } else {
            format!(
                r#"{head},"type":"updateCard","data":{{"card":{{"id":"{card}","name":"b"}},"old":{{"name":"a"}}}}}}"#
            )
        }
    };
    let card = move |n: u32| {
        let (comma, list) = (if n == 0 { "" } else { "," }, id(2, n % 20));
        let pos = n.wrapping_mul(2_654_435_761);
        format!(
            r#"{comma}{{"id":"{}","idShort":{n},"name":"Card {n}","idList":"{list}","pos":{pos},"desc":"{text}"}}"#,
            id(3, n)
        )
    };
    let list =
        |n: u32| format!(r#"{}{{"id":"{}","name":"List {n}"}}"#, if n == 0 { "" } else { "," }, id(2, n));
    let desk =
        |n: u32| format!(r#"{}{{"id":"{}","fullName":"Desk {n}"}}"#, if n == 0 { "" } else { "," }, id(1, n));
    let many = |count: u32, make: Box<dyn Fn(u32) -> String + Send>| {
        (0..count).step_by(200).map(move |from| (from..count.min(from + 200)).map(&make).collect::<String>())
    };
    std::iter::once(format!(r#"{{"id":"{}","name":"Large","actions":["#, id(0, 0)))
        .chain(many(shape.actions, Box::new(action)))
        .chain(std::iter::once(r#"],"cards":["#.to_owned()))
        .chain(many(shape.cards, Box::new(card)))
        .chain(std::iter::once(r#"],"labels":[],"checklists":[],"lists":["#.to_owned()))
        .chain(many(20, Box::new(list)))
        .chain(std::iter::once(r#"],"members":["#.to_owned()))
        .chain(many(50, Box::new(desk)))
        .chain(std::iter::once("]}".to_owned()))
}

fn upload(shape: Shape, sent: Arc<std::sync::atomic::AtomicUsize>) -> Request<Body> {
    const HEAD: &str = "--MARK\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\ntrello\r\n--MARK\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"board.json\"\r\n\r\n";
    let body = std::iter::once(HEAD.to_owned())
        .chain(pieces(shape))
        .chain(std::iter::once("\r\n--MARK--\r\n".into()));
    let body = body.map(move |piece| {
        sent.fetch_add(piece.len(), std::sync::atomic::Ordering::Relaxed);
        Ok::<_, std::io::Error>(Bytes::from(piece))
    });
    Request::post("/api/v1/imports")
        .header("host", "localhost:8080")
        .header("origin", "http://localhost:8080")
        .header("cookie", "trackhold=anything")
        .header("content-type", "multipart/form-data; boundary=MARK")
        .body(Body::from_stream(futures_util::stream::iter(body)))
        .unwrap()
}

/// The peak of this process's resident memory, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

async fn get(front: &Front, path: &str) -> Value {
    let request = Request::get(path).header("host", "localhost:8080").header("cookie", "trackhold=anything");
    let response = front.clone().answer(request.body(Body::empty()).unwrap()).await;
    serde_json::from_slice(&to_bytes(response.into_body(), 1 << 20).await.unwrap()).unwrap()
}

async fn import(shape: Shape) -> (usize, u64) {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::Embedded { data: folder.path().join("data") };
    let store = Store::open(Options::new(engine, MasterKey::random()), Arc::new(Nobody)).await.unwrap();
    let now = store.clock().now();
    let (workspace, user) = (WorkspaceId::new(now), UserId::new(now));
    store.create_workspace(workspace).await.unwrap();
    let session = Credential::Session(SessionId::new(now));
    let caller = Caller::authenticated(user, workspace, Role::Admin, session, Origin::default(), None);
    let door = store.tenant(&caller);
    door.write(async move |tx: &mut TenantTx| tx.exec(&MEMBER, params![workspace, user, now]).await)
        .await
        .unwrap();
    let runner = Runner::new(store.clone(), folder.path()).unwrap();
    let settings = Arc::new(Settings::new(PublicUrl::parse("http://localhost:8080").unwrap()));
    let app = App::new(store.clone(), settings, Arc::new(Always(caller)), Vec::new());
    let front = work::imports::routes().extension(runner.clone()).into_front(app).unwrap();
    // Writing 5 there forgets the peak so far (proc_pid_clear_refs(5)).
    let _ = std::fs::write("/proc/self/clear_refs", "5");

    let begun = Instant::now();
    let sent = Arc::default();
    let response = front.clone().answer(upload(shape, Arc::clone(&sent))).await;
    assert_eq!(response.status(), 202);
    let answer: Value =
        serde_json::from_slice(&to_bytes(response.into_body(), 1 << 20).await.unwrap()).unwrap();
    let (received, path) = (begun.elapsed(), format!("/api/v1/imports/{}", answer["id"].as_str().unwrap()));
    let (over, stop) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(async move { runner.run(async { drop(stop.await) }).await });
    let done = loop {
        let import = get(&front, &path).await;
        if !import["finished_at"].is_null() {
            break import;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    over.send(()).unwrap();
    running.await.unwrap();
    let peak = peak();
    assert_eq!((&done["status"], &done["errors"]), (&"done".into(), &Value::Array(Vec::new())));
    let count = async |sql| door.first::<(i64,)>(sql, params![workspace]).await.unwrap().unwrap().0;
    assert_eq!(count(&ITEMS).await, i64::from(shape.cards));
    assert_eq!(count(&UPDATES).await, i64::from(shape.actions.div_ceil(2)));
    let size = sent.load(std::sync::atomic::Ordering::Relaxed);
    println!(
        "{} MB, {} actions, {} cards: received in {received:.1?}, imported in {:.1?}, peak {} MB",
        size / 1_000_000,
        shape.actions,
        shape.cards,
        begun.elapsed() - received,
        peak / 1_000_000
    );
    (size, peak)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_megabytes_in_less_than_a_hundred() {
    let (size, peak) = import(Shape { actions: 120_000, cards: 30_000, text: 1_000 }).await;
    assert!(size > 100_000_000, "{size}");
    assert!(peak < 100_000_000, "{peak}");
}
