//! How a server ends: asked, asked twice, and not asked at all.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::{Client, read_answer};
use crate::process::instance;

/// A request whose handler waits for the rest of its body; gives the connection and the rest.
fn begun(address: std::net::SocketAddr) -> (TcpStream, Vec<u8>) {
    let body = json!({"email": "ada@example.com", "password": "no such password"}).to_string().into_bytes();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = Client::new(address).head("POST", "/api/v1/auth/login");
    let length = body.len();
    let head = format!(
        "{head}content-type: application/json\r\ncontent-length: {length}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The server says so when the handler asks for the body (RFC 9110 section 10.1.1).
    let mut line = [0; 25];
    stream.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"HTTP/1.1 100 Continue\r\n\r\n");
    (stream, body)
}

fn signal(process: u32) {
    assert!(Command::new("kill").args(["-TERM", &process.to_string()]).status().unwrap().success());
}

fn refuses_connections(address: std::net::SocketAddr) -> bool {
    let deadline = Instant::now() + Duration::from_secs(5);
    while Instant::now() < deadline {
        if TcpStream::connect(address).is_err() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

#[test]
fn what_is_under_way_is_finished_and_nothing_new_is_taken() {
    let mut instance = instance(&[]);
    let (mut stream, rest) = begun(instance.address());
    signal(instance.id());
    assert!(refuses_connections(instance.address()));
    stream.write_all(&rest).unwrap();
    let answer = read_answer(&mut stream);
    assert_eq!(answer.status, 401, "{}", answer.text());
    assert_eq!(instance.wait(), Some(0));
}

#[test]
fn a_client_that_never_ends_is_cut_off_after_ten_seconds() {
    let mut instance = instance(&[]);
    let (stream, _) = begun(instance.address());
    let asked = Instant::now();
    assert_eq!(instance.stop(), Some(0));
    let took = asked.elapsed();
    assert!(took > Duration::from_secs(8) && took < Duration::from_secs(12), "{took:?}");
    drop(stream);
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let mut instance = instance(&[]);
    let (stream, _) = begun(instance.address());
    signal(instance.id());
    assert!(refuses_connections(instance.address()));
    let asked = Instant::now();
    assert_eq!(instance.stop(), Some(1));
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
    drop(stream);
}

#[test]
fn an_idle_connection_does_not_hold_it_up() {
    let mut instance = instance(&[]);
    let mut idle = TcpStream::connect(instance.address()).unwrap();
    let asked = Instant::now();
    assert_eq!(instance.stop(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
    let _ = idle.read(&mut [0; 1]);
}

/// It would go on for ever by itself.
#[test]
fn a_stream_of_events_ends_with_the_server() {
    let mut instance = instance(&[("TRACKHOLD_REGISTRATION", "open")]);
    let mut client = Client::new(instance.address());
    let person = json!({"email": "ada@example.com", "password": "a long and unusual one", "name": "Ada", "workspace_name": "Engines"});
    client.post("/api/v1/auth/register", &person).expect(201);
    let mut stream = TcpStream::connect(instance.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(format!("{}\r\n", client.head("GET", "/api/v1/events")).as_bytes()).unwrap();
    let mut begun = String::new();
    while !begun.contains("retry: ") {
        let mut piece = [0; 1_024];
        let length = stream.read(&mut piece).unwrap();
        assert!(length > 0, "it ended: {begun}");
        begun.push_str(&String::from_utf8_lossy(&piece[..length]));
    }
    let asked = Instant::now();
    assert_eq!(instance.stop(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
    stream.read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn a_power_cut_keeps_what_was_answered() {
    let mut instance = instance(&[("TRACKHOLD_REGISTRATION", "open")]);
    let mut client = Client::new(instance.address());
    let person = json!({"email": "ada@example.com", "password": "a long and unusual one", "name": "Ada", "workspace_name": "Engines"});
    client.post("/api/v1/auth/register", &person).expect(201);
    let project = json!({"name": "Analytical", "key": "ANA"});
    let project = client.post("/api/v1/projects", &project).expect(201);
    let boards = format!("/api/v1/projects/{}/boards", project["id"].as_str().unwrap());
    let board = client.post(&boards, &json!({"name": "Mill"})).expect(201);
    let items = format!("/api/v1/boards/{}/items", board["id"].as_str().unwrap());
    client.post(&items, &json!({"title": "Barrel"})).expect(201);
    instance.kill();
    instance.restart();
    let listed = client.get(&items).expect(200);
    assert_eq!(listed["data"][0]["title"], "Barrel", "{listed}");
}
