//! Nodes that start on nothing, at the same moment.

use crate::cluster::Cluster;
use crate::superuser::Superuser;

#[test]
fn ten_nodes_at_once_migrate_an_empty_database_once() {
    let cluster = Cluster::<10>::start(&[("TRACKHOLD_CONNECTIONS", "4")]);
    let superuser = Superuser::connect(&cluster.database().superuser_url);
    let applied = superuser.rows("SELECT name, count(*) FROM control.migrations GROUP BY name ORDER BY name");
    let applied: Vec<(String, i64)> = applied.iter().map(|row| (row.get(0), row.get(1))).collect();
    let known: Vec<(String, i64)> = store::migrations::names().map(|name| (name.to_owned(), 1)).collect();
    assert_eq!(applied, known);
    for purpose in ["master-fingerprint", "pepper"] {
        let kept = format!("SELECT count(*) FROM control.keys WHERE purpose = '{purpose}'");
        assert_eq!(superuser.number(&kept), 1, "{purpose}");
    }
    // One key and one pepper: what one makes, all read.
    let person = cluster.register("ada");
    assert_eq!(cluster.statuses(&person.token), [200; 10]);
    assert_eq!(cluster.log_in(9, &person.email, crate::people::PASSWORD).status, 200);
    for node in &cluster.nodes {
        assert!(!node.terminal().contains(" ERROR "), "{}", node.terminal());
    }
}
