//! Every connection of a node waits for somebody else's lock.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Answer, Client, Request};
use crate::cluster::{Cluster, request};
use crate::superuser::Superuser;

/// Of the eight connections a quarter is the instance's own.
const OF_TENANTS: usize = 6;
/// A busy machine included; the server itself waits for less than a second.
const SOON: Duration = Duration::from_secs(3);
const WAITING: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'trackhold_app' AND wait_event_type = 'Lock'";

#[test]
fn a_node_without_a_free_connection_says_so_soon_and_recovers_by_itself() {
    let cluster = Cluster::<1>::start(&[("TRACKHOLD_CONNECTIONS", "8")]);
    let admin = cluster.register("ada");
    let items = format!("/boards/{}/items", cluster.board(&admin));
    let superuser = Superuser::connect(&cluster.database().superuser_url);
    let listing = request(&admin.token, "GET", &items, &Value::Null);
    let filing = request(&admin.token, "POST", &items, &json!({ "title": "Filed" }));
    let address = cluster.nodes[0].address();

    superuser.run("BEGIN; LOCK TABLE tenant.items IN ACCESS EXCLUSIVE MODE");
    thread::scope(|scope| {
        let listing = &listing;
        let waiting: Vec<_> = (0..OF_TENANTS)
            .map(|_| scope.spawn(move || Client::new(address).send(listing).expect("an answer").status))
            .collect();
        superuser.wait_for(OF_TENANTS as i64, WAITING);
        for refused in [listing, &filing] {
            let (answer, took) = timed(&cluster.clients[0], refused);
            assert_eq!(answer.status, 503, "{}", answer.line());
            assert_eq!(answer.header("retry-after"), Some("1"), "{}", answer.line());
            assert_eq!(answer.code(), "unavailable");
            assert!(took < SOON, "{} took {took:?}", refused.line());
        }
        for probe in ["/healthz", "/readyz"] {
            let (answer, took) = timed(&cluster.clients[0], &Request::new("GET", probe));
            assert!(answer.status == 200 && took < SOON, "{probe}: {} after {took:?}", answer.line());
        }
        superuser.run("ROLLBACK");
        for one in waiting {
            assert_eq!(one.join().expect("it does not panic"), 200);
        }
    });
    for (sent, expected) in [(&listing, 200), (&filing, 201), (&listing, 200)] {
        let (answer, took) = timed(&cluster.clients[0], sent);
        assert!(answer.status == expected && took < SOON, "{} after {took:?}", answer.line());
    }
}

fn timed(client: &Client, request: &Request) -> (Answer, Duration) {
    let began = Instant::now();
    let answer = client.send(request).unwrap_or_else(|lost| panic!("{}: {}", request.line(), lost.0));
    (answer, began.elapsed())
}
