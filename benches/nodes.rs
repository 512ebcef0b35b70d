//! One node and three nodes before one PostgreSQL, beside the embedded engine, in one run and on one machine:
//! what a further process costs or gives, not what a further machine would. The embedded engine gives a
//! finished page again until something changes; PostgreSQL's is read each time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::SocketAddr;
use std::time::Duration;

use benches::load::{Load, run_over, show};
use benches::ratio;
use benches::site::{Board, Session, Site};
use testkit::Engine;

const LENGTH: Duration = Duration::from_secs(3);
const CLIENTS: usize = 32;

/// A workspace with a board of 1,000 items, and one that items are made on.
struct Home {
    session: Session,
    list: Board,
    create: Board,
}

impl Home {
    fn furnish(session: Session) -> Self {
        let (list, create) = (session.board("LIST"), session.board("MAKE"));
        session.fill(&list, 1_000);
        Self { session, list, create }
    }
}

fn homes(site: &Site) -> Vec<Home> {
    let others = ["Second", "Third", "Fourth"].map(|name| site.in_another_workspace(name));
    [site.session.clone()].into_iter().chain(others).map(Home::furnish).collect()
}

fn main() {
    println!("-- embedded");
    let site = Site::start(Engine::Embedded);
    let embedded = measure(&[site.address()], &homes(&site));
    drop(site);

    println!("-- PostgreSQL, one node");
    let first = Site::start(Engine::Postgres);
    let homes = homes(&first);
    let one = measure(&[first.address()], &homes);

    println!("-- PostgreSQL, three nodes");
    let others = [first.instance.another_node(), first.instance.another_node()];
    let nodes = [first.address(), others[0].address(), others[1].address()];
    let three = measure(&nodes, &homes);

    println!("-- ratios");
    for (((name, embedded), (_, one)), (_, three)) in embedded.iter().zip(&one).zip(&three) {
        ratio(&format!("{name}: one node to embedded"), one / embedded);
        ratio(&format!("{name}: three nodes to embedded"), three / embedded);
        ratio(&format!("{name}: three nodes to one"), three / one);
    }
    benches::end();
}

/// What was measured, and how often a second it was done.
type Figure = (&'static str, f64);

/// One workspace, and all of them at once: one workspace's changes wait for each other, by design.
fn measure(nodes: &[SocketAddr], homes: &[Home]) -> Vec<Figure> {
    let alone = &homes[..1];
    let runs: [(&'static str, Load); 4] = [
        ("list, one workspace", lists(nodes, alone)),
        ("create, one workspace", creates(nodes, alone)),
        ("list, four workspaces", lists(nodes, homes)),
        ("create, four workspaces", creates(nodes, homes)),
    ];
    for (name, load) in &runs {
        show(&format!("{name}, {CLIENTS} clients"), load);
    }
    runs.into_iter().map(|(name, load)| (name, load.per_second)).collect()
}

/// Clients go round the nodes, and from there round the workspaces: each workspace is asked for everywhere.
fn home_of(homes: &[Home], nodes: usize, client: usize) -> &Home {
    &homes[client / nodes % homes.len()]
}

fn lists(nodes: &[SocketAddr], homes: &[Home]) -> Load {
    run_over(nodes, CLIENTS, LENGTH, |client, _| {
        let home = home_of(homes, nodes.len(), client);
        home.session.get(&format!("/api/v1/boards/{}/items?limit=50", home.list.id))
    })
}

fn creates(nodes: &[SocketAddr], homes: &[Home]) -> Load {
    run_over(nodes, CLIENTS, LENGTH, |client, number| {
        let home = home_of(homes, nodes.len(), client);
        home.session.create(&home.create, &format!("Made by client {client}, number {number}"))
    })
}
