//! What exports of other years and odd boards have, and still come in.

use work::imports::trello::{Change, Fitting, Kind, Limits, Reason, validate};

use super::{all_activity, all_cards, changed, check, deliver, source};

#[test]
fn a_long_title_stands_whole_on_top_of_the_description() {
    let title = "long ".repeat(200);
    let text = changed("Sweep the yard\", \"desc\": null", &format!("{title}\", \"desc\": \"Then rest.\""));
    let checked = check(&text).unwrap();
    let card = all_cards(&checked, &source(text), 100).swap_remove(2);
    assert_eq!(card.name.chars().count(), 500);
    assert!(card.name.ends_with('…'), "{}", card.name);
    assert_eq!(card.description, format!("{}\n\nThen rest.", title.trim()));
    assert!(checked.summary().fitted.iter().any(|f| f.how == Fitting::TitleCut && f.count == 1));
}

#[test]
fn empty_titles_get_one() {
    let text = changed("Sweep the yard", " \\n ");
    let checked = check(&text).unwrap();
    assert_eq!(all_cards(&checked, &source(text), 100)[2].name, "(no name)");
    assert!(checked.summary().fitted.iter().any(|f| f.kind == Kind::Cards && f.how == Fitting::NameGiven));
}

#[test]
fn sections_may_be_missing_null_or_in_another_order() {
    let bare = r#"{"cards":[{"id":"650000000000000000000301","name":"a","idList":"650000000000000000000201"}],
        "lists":[{"id":"650000000000000000000201","name":"b"}],"members":null,"name":"c","id":"650000000000000000000001"}"#;
    let checked = check(bare).unwrap();
    assert_eq!(deliver(&checked, &source(bare)), (1, 0, 0));
    let empty = r#"{"id":"650000000000000000000001","name":"","lists":[],"cards":[]}"#;
    let checked = check(empty).unwrap();
    assert_eq!(checked.board().name, "(no name)");
    assert_eq!(deliver(&checked, &source(empty)), (0, 0, 0));
    assert!(checked.cards(&source(empty), 7, 10).unwrap().items.is_empty());
}

