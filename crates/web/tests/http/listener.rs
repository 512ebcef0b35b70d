//! Through a real socket: what a slow or greedy client gets.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::kit::{Home, home};

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: JoinHandle<std::io::Result<()>>,
    home: Home,
}

async fn served(change: impl FnOnce(&mut web::Settings)) -> Served {
    let home = home(change).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move {
        let _ = stopped.await;
    };
    let done = tokio::spawn(web::serve(listener, home.front.clone(), home.app.settings.clone(), shutdown));
    Served { address, stop, done, home }
}

impl Served {
    async fn send(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }
}

/// All that comes until the server closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut text)).await;
    assert!(read.is_ok(), "the server did not close; so far: {}", String::from_utf8_lossy(&text));
    String::from_utf8_lossy(&text).into_owned()
}

fn status(text: &str) -> &str {
    text.get(9..12).unwrap_or("none")
}

#[tokio::test]
async fn a_head_or_a_body_that_does_not_come_ends_the_connection() {
    let served = served(|settings| {
        settings.timeouts.head = Duration::from_millis(200);
        settings.timeouts.body_idle = Duration::from_millis(200);
    })
    .await;
    let begun = Instant::now();
    let mut half_a_head = served.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-").await;
    let mut silent = served.send("").await;
    let mut half_a_body = served
        .send(
            "POST /api/v1/things HTTP/1.1\r\nhost: localhost\r\ncookie: trackhold=admin\r\n\
             content-type: application/json\r\ncontent-length: 100\r\n\r\n{",
        )
        .await;
    assert_eq!(status(&rest(&mut half_a_body).await), "408");
    rest(&mut half_a_head).await;
    rest(&mut silent).await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!(served.home.reached.count(), 0);
}

#[tokio::test]
async fn heads_are_bounded_and_ambiguous_lengths_refused() {
    let served = served(|_| {}).await;
    let get = |headers: String| {
        format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{headers}connection: close\r\n\r\n")
    };
    assert_eq!(status(&rest(&mut served.send(&get(String::new())).await).await), "204");
    let many = "a: b\r\n".repeat(200);
    let long = format!("a: {}\r\n", "b".repeat(100_000));
    for headers in [many, long] {
        assert_eq!(status(&rest(&mut served.send(&get(headers)).await).await), "431");
    }
    for headers in [
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "content-length: 5\r\ncontent-length: 6\r\n",
        "transfer-encoding: chunked, gzip\r\n",
        "content-length : 5\r\n",
    ] {
        let smuggled = format!(
            "POST /api/v1/login HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"
        );
        let got = rest(&mut served.send(&smuggled).await).await;
        assert_eq!(got.matches("HTTP/1.1 ").count(), 1, "{headers}: {got}");
        // RFC 9112 section 6.3 lets the chunks count where both are there, if the connection ends with it.
        let both = headers.contains("length: 5\r\ntransfer");
        assert_eq!(status(&got), if both { "204" } else { "400" }, "{headers}: {got}");
    }
}

#[tokio::test]
async fn a_head_that_cannot_be_read_is_answered_like_all_else() {
    let served = served(|_| {}).await;
    let good = "GET /api/v1/nothing HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let long = format!("GET / HTTP/1.1\r\nhost: localhost\r\na: {}\r\n\r\n", "b".repeat(100_000));
    let address = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "a".repeat(70_000));
    for (sent, expected) in [
        ("\u{16}\u{3}\u{1}\0\u{1} a hello of TLS, by mistake\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nhost: localhost\r\nbad header: 1\r\n\r\n", "400"),
        ("GET / HTTP/9.9\r\nhost: localhost\r\n\r\n", "400"),
        (&long, "431"),
        (&address, "4"),
    ] {
        for before in [0, 2] {
            let all = rest(&mut served.send(&format!("{}{sent}", good.repeat(before))).await).await;
            let answers: Vec<&str> = all.split("HTTP/1.1 ").skip(1).collect();
            assert_eq!(answers.len(), before + 1, "{all}");
            for answer in &answers {
                let (head, body) = answer.split_once("\r\n\r\n").unwrap();
                let head = head.to_ascii_lowercase();
                for header in [
                    "content-security-policy: default-src 'none'",
                    "x-content-type-options: nosniff",
                    "x-request-id: req_",
                ] {
                    assert_eq!(head.matches(header).count(), 1, "{header}: {answer}");
                }
                assert!(head.contains(&format!("content-length: {}", body.len())), "{answer}");
                let problem: serde_json::Value = serde_json::from_str(body).unwrap();
                assert_eq!(problem["status"].to_string(), head[..3]);
            }
            assert!(answers[before].starts_with(expected), "{all}");
            assert!(answers[..before].iter().all(|answer| answer.starts_with("404")), "{all}");
        }
    }
}

