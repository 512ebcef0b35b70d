//! What the log says of a request, and what it never says.

use std::io;
use std::sync::{Arc, Mutex};

use crate::kit::{ask, home};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_line_names_the_route_and_no_token_query_or_cookie() {
    let written = Written::default();
    let writer = written.clone();
    // For the whole process: a subscriber of one test alone misses what others have met first.
    let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    tracing::subscriber::set_global_default(log).unwrap();
    let home = home(|_| {}).await;
    home.get("/setup/tok-in-path?next=tok-in-query", "").await;
    home.get("/unknown/tok-in-unknown", "").await;
    home.post("/api/v1/things", "admin", "{\"title\":\"tok-in-body-that-is-too-long\"}").await;
    let refused = ask("GET /api/v1/things", "tok-in-cookie").header("authorization", "Bearer tok-in-header");
    home.send(refused, "").await;
    let got = home.get("/api/v1/things", "viewer").await;
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(!text.contains("tok-in"), "{text}");
    let line = text.lines().find(|line| line.contains(got.header("x-request-id"))).unwrap();
    for part in ["method=GET", "route=\"/api/v1/things\"", "status=200", "micros=", "user=user_"] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    assert!(text.contains("route=\"/setup/{token}\"") && text.contains("route=\"-\""), "{text}");
}
