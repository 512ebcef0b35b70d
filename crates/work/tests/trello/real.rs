//! A real board, where the folder with real data is named in `TRACKHOLD_SHARED_DATA`.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::PathBuf;

use serde_json::Value;
use work::imports::trello::{Kind, Limits, validate};

use super::{all_activity, all_cards, all_comments};

fn board() -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os("TRACKHOLD_SHARED_DATA")?).join("trello/board.json");
    path.exists().then_some(path)
}

fn length(value: &Value) -> usize {
    value.as_array().map_or(0, Vec::len)
}

#[test]
fn the_real_board_reconciles() {
    let Some(path) = board() else {
        println!("skipped: TRACKHOLD_SHARED_DATA names no folder with trello/board.json");
        return;
    };
    let source = move || File::open(&path);
    let checked = validate(&source, &Limits::default()).unwrap();
    let cards = all_cards(&checked, &source, 10);
    let comments = all_comments(&checked, &source, 10);
    let activity = all_activity(&checked, &source, 100);

    // Counted here once more, by reading the whole file at once.
    let whole: Value = serde_json::from_str(&fs::read_to_string(board().unwrap()).unwrap()).unwrap();
    let whole_cards = whole["cards"].as_array().unwrap();
    let whole_actions = whole["actions"].as_array().unwrap();
    let said = whole_actions.iter().filter(|a| a["type"] == "commentCard").count();
    let entries: usize =
        whole["checklists"].as_array().unwrap().iter().map(|list| length(&list["checkItems"])).sum();

    let summary = checked.summary();
    let in_file = |kind| usize::try_from(summary.count(kind).in_file).unwrap();
    assert_eq!((in_file(Kind::Cards), cards.len()), (whole_cards.len(), 62));
    assert_eq!((summary.archived_cards, cards.iter().filter(|card| card.closed).count()), (5, 5));
    assert_eq!((checked.groups().len(), checked.groups().iter().filter(|g| g.closed).count()), (7, 1));
    assert_eq!((checked.labels().len(), checked.people().len()), (6, 5));
    let lists: Vec<_> = cards.iter().flat_map(|card| &card.checklists).collect();
    assert_eq!((lists.len(), length(&whole["checklists"])), (17, 17));
    assert_eq!((lists.iter().map(|list| list.entries.len()).sum::<usize>(), entries), (66, 66));
    assert_eq!((comments.len(), said), (32, 32));
    assert_eq!(in_file(Kind::Comments) + in_file(Kind::Activity), whole_actions.len());
    assert_eq!(whole_actions.len(), 636);
    assert_eq!(activity.len() as u64, summary.count(Kind::Activity).taken);
    let links: usize = cards.iter().map(|card| card.attachments.len()).sum();
    assert_eq!(links, whole_cards.iter().map(|card| length(&card["attachments"])).sum::<usize>());

    for (card, whole) in cards.iter().zip(whole_cards) {
        assert_eq!(card.id.to_string(), whole["id"]);
        assert_eq!(card.name, whole["name"]);
        assert_eq!(card.group.to_string(), whole["idList"]);
    }
    let known: HashSet<_> = cards.iter().map(|card| card.id).collect();
    assert!(comments.iter().all(|c| known.contains(&c.card)));
    assert!(activity.iter().all(|a| known.contains(&a.card) && !a.changes.is_empty()));
    assert!(comments.is_sorted_by_key(|c| c.at) && activity.is_sorted_by_key(|a| a.at));
    println!("{}", serde_json::to_string_pretty(summary).unwrap());
}
