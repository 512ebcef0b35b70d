//! One of three nodes ends without a word, with changes under way.

use crate::cluster::Cluster;
use crate::load::Load;

#[test]
fn a_killed_node_takes_nothing_acknowledged_with_it() {
    let mut cluster = Cluster::<3>::start(&[]);
    let admin = cluster.register("ada");
    let board = cluster.board(&admin);
    let load = Load::default();
    let addresses = cluster.nodes.each_ref().map(|node| node.address());
    load.while_written(&addresses, Some(0), &admin.token, &board, || {
        load.wait_for_more(200);
        cluster.nodes[0].kill();
        load.wait_for_more(200);
    });
    assert_eq!(cluster.get(1, &admin.token, "/me").status, 200);
    load.check(&cluster, 2, &admin.token, &board);
}
