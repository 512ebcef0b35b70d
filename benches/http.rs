//! The API over HTTP, beside a static answer of the same size on the same stack.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]

#[path = "http/bare_list.rs"]
mod bare_list;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use benches::load::{self, Load, show};
use benches::site::{Board, Site};
use benches::{at_least, at_most, figure, ratio};
use serde_json::json;
use testkit::Engine;
use uuid::Uuid;
use web::Cursor;
use work::items::ItemId;

const LENGTH: Duration = Duration::from_secs(3);
const CLIENTS: usize = 32;

fn main() {
    let embedded = Site::start(Engine::Embedded);
    println!("-- embedded");
    let small = embedded.board("SMALL");
    embedded.fill(&small, 1_000);
    let list = list(&embedded, &small, CLIENTS);
    show("GET /boards/{id}/items?limit=50, 32 clients", &list);
    let fixed = fixed(list.body);
    show("  a static answer of that size, 32 clients", &fixed);
    at_least("  ratio to the static answer", list.per_second / fixed.per_second, 0.20);
    let anew = lists_anew(&embedded, &small, CLIENTS, LENGTH);
    show("  the same page, each time by another question, 32 clients", &anew);
    ratio("  ratio to the static answer", anew.per_second / fixed.per_second);
    let large = embedded.board("LARGE");
    embedded.fill(&large, 100_000);
    first_pages(&embedded, &small, &large);
    creates(&embedded, "POST /boards/{id}/items");
    drop(embedded);

    println!("-- PostgreSQL");
    let postgres = Site::start(Engine::Postgres);
    let board = postgres.board("SMALL");
    postgres.fill(&board, 1_000);
    let list = self::list(&postgres, &board, CLIENTS);
    show("GET /boards/{id}/items?limit=50, 32 clients", &list);
    // Short turns, so that a change of the machine's mood meets both.
    let (ours, bare): (Vec<f64>, Vec<f64>) = (0..5)
        .map(|_| {
            let ours = self::list(&postgres, &board, CLIENTS).per_second;
            (ours, bare_list::lists(&postgres, &board, CLIENTS, LENGTH))
        })
        .unzip();
    let mean = |turns: &[f64]| turns.iter().sum::<f64>() / turns.len() as f64;
    figure("  in turns with bare tokio-postgres", mean(&ours), "/s");
    figure("  its statements on bare tokio-postgres, 32 clients", mean(&bare), "/s");
    at_least("  ratio to bare tokio-postgres", mean(&ours) / mean(&bare), 0.50);
    creates(&postgres, "POST /boards/{id}/items");
    benches::end();
}

fn list(site: &Site, board: &Board, clients: usize) -> Load {
    let request = site.get(&format!("/api/v1/boards/{}/items?limit=50", board.id));
    load::run(site.address(), clients, LENGTH, |_, _| request.clone())
}

/// The first page by questions of which none was asked before, so that no kept answer fits: the cursor names
/// a place before all items, each time another.
fn lists_anew(site: &Site, board: &Board, clients: usize, length: Duration) -> Load {
    static ROUND: AtomicU64 = AtomicU64::new(1);
    let round = u128::from(ROUND.fetch_add(1, Ordering::Relaxed));
    load::run(site.address(), clients, length, |client, number| {
        let id = ItemId::from_uuid(Uuid::from_u128(round << 96 | (client as u128) << 64 | number as u128));
        let place = json!({"sort": {"field": "position", "descending": false}, "key": "", "id": id});
        let cursor = Cursor::write(&place).unwrap();
        site.get(&format!("/api/v1/boards/{}/items?limit=50&cursor={cursor}", board.id))
    })
}

/// The same page of a small and of a large board, one client each, taken in turns.
fn first_pages(site: &Site, small: &Board, large: &Board) {
    let run = |board: &Board| lists_anew(site, board, 1, Duration::from_secs(1)).p50.as_secs_f64() * 1e6;
    let times: Vec<(f64, f64)> = (0..5).map(|_| (run(small), run(large))).collect();
    let best = |pick: fn(&(f64, f64)) -> f64| times.iter().map(pick).fold(f64::MAX, f64::min);
    let (small, large) = (best(|t| t.0), best(|t| t.1));
    figure("first page of 1,000 items, one client, p50", small, "µs");
    figure("first page of 100,000 items, one client, p50", large, "µs");
    at_most("  ratio", large / small, 1.3);
}

fn creates(site: &Site, name: &str) {
    let board = site.board("CREATE");
    for clients in [1, CLIENTS] {
        let load = load::run(site.address(), clients, LENGTH, |client, number| {
            site.create(&board, &format!("Made by client {client}, number {number}"))
        });
        show(&format!("{name}, {clients} clients, durable"), &load);
    }
}

/// A static answer of `size` bytes from the same stack, under the same load.
fn fixed(size: usize) -> Load {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let body: &'static str = Box::leak("x".repeat(size).into_boxed_str());
    let router = Router::new().route("/", get(move || async move { body }));
    runtime.spawn(async move { axum::serve(listener, router).await });
    let request = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec();
    let load = load::run(address, CLIENTS, LENGTH, |_, _| request.clone());
    runtime.shutdown_background();
    load
}
