//! What one node was told, the others know at the next request.

use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::people::{PASSWORD, Person};

const NEW_PASSWORD: &str = "an orchard behind the mill";

#[test]
fn what_one_node_is_told_holds_on_all_at_the_next_request() {
    let cluster = Cluster::<3>::start(&[]);
    let admin = cluster.register("ada");
    let member = cluster.join(&admin, "grace", "developer");
    let board = cluster.board(&admin);
    let [leaves, ended, stays, other] = cluster.mint::<4>(&member);
    for token in [&leaves, &ended, &stays, &other, &admin.token] {
        // Each node remembers of it what never changes.
        assert_eq!(cluster.statuses(token), [200; 3]);
    }
    signing_out(&cluster, &leaves);
    an_ended_session(&cluster, &ended, &stays);
    another_role(&cluster, &admin, &member, &stays, &board);
    let renewed = a_new_password(&cluster, &member, &stays, &other);
    a_removal(&cluster, &admin, &member, &renewed);
    assert_eq!(cluster.statuses(&admin.token), [200; 3]);
}

fn signing_out(cluster: &Cluster<3>, token: &str) {
    assert_eq!(cluster.send(0, token, "POST", "/auth/logout", &Value::Null).status, 204);
    assert_eq!(cluster.statuses(token), [401; 3]);
}

fn an_ended_session(cluster: &Cluster<3>, ended: &str, by: &str) {
    let listed = cluster.get(1, ended, "/me/sessions").json();
    let all = listed["data"].as_array().expect("a list of sessions");
    let own = all.iter().find(|session| session["current"] == true).expect("the one that asks");
    let path = format!("/me/sessions/{}", own["id"].as_str().expect("its id"));
    assert_eq!(cluster.send(2, by, "DELETE", &path, &Value::Null).status, 204);
    assert_eq!(cluster.statuses(ended), [401; 3]);
    assert_eq!(cluster.statuses(by), [200; 3]);
}

fn another_role(cluster: &Cluster<3>, admin: &Person, member: &Person, token: &str, board: &str) {
    let path = format!("/boards/{board}/items");
    let files = |node: usize| cluster.send(node, token, "POST", &path, &json!({ "title": "Filed" })).status;
    for (node, role, expected) in [(1, "viewer", 403), (2, "developer", 201), (0, "viewer", 403)] {
        let changed = json!({ "role": role });
        let answer = cluster.send(node, &admin.token, "PATCH", &format!("/members/{}", member.id), &changed);
        assert_eq!(answer.status, 200, "{}", answer.line());
        for node in 0..3 {
            assert_eq!(cluster.get(node, token, "/me").json()["role"], role, "on node {node}");
            assert_eq!(files(node), expected, "as {role} on node {node}");
        }
    }
}

/// Gives the session's new token.
fn a_new_password(cluster: &Cluster<3>, member: &Person, token: &str, other: &str) -> String {
    let body = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
    let answer = cluster.send(1, token, "POST", "/me/password", &body);
    assert_eq!(answer.status, 204, "{}", answer.line());
    let renewed = answer.session_cookie().expect("the session goes on under another token");
    assert_eq!(cluster.statuses(other), [401; 3], "all others have ended");
    assert_eq!(cluster.statuses(token), [401; 3]);
    assert_eq!(cluster.statuses(&renewed), [200; 3]);
    assert_eq!(cluster.log_in(2, &member.email, PASSWORD).status, 401);
    assert_eq!(cluster.log_in(0, &member.email, NEW_PASSWORD).status, 200);
    renewed
}

fn a_removal(cluster: &Cluster<3>, admin: &Person, member: &Person, token: &str) {
    let path = format!("/members/{}", member.id);
    assert_eq!(cluster.send(2, &admin.token, "DELETE", &path, &Value::Null).status, 204);
    assert_eq!(cluster.statuses(token), [401; 3]);
}

#[test]
fn failed_logins_are_counted_on_all_nodes_together() {
    let cluster = Cluster::<3>::start(&[]);
    let person = cluster.register("ada");
    for failure in 0..5 {
        let answer = cluster.log_in(failure % 3, &person.email, "not the password");
        assert_eq!(answer.status, 401, "failure {failure}: {}", answer.line());
    }
    for node in 0..3 {
        let answer = cluster.log_in(node, &person.email, PASSWORD);
        assert_eq!(answer.status, 429, "on node {node}: {}", answer.line());
        let seconds: u64 =
            answer.header("retry-after").and_then(|text| text.parse().ok()).unwrap_or_default();
        assert!((1..=900).contains(&seconds), "{seconds} seconds");
    }
    assert_eq!(cluster.statuses(&person.token), [200; 3], "who is signed in already stays so");
}