/// Trello's export may stop at 50 labels of a board; the cards still carry the others.
#[test]
fn labels_that_only_cards_carry() {
    let carried = r#""idLabels": ["650000000000000000000259"],
        "labels": [{"id": "650000000000000000000259", "name": "Fragile", "color": "pink"}]"#;
    let text = changed(r#""idLabels": []"#, carried);
    let checked = check(&text).unwrap();
    let label = checked.labels().last().unwrap();
    assert_eq!((label.name.as_str(), label.palette), ("Fragile", 9));
    assert_eq!(checked.summary().count(Kind::Labels).taken, 4);
    assert_eq!(all_cards(&checked, &source(text), 100)[1].labels, [label.id]);
}

#[test]
fn a_plan_can_go_to_another_thread() {
    fn crosses<T: Send + Sync + 'static>(_: T) {}
    crosses(check(super::FIXTURE).unwrap());
}

/// The fixture with one action in front of all others.
fn with_action(action: &str) -> String {
    changed("\"actions\": [", &format!("\"actions\": [{action},"))
}

fn made_of(kind: &str, data: &str) -> Result<Vec<Change>, Reason> {
    let text = with_action(&format!(
        r#"{{"id":"6500000000000000000b0001","type":"{kind}","date":"2030-01-01T00:00:00.000Z","idMemberCreator":"650000000000000000000101","data":{data}}}"#
    ));
    let (before, after) = (check(super::FIXTURE).unwrap(), check(&text).unwrap());
    if after.activity_count() > before.activity_count() {
        return Ok(all_activity(&after, &source(text), 100).pop().unwrap().changes);
    }
    let left = |summary: &work::imports::trello::Summary, reason| {
        summary
            .left_out
            .iter()
            .filter(|l| l.kind == Kind::Activity && l.reason == reason)
            .map(|l| l.count)
            .sum::<u64>()
    };
    let reasons = after.summary().left_out.iter().map(|l| l.reason);
    Err(reasons.into_iter().find(|r| left(after.summary(), *r) > left(before.summary(), *r)).unwrap())
}

const CARD: &str = r#""card":{"id":"650000000000000000000302"#;

#[test]
fn every_field_of_a_card_that_changed() {
    let update =
        |new: &str, old: &str| made_of("updateCard", &format!(r#"{{{CARD}",{new}}},"old":{{{old}}}}}"#));
    let noon = Some(1_714_564_800_000_000);
    assert_eq!(
        update(r#""desc":"b\r\nc""#, r#""desc":"a""#),
        Ok(vec![Change::Described { from: "a".into(), to: "b\nc".into() }])
    );
    assert_eq!(update(r#""closed":false"#, r#""closed":true"#), Ok(vec![Change::Restored]));
    assert_eq!(
        update(r#""due":null"#, r#""due":"2024-05-01T12:00:00.000Z""#),
        Ok(vec![Change::Due { from: noon, to: None }])
    );
    assert_eq!(
        update(r#""dueComplete":true"#, r#""dueComplete":false"#),
        Ok(vec![Change::DueComplete { done: true }])
    );
    assert_eq!(
        update(r#""start":"2024-05-01T12:00:00.000Z""#, r#""start":null"#),
        Ok(vec![Change::Start { from: None, to: noon }])
    );
    assert_eq!(
        update(r#""name":"b","closed":true"#, r#""name":"a","closed":false"#),
        Ok(vec![Change::Renamed { from: "a".into(), to: "b".into() }, Change::Archived])
    );
    assert_eq!(update(r#""idAttachmentCover":"""#, r#""idAttachmentCover":"x""#), Err(Reason::CoverChange));
    assert_eq!(update(r#""dueReminder":5"#, r#""dueReminder":null"#), Err(Reason::OtherChange));
}

#[test]
fn every_other_kind_of_action() {
    let of = |kind: &str, rest: &str| made_of(kind, &format!(r#"{{{CARD}"}}{rest}}}"#));
    let name = || "n".to_owned();
    assert_eq!(of("copyCard", r#","cardSource":{"name":"x"}"#), Ok(vec![Change::Created { list: None }]));
    assert_eq!(
        of("moveCardToBoard", r#","boardSource":{"name":"n"}"#),
        Ok(vec![Change::Arrived { board: name() }])
    );
    assert_eq!(of("moveCardFromBoard", ""), Err(Reason::OtherChange));
    assert_eq!(
        of("removeLabelFromCard", r#","label":{"name":"n"}"#),
        Ok(vec![Change::LabelRemoved { name: name() }])
    );
    assert_eq!(
        of("addChecklistToCard", r#","checklist":{"name":"n"}"#),
        Ok(vec![Change::ChecklistAdded { name: name() }])
    );
    assert_eq!(
        of("removeChecklistFromCard", r#","checklist":{"name":"n"}"#),
        Ok(vec![Change::ChecklistRemoved { name: name() }])
    );
    assert_eq!(
        of("updateChecklist", r#","checklist":{"name":"n"},"old":{"name":"m"}"#),
        Ok(vec![Change::ChecklistRenamed { from: "m".into(), to: name() }])
    );
    assert_eq!(
        of("deleteAttachmentFromCard", r#","attachment":{"name":"n"}"#),
        Ok(vec![Change::AttachmentRemoved { name: name() }])
    );
    assert_eq!(
        of("addAttachmentToCard", r#","attachment":{"name":"n","url":"javascript:x"}"#),
        Ok(vec![Change::AttachmentAdded { name: name(), url: None }])
    );
    assert_eq!(of("addMemberToCard", ""), Err(Reason::Incomplete));
    assert_eq!(of("updateCheckItemStateOnCard", r#","checkItem":{"name":"n"}"#), Err(Reason::Incomplete));
    assert_eq!(of("updateCard", ""), Err(Reason::Incomplete));
    for kind in [
        "addMemberToBoard",
        "makeNormalMemberOfBoard",
        "moveListToBoard",
        "enablePowerUp",
        "updateLabel",
        "updateCustomField",
    ] {
        assert_eq!(made_of(kind, "{}"), Err(Reason::BoardHistory), "{kind}");
    }
    assert_eq!(made_of("createCard", "{}"), Err(Reason::CardNotNamed));
}

#[test]
fn other_limits_than_the_usual() {
    let limits = Limits { name_chars: 6, link_chars: 30, ..Limits::default() };
    let checked = validate(&source(super::FIXTURE), &limits).unwrap();
    assert_eq!(checked.groups()[1].name, "Worki…");
    let too_long = checked.summary().left_out.iter().find(|l| l.reason == Reason::LinkTooLong).unwrap();
    assert_eq!((too_long.kind, too_long.count), (Kind::Attachments, 1));
}
