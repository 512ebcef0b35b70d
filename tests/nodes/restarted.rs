//! The database ends without a word, and comes back.

use std::thread;

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
    thread::scope(|scope| {
        let (load, token, board) = (&load, admin.token.as_str(), board.as_str());
        let _writing = load.lasting();
        for _ in 0..2 {
            for address in addresses {
                scope.spawn(move || load.write(address, token, board, false));
            }
        }
        for _ in 0..3 {
            load.wait_for_more(100);
            server.restart();
        }
        load.wait_for_more(100);
    });
    assert_eq!(cluster.statuses(&admin.token), [200; 2]);
    load.check(&cluster, 0, &admin.token, &board);
}
