//! What becomes of the fixture, value by value.

use work::imports::trello::{Change, Fitting, Kind, ListThen, Reason, SourceId};

use super::{FIXTURE, all_activity, all_cards, all_comments, check, id, source};

fn sid(end: &str) -> SourceId {
    SourceId::parse(&id(end)).unwrap()
}

fn micros(time: &str) -> i64 {
    time.parse::<jiff::Timestamp>().unwrap().as_microsecond()
}

#[test]
fn groups_labels_and_people() {
    let checked = check(FIXTURE).unwrap();
    let board = checked.board();
    assert_eq!((board.name.as_str(), board.closed), ("Depot plan", false));
    assert_eq!(board.description, "What the depot does\nthis year");

    let groups: Vec<_> = checked.groups().iter().map(|g| (g.name.as_str(), g.closed, g.rank)).collect();
    assert_eq!(groups, [("Inbox", false, 0), ("Working", false, 1), ("Old", true, 2)]);
    let labels: Vec<_> = checked.labels().iter().map(|l| (l.name.as_str(), l.palette)).collect();
    assert_eq!(labels, [("Urgent", 1), ("sky", 6), ("Plain", 10)]);

    let people: Vec<_> = checked
        .people()
        .iter()
        .map(|p| (p.full_name.as_str(), p.username.as_str(), p.initials.as_str(), p.on_board))
        .collect();
    assert_eq!(
        people,
        [
            ("North Desk", "northdesk", "ND", true),
            ("Gate Crew", "gatecrew", "GC", true),
            ("Old Yard", "oldyard", "OY", false),
            ("Former Trello member", "", "", false), // 104: removed from a card
            ("Former Trello member", "", "", false), // 105: whose comment was copied
            ("Former Trello member", "", "", false), // 107: still on a card
        ]
    );
}

#[test]
fn a_card_with_everything() {
    let checked = check(FIXTURE).unwrap();
    let cards = all_cards(&checked, &source(FIXTURE), 100);
    let card = &cards[0];
    assert_eq!((card.id, card.number), (sid("301"), Some(7)));
    assert_eq!(
        (card.name.as_str(), card.description.as_str()),
        ("Paint the gate", "Use the *green* paint.\nTwo coats.")
    );
    assert_eq!(card.due, Some(micros("2024-04-01T12:00:00Z")));
    assert_eq!(card.start, Some(micros("2024-03-20T08:00:00Z")));
    assert!(card.due_complete && !card.closed);
    assert_eq!((card.group, card.rank), (sid("202"), 1), "pos 65535 comes after 4096.5");
    assert_eq!(card.labels, [sid("251"), sid("252")]);
    assert_eq!(card.members, [sid("102")], "named twice, once is meant");
    assert_eq!((card.created, card.creator), (micros("2024-03-01T09:00:00.250Z"), Some(sid("102"))));

    let links: Vec<_> = card.attachments.iter().map(|l| (l.name.as_str(), l.url.as_str(), l.date)).collect();
    assert_eq!(
        links,
        [
            ("gate.png", "https://files.example.org/gate.png", Some(micros("2024-03-01T11:00:00Z"))),
            ("http://paint.example.org/", "http://paint.example.org/", None),
        ]
    );
    let lists: Vec<_> = card.checklists.iter().map(|c| (c.id, c.name.as_str(), c.entries.len())).collect();
    assert_eq!(lists, [(sid("401"), "Tools", 2), (sid("402"), "Afterwards", 0)]);
    let entries: Vec<_> =
        card.checklists[0].entries.iter().map(|e| (e.id, e.text.as_str(), e.done)).collect();
    assert_eq!(entries, [(sid("501"), "Ladder", false), (sid("502"), "Brush", true)]);
}

#[test]
fn cards_with_little() {
    let checked = check(FIXTURE).unwrap();
    let cards = all_cards(&checked, &source(FIXTURE), 100);
    assert_eq!((cards[1].rank, cards[1].members.as_slice()), (0, &[sid("107")][..]));
    assert_eq!(
        (cards[2].name.as_str(), cards[2].closed, cards[2].description.as_str()),
        ("Sweep the yard", true, "")
    );
    let last = &cards[3];
    assert_eq!((last.name.as_str(), last.number, last.group), ("Über 🚚", None, sid("201")));
    // Without a createCard action the id tells: 0x65000000 seconds.
    assert_eq!((last.created, last.creator), (0x6500_0000 * 1_000_000, None));
}