#[tokio::test]
async fn a_refusal_without_a_body_is_left_as_it_is() {
    let served = served(|_| {}).await;
    let asked = "HEAD /api/v1/nothing HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(2);
    let sent = format!("{asked}GET /api/v1/nothing HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let all = rest(&mut served.send(&sent).await).await;
    let heads: Vec<&str> = all.split("HTTP/1.1 404").skip(1).collect();
    assert_eq!(heads.len(), 3, "{all}");
    assert!(
        heads[..2].iter().all(|head| head.ends_with("\r\n\r\n") && !head.contains("unreadable")),
        "{all}"
    );
    assert!(heads[2].contains("not_found"), "{all}");
}

#[tokio::test]
async fn what_is_under_way_is_finished_before_the_server_stops() {
    let served = served(|_| {}).await;
    let mut slow = served.send("GET /api/v1/slow HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let mut idle = served.send("").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    served.stop.send(()).unwrap();
    assert_eq!(status(&rest(&mut slow).await), "204");
    rest(&mut idle).await;
    served.done.await.unwrap().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert!(TcpStream::connect(served.address).await.is_err(), "nobody new is let in");
}

#[tokio::test]
async fn what_takes_too_long_at_shutdown_is_cut_off() {
    let served = served(|settings| settings.timeouts.shutdown = Duration::from_millis(100)).await;
    let mut slow = served.send("GET /api/v1/slow HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    served.stop.send(()).unwrap();
    served.done.await.unwrap().unwrap();
    assert_eq!(rest(&mut slow).await, "");
}

#[tokio::test]
async fn strangers_do_not_speak_for_others() {
    let served = served(|settings| settings.rate_per_minute = 2).await;
    let get = |from: &str| {
        format!(
            "GET /api/v1/nothing HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: {from}\r\nconnection: close\r\n\r\n"
        )
    };
    let things = |from: &str| get(from).replace("nothing", "things");
    for (from, expected) in [("192.0.2.1", "401"), ("192.0.2.2", "401"), ("192.0.2.3", "429")] {
        assert_eq!(status(&rest(&mut served.send(&things(from)).await).await), expected, "{from}");
    }
}

#[tokio::test]
async fn a_cookie_that_is_not_known_is_counted_before_anybody_looks_for_it() {
    let served = served(|settings| settings.rate_per_minute = 3).await;
    let get = |cookie: &str| {
        format!(
            "GET /api/v1/things HTTP/1.1\r\nhost: localhost\r\ncookie: trackhold={cookie}\r\nconnection: close\r\n\r\n"
        )
    };
    // Looking for "broken" fails, which shows that it was looked for.
    for (cookie, expected) in
        [("broken", "500"), ("broken", "500"), ("viewer", "200"), ("broken", "500"), ("broken", "429")]
    {
        assert_eq!(status(&rest(&mut served.send(&get(cookie)).await).await), expected, "{cookie}");
    }
    assert_eq!(
        status(&rest(&mut served.send(&get("viewer")).await).await),
        "200",
        "who is known is not held up"
    );
}

#[tokio::test]
async fn an_idle_http2_connection_is_closed() {
    let served = served(|settings| settings.timeouts.connection_idle = Duration::from_millis(100)).await;
    let mut stream = served.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).await.unwrap();
    let mut goaways = 0;
    let closed = async {
        // Length, type, flags, stream (RFC 9113 section 4.1).
        let mut head = [0; 9];
        while stream.read_exact(&mut head).await.is_ok() {
            let mut payload = vec![0; usize::from(head[2])];
            stream.read_exact(&mut payload).await.unwrap();
            match (head[3], head[4]) {
                (6, 0) => {
                    let pong = [&[0, 0, 8, 6, 1, 0, 0, 0, 0], payload.as_slice()].concat();
                    stream.write_all(&pong).await.unwrap();
                }
                (7, _) => goaways += 1,
                _ => {}
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(5), closed).await.expect("it stayed open");
    assert!(goaways > 0);
}

#[tokio::test]
async fn odd_requests_get_an_answer_and_never_our_fault() {
    let served = served(|_| {}).await;
    let things = "GET /api/v1/things";
    let cookie = "cookie: trackhold=viewer\r\n";
    for (line, headers, expected) in [
        ("CONNECT localhost:80", "", "404"),
        ("OPTIONS *", "", "404"),
        ("OPTIONS /api/v1/things", "", "405"),
        ("TRACE /api/v1/things", "", "405"),
        ("BREW /api/v1/things", "", "405"),
        ("GET http://localhost/api/v1/things", cookie, "200"),
        ("GET http://evil.example/api/v1/things", cookie, "421"),
        ("HEAD /api/v1/things", cookie, "200"),
        ("HEAD /pages/nothing", "", "404"),
        (things, "cookie: trackhold=\u{e4}\r\n", "401"),
        (things, "cookie: trackhold=viewer; trackhold=admin\r\nuser-agent: \u{e4}\r\n", "200"),
        ("GET /api/v1/things/%00", cookie, "404"),
        ("GET /api/v1/things/%ff", cookie, "404"),
        ("GET /api/v1/things/%2e%2e%2fx", cookie, "404"),
        ("GET /api//v1/things", cookie, "404"),
        ("GET /api/v1/things/", cookie, "404"),
        ("GET /api/v1/things?%", cookie, "200"),
        ("GET /api/v1/things?limit=%zz", cookie, "400"),
        ("POST /api/v1/login", "origin: \u{e4}\r\n", "403"),
    ] {
        let text = format!("{line} HTTP/1.1\r\nhost: localhost\r\n{headers}connection: close\r\n\r\n");
        assert_eq!(status(&rest(&mut served.send(&text).await).await), expected, "{line} {headers}");
    }
}

#[tokio::test]
async fn one_address_does_not_take_all_places() {
    let served = served(|settings| settings.max_connections_of_one = 2).await;
    let ask = "GET /api/v1/nothing HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut kept = Vec::new();
    for _ in 0..2 {
        let mut stream = served.send(ask).await;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        kept.push(stream);
    }
    let mut third = served.send("").await;
    assert_eq!(rest(&mut third).await, "", "closed without a word");
    drop(kept);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut again = served.send(ask).await;
    let mut answer = [0; 12];
    again.read_exact(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 "));
}
