//! One of three nodes ends without a word, with changes under way.

use std::thread;

use crate::cluster::Cluster;
use crate::load::Load;

#[test]
fn a_killed_node_takes_nothing_acknowledged_with_it() {
    let mut cluster = Cluster::<3>::start(&[]);
    let admin = cluster.register("ada");
    let board = cluster.board(&admin);
    let load = Load::default();
    let addresses = cluster.nodes.each_ref().map(|node| node.address());
    thread::scope(|scope| {
        let (load, token, board) = (&load, admin.token.as_str(), board.as_str());
        let _writing = load.lasting();
        for _ in 0..2 {
            for (node, address) in addresses.into_iter().enumerate() {
                scope.spawn(move || load.write(address, token, board, node == 0));
            }
        }
        load.wait_for_more(200);
        cluster.nodes[0].kill();
        load.wait_for_more(200);
    });
    assert_eq!(cluster.get(1, &admin.token, "/me").status, 200);
    load.check(&cluster, 2, &admin.token, &board);
}
