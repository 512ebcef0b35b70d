//! The database ends without a word, and comes back.

use testkit::TestPostgres;

use crate::cluster::Cluster;
use crate::load::Load;

#[test]
fn nodes_outlive_a_restart_of_the_database() {
    let server = TestPostgres::private();
    let cluster = Cluster::<2>::start_on(&server, &[]);
    let admin = cluster.register("ada");
    let board = cluster.board(&admin);
    let load = Load::default();
    let addresses = cluster.nodes.each_ref().map(|node| node.address());
    load.while_written(&addresses, None, &admin.token, &board, || {
        for _ in 0..3 {
            load.wait_for_more(100);
            server.restart();
        }
        load.wait_for_more(100);
    });
    assert_eq!(cluster.statuses(&admin.token), [200; 2]);
    load.check(&cluster, 0, &admin.token, &board);
}
