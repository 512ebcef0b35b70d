//! A thousand browsers look at what one person does: how long after the answer each is told, and what it
//! costs. The listeners are on the same machine, so that their own work is in the figures.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]

#[path = "live/listener.rs"]
mod listener;

use std::thread;
use std::time::{Duration, Instant};

use benches::load::Connection;
use benches::process::resident;
use benches::site::{Session, Site};
use benches::{figure, ratio};
use testkit::{Engine, Instance};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

const LISTENERS: usize = 1_000;
/// Of them, on the writer's node where there are two.
const NEAR: usize = 100;
/// Streams that one person may have on one node.
const OF_ONE: usize = 32;
const EVENTS: usize = 300;
const PACE: Duration = Duration::from_millis(50);
/// For the last event to be everywhere.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() {
    listener::refuse_too_few_descriptors(LISTENERS);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();

    println!("-- embedded");
    let site = Site::start(Engine::Embedded);
    let people = people(&site);
    let mut crowd = Crowd::gather(&runtime, &site.instance, &people, LISTENERS);
    crowd.hear(&runtime, &write(&site));
    crowd.show("on the writer's node");
    drop((crowd, site));

    println!("-- PostgreSQL, two nodes");
    let site = Site::start(Engine::Postgres);
    let other = site.instance.another_node();
    let people = self::people(&site);
    let mut near = Crowd::gather(&runtime, &site.instance, &people, NEAR);
    let mut far = Crowd::gather(&runtime, &other, &people, LISTENERS - NEAR);
    let told = write(&site);
    near.hear(&runtime, &told);
    far.hear(&runtime, &told);
    near.show("on the writer's node");
    far.show("on another node");
    benches::end();
}

/// As many as it takes for all listeners.
fn people(site: &Site) -> Vec<Session> {
    (0..LISTENERS.div_ceil(OF_ONE)).map(|number| site.with_another_person(number)).collect()
}

/// When a change was sent, and when its answer was there.
struct Told {
    sent: Instant,
    answered: Instant,
}

/// Makes items, one after the other, at a steady pace.
fn write(site: &Site) -> Vec<Told> {
    let board = site.board("LIVE");
    let mut connection = Connection::open(site.address());
    let begun = Instant::now();
    (0..EVENTS)
        .map(|number| {
            let due = begun + PACE * number as u32;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let request = site.create(&board, &format!("Seen by everybody, number {number}"));
            let sent = Instant::now();
            connection.ask(&request);
            Told { sent, answered: Instant::now() }
        })
        .collect()
}

/// Listeners of one node, and what became of them.
struct Crowd {
    count: usize,
    listening: Vec<JoinHandle<Vec<Instant>>>,
    /// The node's memory without and with them, in MB.
    memory: (f64, f64),
    since_sent: Vec<Duration>,
    since_answered: Vec<Duration>,
}

impl Crowd {
    /// All of them are told of everything from here on.
    fn gather(runtime: &Runtime, node: &Instance, people: &[Session], count: usize) -> Self {
        thread::sleep(Duration::from_secs(1));
        let before = resident(node.id());
        let address = node.address();
        let listening = runtime.block_on(async {
            let mut listening = Vec::with_capacity(count);
            for number in 0..count {
                let request = people[number / OF_ONE].get("/api/v1/events");
                let stream = listener::begin(address, number, &request).await;
                listening.push(tokio::spawn(listener::hear(stream, EVENTS)));
            }
            listening
        });
        thread::sleep(Duration::from_secs(1));
        let memory = (before, resident(node.id()));
        Self { count, listening, memory, since_sent: Vec::new(), since_answered: Vec::new() }
    }

    /// Each event at each listener.
    fn hear(&mut self, runtime: &Runtime, told: &[Told]) {
        for listening in std::mem::take(&mut self.listening) {
            let ended = runtime.block_on(async { tokio::time::timeout(PATIENCE, listening).await });
            let heard = ended.expect("every event comes to every listener").expect("a listener ends well");
            for (told, heard) in told.iter().zip(heard) {
                self.since_sent.push(heard.saturating_duration_since(told.sent));
                // It may be there before the answer is.
                self.since_answered.push(heard.saturating_duration_since(told.answered));
            }
        }
        assert_eq!(self.since_sent.len(), self.count * told.len());
        self.since_sent.sort_unstable();
        self.since_answered.sort_unstable();
    }

    fn show(&self, place: &str) {
        let count = self.count;
        for (begin, times) in [("request", &self.since_sent), ("answer", &self.since_answered)] {
            let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
            for (name, part) in [("p50", 0.5), ("p99", 0.99), ("max", 1.0)] {
                figure(&format!("{count} {place}, from the {begin} to the event, {name}"), at(part), "ms");
            }
        }
        let (before, with) = self.memory;
        figure("  memory of the node before, resident", before, "MB");
        figure("  memory of the node with them, resident", with, "MB");
        ratio("  a listener (kB)", (with - before) * 1e3 / count as f64);
    }
}
