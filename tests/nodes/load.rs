//! Writers through several nodes, and what is left of their work.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::Client;
use crate::cluster::{Cluster, request};

/// Longer than this no answer may take, whatever happens to the database.
const PATIENCE: Duration = Duration::from_secs(15);
/// For a few hundred items on a busy machine.
const ENOUGH: Duration = Duration::from_secs(40);

#[derive(Default)]
pub struct Load {
    /// Numbers of acknowledged items by their ids.
    made: Mutex<BTreeMap<String, i64>>,
    /// Refused for now.
    later: Mutex<usize>,
    wrong: Mutex<Vec<String>>,
    over: AtomicBool,
}

/// For as long as there is this, writers go on: also a test that fails lets them end.
struct Lasting<'a>(&'a Load);

impl Drop for Lasting<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Load {
    /// Two clients of each node file items for as long as this takes; the node that `may_end` may give no more answers.
    pub fn while_written(
        &self,
        nodes: &[SocketAddr],
        may_end: Option<usize>,
        token: &str,
        board: &str,
        what: impl FnOnce(),
    ) {
        thread::scope(|scope| {
            let _writing = Lasting(self);
            for _ in 0..2 {
                for (number, node) in nodes.iter().copied().enumerate() {
                    scope.spawn(move || self.write(node, token, board, may_end == Some(number)));
                }
            }
            what();
        });
    }

    /// Files items until it is over, or until a node that `may_end` gives no more answers.
    fn write(&self, node: SocketAddr, token: &str, board: &str, may_end: bool) {
        let client = Client::patient(node, PATIENCE);
        let mut count = 0;
        while !self.over.load(Ordering::Relaxed) {
            count += 1;
            let title = json!({ "title": format!("{node} {:?} {count}", thread::current().id()) });
            match client.send(&request(token, "POST", &format!("/boards/{board}/items"), &title)) {
                Ok(answer) if answer.status == 201 => {
                    let item = answer.json();
                    let id = item["id"].as_str().unwrap_or_default().to_owned();
                    if locked(&self.made).insert(id, item["number"].as_i64().unwrap_or_default()).is_some() {
                        self.note(format!("{node} made one item twice: {}", answer.line()));
                    }
                }
                Ok(answer) if answer.status == 503 && answer.header("retry-after").is_some() => {
                    *locked(&self.later) += 1;
                    thread::sleep(Duration::from_millis(5));
                }
                Ok(answer) => self.note(format!("{node}: {}", answer.line())),
                Err(_) if may_end => return,
                Err(lost) => self.note(format!("{node} gave no answer: {}", lost.0)),
            }
        }
    }

    fn note(&self, what: String) {
        locked(&self.wrong).push(what);
        // The first one says enough.
        self.end();
    }

    fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Waits for so many more acknowledged items; gives up where something went wrong.
    pub fn wait_for_more(&self, more: usize) {
        let wanted = locked(&self.made).len() + more;
        let deadline = Instant::now() + ENOUGH;
        while locked(&self.made).len() < wanted && !self.over.load(Ordering::Relaxed) {
            if Instant::now() > deadline {
                self.note(format!("{} of {wanted} items after {ENOUGH:?}", locked(&self.made).len()));
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Compares with what a node shows now, and has all chains checked.
    pub fn check<const N: usize>(self, cluster: &Cluster<N>, node: usize, token: &str, board: &str) {
        assert_eq!(*locked(&self.wrong), Vec::<String>::new());
        let shown = items(cluster, node, token, board);
        let made = locked(&self.made);
        for (id, number) in made.iter() {
            assert_eq!(shown.get(id), Some(number), "{id} was acknowledged");
        }
        let numbers: BTreeSet<i64> = shown.values().copied().collect();
        assert_eq!(numbers.len(), shown.len(), "each has a number of its own");
        let verified = cluster.nodes[node].command(&["audit", "verify", "--json"]);
        assert_eq!(verified.code, Some(0), "{verified:?}");
        let whole: Value = serde_json::from_str(&verified.out).unwrap_or_default();
        assert_eq!(whole["whole"], true, "{verified:?}");
        println!(
            "{} items acknowledged, {} there, {} times told to come back",
            made.len(),
            shown.len(),
            locked(&self.later)
        );
    }
}

/// All items of a board: their numbers by their ids.
fn items<const N: usize>(
    cluster: &Cluster<N>,
    node: usize,
    token: &str,
    board: &str,
) -> BTreeMap<String, i64> {
    let mut all = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let answer = cluster.get(node, token, &format!("/boards/{board}/items?limit=1000{cursor}"));
        assert_eq!(answer.status, 200, "{}", answer.line());
        let page = answer.json();
        for item in page["data"].as_array().into_iter().flatten() {
            let id = item["id"].as_str().expect("an item has an id");
            all.insert(id.to_owned(), item["number"].as_i64().expect("an item has a number"));
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