#[test]
fn comments_oldest_first() {
    let checked = check(FIXTURE).unwrap();
    let comments = all_comments(&checked, &source(FIXTURE), 100);
    let said: Vec<_> = comments.iter().map(|c| (c.card, c.author, c.at, c.edited, c.text.as_str())).collect();
    assert_eq!(
        said,
        [
            (sid("302"), Some(sid("105")), micros("2024-02-28T09:00:00Z"), None, "Copied words"),
            (
                sid("301"),
                Some(sid("102")),
                micros("2024-03-05T10:00:00.5Z"),
                Some(micros("2024-03-05T10:05:00Z")),
                "Second coat is on.\nLooks **good**."
            ),
        ]
    );
}

#[test]
fn activity_oldest_first() {
    let checked = check(FIXTURE).unwrap();
    let list = |end, name: &str| ListThen { id: Some(sid(end)), name: name.into() };
    let activity = all_activity(&checked, &source(FIXTURE), 100);
    let changes: Vec<_> = activity.iter().map(|a| a.changes.as_slice()).collect();
    assert_eq!(
        changes,
        [
            &[Change::Created { list: Some(list("201", "Inbox")) }][..],
            &[Change::Renamed { from: "Paint".into(), to: "Paint the gate".into() }],
            &[Change::LabelAdded { name: "Urgent".into() }],
            &[Change::AttachmentAdded {
                name: "gate.png".into(),
                url: Some("https://files.example.org/gate.png".into())
            }],
            &[Change::MemberRemoved { person: sid("104") }],
            &[Change::MemberAdded { person: sid("102") }],
            &[Change::EntryDone { checklist: "Tools".into(), entry: "Brush".into(), done: true }],
            &[Change::Archived],
            // Both at one instant: the later in the file is the older.
            &[Change::Due { from: None, to: Some(micros("2024-04-01T12:00:00Z")) }],
            &[Change::Moved { from: list("201", "Inbox"), to: list("202", "Working") }],
        ][..]
    );
    assert_eq!((activity[6].person, activity[7].card), (Some(sid("103")), sid("303")));
    assert!(activity.is_sorted_by_key(|a| a.at));
}

#[test]
fn everything_is_counted() {
    let checked = check(FIXTURE).unwrap();
    let summary = checked.summary();
    assert_eq!((summary.archived_cards, summary.archived_lists), (1, 1));
    for (kind, in_file, taken) in [
        (Kind::Board, 1, 1),
        (Kind::Lists, 3, 3),
        (Kind::Labels, 3, 3),
        (Kind::Members, 2, 2),
        (Kind::FormerMembers, 5, 4),
        (Kind::Cards, 4, 4),
        (Kind::Attachments, 3, 2),
        (Kind::Checklists, 3, 2),
        (Kind::ChecklistEntries, 3, 2),
        (Kind::Comments, 4, 2),
        (Kind::Activity, 18, 10),
        (Kind::EntryDueDates, 1, 0),
        (Kind::EntryMembers, 1, 0),
        (Kind::DueReminders, 1, 0),
        (Kind::Covers, 1, 0),
        (Kind::Stickers, 1, 0),
        (Kind::Votes, 1, 0),
        (Kind::Locations, 1, 0),
        (Kind::CustomFields, 1, 0),
        (Kind::CustomFieldValues, 1, 0),
        (Kind::PowerUps, 2, 0),
        (Kind::PowerUpData, 1, 0),
        (Kind::BoardRoles, 2, 0),
        (Kind::BoardBackground, 1, 0),
    ] {
        let count = summary.count(kind);
        assert_eq!((count.in_file, count.taken), (in_file, taken), "{kind:?}");
        let left: u64 = summary.left_out.iter().filter(|l| l.kind == kind).map(|l| l.count).sum();
        assert_eq!(left, in_file - taken, "{kind:?}");
    }
    let left: Vec<_> =
        summary.left_out.iter().filter(|l| l.kind == Kind::Activity).map(|l| (l.reason, l.count)).collect();
    assert_eq!(
        left,
        [
            (Reason::CardGone, 1),
            (Reason::PositionMove, 1),
            (Reason::BoardHistory, 2),
            (Reason::CardNotNamed, 1),
            (Reason::CoverChange, 1),
            (Reason::OtherChange, 1),
            (Reason::UnknownAction, 1),
        ]
    );
    let fitted: Vec<_> = summary.fitted.iter().map(|f| (f.kind, f.how, f.count)).collect();
    assert_eq!(
        fitted,
        [
            (Kind::Labels, Fitting::LabelNamed, 1),
            (Kind::FormerMembers, Fitting::PersonUnknown, 3),
            (Kind::Cards, Fitting::TemplateAsCard, 1),
            (Kind::Attachments, Fitting::FileNotCopied, 1),
        ]
    );
}
