//! What it takes to run and to look at: start, memory, binary, first page.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::cast_precision_loss)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use benches::process::resident;
use benches::{at_most, figure, site};
use testkit::{Engine, Instance, Log};

fn main() {
    let binary = site::binary();
    let size = std::fs::metadata(&binary).unwrap().len();
    figure("size of the binary", size as f64 / 1e6, "MB");
    at_most("start to first answer on an existing data directory (ms)", start(), 200.0);
    let instance = Instance::start_binary(&binary, Engine::Embedded, &[], Log::Unread);
    std::thread::sleep(Duration::from_secs(3));
    at_most("idle memory, resident (MB)", resident(instance.id()), 40.0);
    weigh(&instance);
    benches::end();
}

/// The best of ten starts of a server whose data directory is there already.
fn start() -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let times: Vec<f64> = (0..10).map(|_| start_once(folder.path())).collect();
    // The first one makes the directory, its keys and files.
    times[1..].iter().copied().fold(f64::MAX, f64::min)
}

fn start_once(data: &std::path::Path) -> f64 {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let began = Instant::now();
    let mut child = Command::new(site::binary())
        .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"])
        .arg(data)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while answer(port, "/readyz", &[]).is_none() {
        assert!(began.elapsed() < Duration::from_secs(20), "it does not start");
        std::thread::sleep(Duration::from_millis(1));
    }
    let took = began.elapsed().as_secs_f64() * 1e3;
    child.kill().unwrap();
    child.wait().unwrap();
    took
}

/// HTML, CSS and JS of the first page that a browser loads, compressed, without fonts.
fn weigh(instance: &Instance) {
    let port = instance.address().port();
    let page = answer(port, "/login", &[("accept-encoding", "identity")]).expect("the first page");
    let html = String::from_utf8_lossy(&page).into_owned();
    let mut total = answer(port, "/login", &[("accept-encoding", "gzip")]).expect("the first page").len();
    let mut links: Vec<&str> =
        html.split('"').filter(|part| part.starts_with("/assets/") && !part.contains("woff")).collect();
    links = links.iter().map(|link| link.split('#').next().unwrap_or("")).collect();
    links.sort_unstable();
    links.dedup();
    assert!(links.iter().any(|link| link.contains("css")), "the page has a style: {links:?}");
    for link in links {
        let bytes = answer(port, link, &[("accept-encoding", "gzip")]).expect("an asset").len();
        figure(&format!("  {link}"), bytes as f64 / 1e3, "kB compressed");
        total += bytes;
    }
    at_most("weight of the first page without fonts (kB compressed)", total as f64 / 1e3, 120.0);
}

/// The body of a 200.
fn answer(port: u16, path: &str, headers: &[(&str, &str)]) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let mut request = format!("GET {path} HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{request}\r\n").as_bytes()).ok()?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all).ok()?;
    let head = all.windows(4).position(|part| part == b"\r\n\r\n")?;
    all.starts_with(b"HTTP/1.1 200").then(|| all.split_off(head + 4))
}
