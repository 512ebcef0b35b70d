//! Lists find their index: a page of a long board costs what a page of a short one does.

use std::time::{Duration, Instant};

use kernel::Timestamp;
use kernel::access::Actor;
use store::{TenantTx, params};
use work::items::list::{Filter, Place, Sort, of_board_alone, of_group};

use crate::home::Home;

store::statements! {
    tenant FILL = "WITH RECURSIVE numbers (n) AS (
            SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM numbers WHERE n < $6)
        INSERT INTO items
        (workspace_id, id, project_id, board_id, group_id, number, title, description, status, priority, due_key, position,
         labels, assignees, checklist_count, entry_count, done_count, update_count, link_count, version, created_at,
         updated_at, archived_at)
        SELECT $1, randomblob(16), $2, $3, $4, n, 'Item ' || n, '', 'todo', 0, '~', printf('%06d', n),
            '', '', 0, 0, 0, 0, 0, 1, $5, $5 + n,
            CASE WHEN n <= $7 THEN n END FROM numbers";
}

/// The quickest of many: what the machine does besides is not measured.
async fn quickest(home: &Home, board: work::boards::BoardId, sort: Sort, after: Option<&Place>) -> Duration {
    let door = home.door("viewer");
    let mut best = Duration::MAX;
    for _ in 0..200 {
        let begun = Instant::now();
        let rows = of_board_alone(&door, board, &Filter::default(), sort, after, 51).await.unwrap();
        best = best.min(begun.elapsed());
        assert_eq!(rows.len(), 51);
    }
    best
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_page_and_any_other_do_not_slow_down_with_the_board() {
    let home = Home::embedded().await;
    let mut boards = Vec::new();
    for (key, count, archived) in [("SMALL", 1_000_i64, 0_i64), ("LARGE", 30_000, 0), ("OLD", 30_000, 28_000)]
    {
        let desk = home.desk(key, "").await;
        let project: work::projects::ProjectId = desk.project.parse().unwrap();
        let board: work::boards::BoardId = desk.board.parse().unwrap();
        let group: work::groups::GroupId = desk.groups[0].parse().unwrap();
        let door = home.store.system_tenant(home.workspaces[0], Actor::system());
        let at = Timestamp::from_seconds(1);
        door.write(async move |tx: &mut TenantTx| {
            tx.exec(&FILL, params![tx.workspace(), project, board, group, at, count, archived]).await
        })
        .await
        .unwrap();
        boards.push((board, group));
    }
    a_group_does_not_either(&home, boards[0].1, boards[2].1).await;
    for text in ["position", "number", "title", "due_on", "updated_at", "-number", "-updated_at"] {
        let sort = Sort::parse(text).unwrap();
        let small = quickest(&home, boards[0].0, sort, None).await;
        let large = quickest(&home, boards[1].0, sort, None).await;
        assert!(large < small * 3, "{text}: {large:?} against {small:?}");
        let door = home.door("viewer");
        let deep = of_board_alone(&door, boards[1].0, &Filter::default(), sort, None, 1_000).await.unwrap();
        let place = Place::of(deep.last().unwrap(), sort);
        let deep = quickest(&home, boards[1].0, sort, Some(&place)).await;
        assert!(deep < small * 3, "{text} deep: {deep:?} against {small:?}");
        let old = quickest(&home, boards[2].0, sort, None).await;
        assert!(old < small * 3, "{text} behind archived ones: {old:?} against {small:?}");
    }
}

async fn a_group_does_not_either(home: &Home, small: work::groups::GroupId, old: work::groups::GroupId) {
    let mut took = Vec::new();
    for group in [small, old] {
        let mut best = Duration::MAX;
        for _ in 0..200 {
            let begun = Instant::now();
            let read = async move |tx: &mut TenantTx| of_group(tx, group, &Filter::default(), None, 51).await;
            assert_eq!(home.door("viewer").read(read).await.unwrap().len(), 51);
            best = best.min(begun.elapsed());
        }
        took.push(best);
    }
    assert!(took[1] < took[0] * 3, "a group behind archived items: {took:?}");
}
