//! Files that are refused, each with the place named.

use work::imports::trello::{ErrorKind, Limits, validate};

use super::{FIXTURE, assert_refused, changed, refusal, source};
use ErrorKind::{Broken, Dangling, Duplicate, Foreign, Invalid, TooLarge, Truncated};

#[test]
fn foreign_files_are_told_apart() {
    let one_card = r#"{"id":"650000000000000000000301","idBoard":"650000000000000000000001","idList":"650000000000000000000202","name":"x","checklists":[]}"#;
    let no_cards = r#"{"id":"650000000000000000000001","name":"x","lists":[]}"#;
    let no_id = r#"{"name":"x","lists":[],"cards":[]}"#;
    for (text, kind, says) in [
        ("", Truncated, "empty"),
        ("  \n ", Truncated, "cut short"),
        ("[]", Foreign, "a JSON list"),
        ("[{\"number\":1,\"title\":\"an issue\"}]", Foreign, "a JSON list"),
        ("Summary,Issue key\nx,A-1\n", Foreign, "does not begin like JSON"),
        ("\"text\"", Foreign, "does not begin like JSON"),
        ("<!doctype html><title>x</title>", Foreign, "HTML"),
        ("PK\u{3}\u{4}rest", Foreign, "ZIP"),
        ("%PDF-1.7", Foreign, "PDF"),
        ("{}", Foreign, "“lists”"),
        (r#"{"issues":[],"projects":[]}"#, Foreign, "“lists”"),
        (no_cards, Foreign, "“cards”"),
        (no_id, Foreign, "“id”"),
        (one_card, Foreign, "one Trello card"),
    ] {
        assert_refused(text, kind, "", says);
    }
    for bytes in [&b"\x1f\x8b\x08\x00"[..], b"\xff\xfe{\x00", b"SQLite format 3\x00"] {
        let error = validate(&source(bytes), &Limits::default()).unwrap_err();
        assert_eq!(error.kind, Foreign, "{error}");
    }
}

/// What of the fixture is replaced by what, the kind of the refusal, its path, and what it says.
const WRONG_FIELDS: &[(&str, &str, ErrorKind, &str, &str)] = &[
    (r#""name": "Order sand""#, r#""name": 5"#, Invalid, "cards[1].name", "must be a text, but is a number"),
    (r#""name": "Order sand", "#, "", Invalid, "cards[1].name", "is missing"),
    (r#""name": "Order sand""#, r#""name": null"#, Invalid, "cards[1].name", "must be a text, but is null"),
    (r#""name": "Order sand""#, r#""name": {"a": 1}"#, Invalid, "cards[1].name", "an object"),
    (r#""name": "Order sand""#, r#""name": "a\u0000b""#, Invalid, "cards[1].name", "NUL"),
    (r#""idShort": 8"#, r#""idShort": 8.5"#, Invalid, "cards[1].idShort", "whole number"),
    (r#""idShort": 8"#, r#""idShort": -8"#, Invalid, "cards[1].idShort", "whole number"),
    (
        r#""closed": true, "pos": 100"#,
        r#""closed": "yes", "pos": 100"#,
        Invalid,
        "cards[2].closed",
        "true or false",
    ),
    (r#""pos": 4096.5"#, r#""pos": "top""#, Invalid, "cards[1].pos", "a number"),
    (
        r#""due": "2024-04-01T12:00:00.000Z", "dueComplete""#,
        r#""due": "next week", "dueComplete""#,
        Invalid,
        "cards[0].due",
        "a time such as",
    ),
    (
        r#""due": "2024-04-01T12:00:00.000Z", "dueComplete""#,
        r#""due": 1711972800, "dueComplete""#,
        Invalid,
        "cards[0].due",
        "a number",
    ),
    (r#""idLabels": []"#, r#""idLabels": "red""#, Invalid, "cards[1].idLabels", "a list"),
    (r#""idLabels": []"#, r#""idLabels": [7]"#, Invalid, "cards[1].idLabels[0]", "24 hex digits"),
    (r#""attachments": []"#, r#""attachments": [1]"#, Invalid, "cards[1].attachments[0]", "an object"),
    (
        r#"{"id": "650000000000000000000302", "idShort""#,
        r#"{"id": "650", "idShort""#,
        Invalid,
        "cards[1].id",
        "24 hex digits",
    ),
    (
        r#"{"id": "650000000000000000000302", "idShort""#,
        r#"{"id": "", "idShort""#,
        Invalid,
        "cards[1].id",
        "24 hex digits",
    ),
    (r#""stickers": ["#, r#""stickers": 3, "x": ["#, Invalid, "cards[0].stickers", "a list"),
    (
        r#""state": "incomplete", "pos": 10"#,
        r#""state": "half", "pos": 10"#,
        Invalid,
        "checklists[1].checkItems[1].state",
        "complete",
    ),
    (
        r#""idCard": "650000000000000000000301", "name": "Tools""#,
        r#""name": "Tools""#,
        Invalid,
        "checklists[1].idCard",
        "missing",
    ),
    (r#""color": "sky_light""#, r#""color": 4"#, Invalid, "labels[1].color", "a text"),
    (
        r#""name": "Inbox", "closed": false"#,
        r#""name": "Inbox", "closed": 0"#,
        Invalid,
        "lists[1].closed",
        "true or false",
    ),
    (
        r#""fullName": "Gate Crew", "username": "gatecrew", "initials": "GC"}
"#,
        r#""fullName": ["x"]}"#,
        Invalid,
        "members[1].fullName",
        "a text",
    ),
    (r#""date": "2024-03-04T09:00:00.000Z""#, r#""date": "yesterday""#, Invalid, "actions[3].date", "a time"),
    (r#""type": "danceOnCard", "#, "", Invalid, "actions[20].type", "missing"),
    (
        r#""data": {"old": {"due": null}"#,
        r#""data": {"old": {"due": {}}"#,
        Invalid,
        "actions[2].data.old.due",
        "a time, but is an object",
    ),
    (r#"{"old": {"pos": 65535}"#, r#"{"old": 4"#, Invalid, "actions[4].data.old", "an object"),
    (r#""text": "Copied words""#, r#""text": ["x"]"#, Invalid, "actions[13].data.text", "a text"),
    (r#""powerUps": ["calendar", "voting"]"#, r#""powerUps": {}"#, Invalid, "powerUps", "a list"),
    (
        r#""closed": false,
  "url""#,
        r#""closed": 1, "url""#,
        Invalid,
        "closed",
        "true or false",
    ),
];

#[test]
fn fields_are_refused_by_their_path() {
    for (from, to, kind, path, says) in WRONG_FIELDS {
        assert_refused(&changed(from, to), *kind, path, says);
    }
}

#[test]
fn sections_must_be_lists_of_objects() {
    assert_refused(
        &changed("\"cards\": [", "\"cards\": {}, \"rest\": ["),
        Invalid,
        "cards",
        "expected a list",
    );
    assert_refused(
        &changed("\"lists\": [", "\"lists\": [7,"),
        Invalid,
        "lists[0]",
        "must be an object, but is a number",
    );
    assert_refused(
        &changed("\"actions\": [", "\"actions\": [null,"),
        Invalid,
        "actions[0]",
        "must be an object",
    );
}

#[test]
fn references_must_lead_somewhere() {
    let list = r#""pos": 4096.5, "idList": "650000000000000000000202""#;
    let no_list = r#""pos": 4096.5, "idList": "6500000000000000000002ff""#;
    assert_refused(
        &changed(list, no_list),
        Dangling,
        "cards[1].idList",
        "no list with the id 6500000000000000000002ff",
    );
    let error = refusal(&changed(
        r#""idLabels": []"#,
        r#""idLabels": ["650000000000000000000251", "6500000000000000000002fe"]"#,
    ));
    assert_eq!((error.kind, error.place.path.as_str()), (Dangling, "cards[1].idLabels[1]"));
}

#[test]
fn ids_and_fields_stand_once() {
    for (from, to, path, says) in [
        (
            r#"{"id": "650000000000000000000302", "idShort""#,
            r#"{"id": "650000000000000000000301", "idShort""#,
            "cards[1].id",
            "another card",
        ),
        (
            r#"{"id": "650000000000000000000201", "name": "Inbox", "closed""#,
            r#"{"id": "650000000000000000000202", "name": "Inbox", "closed""#,
            "lists[1].id",
            "another list",
        ),
        (
            r#"{"id": "650000000000000000000252""#,
            r#"{"id": "650000000000000000000251""#,
            "labels[1].id",
            "another label",
        ),
        (
            r#""id": "650000000000000000000102", "fullName": "Gate Crew", "username": "gatecrew", "initials": "GC"}
"#,
            r#""id": "650000000000000000000101"}"#,
            "members[1].id",
            "another member",
        ),
        (
            r#"{"id": "650000000000000000000401", "idCard""#,
            r#"{"id": "650000000000000000000402", "idCard""#,
            "checklists[1].id",
            "another checklist",
        ),
        (
            r#"{"id": "650000000000000000000503""#,
            r#"{"id": "650000000000000000000501""#,
            "checklists[2].checkItems[0].id",
            "another checklist entry",
        ),
        (
            r#""id": "6500000000000000000a0014""#,
            r#""id": "6500000000000000000A0016""#,
            "actions[2].id",
            "another action",
        ),
        (
            r#"{"id": "650000000000000000000602""#,
            r#"{"id": "650000000000000000000601""#,
            "cards[0].attachments[1].id",
            "another attachment",
        ),
        (
            r#""name": "Order sand""#,
            r#""name": "Order sand", "name": "Order salt""#,
            "cards[1].name",
            "twice",
        ),
        (
            r#""labels": [
"#,
            r#""cards": [], "labels": ["#,
            "cards",
            "twice",
        ),
        (r#""desc": "What"#, r#""name": "x", "desc": "What"#, "name", "twice"),
    ] {
        assert_refused(&changed(from, to), Duplicate, path, says);
    }
}

#[test]
fn broken_json_is_refused_where_it_breaks() {
    for (from, to, kind, path, says) in [
        (r#""name": "Order sand""#, r#""name": Order"#, Broken, "cards[1].name", "not valid JSON"),
        (r#""name": "Order sand""#, r#""name": "\ud83d""#, Broken, "cards[1].name", "surrogate"),
        (r#""name": "Order sand""#, r#""name": "\ud83d\ud83d""#, Broken, "cards[1].name", "surrogate"),
        (r#""name": "Order sand""#, r#""name": "\ude00""#, Broken, "cards[1].name", "surrogate"),
        (r#""name": "Order sand""#, "\"name\": \"a\u{0}b\"", Broken, "cards[1].name", "control character"),
        (r#""name": "Order sand""#, "\"name\": \"a\nb\"", Broken, "cards[1].name", "control character"),
        (r#""name": "Order sand""#, r#""name": "\x""#, Broken, "cards[1].name", "escape"),
        (r#""pos": 4096.5"#, r#""pos": 1e999"#, Broken, "cards[1].pos", "number out of range"),
        (r#""pos": 4096.5"#, r#""pos": NaN"#, Broken, "cards[1].pos", "not valid JSON"),
        (r#""softLimit": null"#, r#""softLimit": nul"#, Broken, "lists[0].softLimit", "not valid JSON"),
        (r#"{"later": "year"}"#, r#"{"later" "year"}"#, Broken, "somethingNew", "expected `:`"),
    ] {
        assert_refused(&changed(from, to), kind, path, says);
    }
    let error = refusal(&format!("{FIXTURE} {{}}"));
    assert_eq!(error.kind, Broken);
    assert!(error.message.contains("after the end"), "{error}");
}

#[test]
fn bytes_that_are_not_utf8_are_refused() {
    let at = FIXTURE.find("Order sand").unwrap();
    let mut bytes = FIXTURE.as_bytes().to_vec();
    bytes[at] = 0xff;
    let error = validate(&source(bytes), &Limits::default()).unwrap_err();
    assert_eq!((error.kind, error.place.path.as_str()), (Broken, "cards[1].name"));
    assert!(error.message.contains("UTF-8"), "{error}");
}

#[test]
fn places_have_line_and_column() {
    // The refused value itself begins there, however the lines end.
    let text = "{\r\n \"id\": \"650000000000000000000001\", \"name\": \"x\",\r\n \"lists\": [], \"cards\": [\r\n  {\"id\": 7}]}";
    let error = refusal(text);
    assert_eq!((error.place.line, error.place.column), (Some(4), Some(10)), "{error}");
    assert_eq!(
        error.to_string(),
        "cards[0].id (line 4, column 10): must be an id of 24 hex digits, but is a number"
    );
    // A missing field's place is the object that lacks it.
    let error = refusal(&text.replace("\"id\": 7", ""));
    assert_eq!((error.place.line, error.place.column), (Some(4), Some(3)), "{error}");
    // Syntax: where the parser could not go on.
    let error = refusal(&text.replace("7}", "}"));
    assert_eq!((error.kind, error.place.line, error.place.column), (Broken, Some(4), Some(10)), "{error}");
}

#[test]
fn a_file_cut_anywhere_is_truncated() {
    for end in (1..FIXTURE.trim_end().len()).step_by(37) {
        if !FIXTURE.is_char_boundary(end) {
            continue;
        }
        let error = refusal(FIXTURE.get(..end).unwrap());
        assert_eq!(error.kind, Truncated, "cut at {end}: {error}");
        assert!(error.place.line.is_some());
    }
    let cut = FIXTURE.find("Order sand").unwrap() + 3;
    assert_eq!(refusal(FIXTURE.get(..cut).unwrap()).place.path, "cards[1].name");
}

#[test]
fn a_byte_order_mark_is_no_harm() {
    let marked = format!("\u{feff}{FIXTURE}");
    let checked = validate(&source(marked.clone()), &Limits::default()).unwrap();
    assert_eq!(super::deliver(&checked, &source(marked)), (4, 2, 10));
}

#[test]
fn what_is_too_large_is_refused_before_it_is_held() {
    let limits = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        validate(&source(FIXTURE), &limits).unwrap_err()
    };
    for (error, path) in [
        (limits(|l| l.cards = 3), "cards[3]"),
        (limits(|l| l.lists = 2), "lists[2]"),
        (limits(|l| l.labels = 2), "labels[2]"),
        (limits(|l| l.checklists = 2), "checklists[2]"),
        (limits(|l| l.entries = 2), "checklists[2].checkItems[0]"),
        (limits(|l| l.actions = 21), "actions[21]"),
        (limits(|l| l.people = 1), "actions[1].idMemberCreator"),
        (limits(|l| l.text_chars = 20), "desc"),
        (limits(|l| l.element_bytes = 900), "actions[0].data.card.id"),
        (limits(|l| l.file_bytes = 300), "labelNames"),
    ] {
        assert_eq!((error.kind, error.place.path.as_str()), (TooLarge, path), "{error}");
        assert!(error.place.line.is_some(), "{error}");
    }
    let text = "x".repeat(10 * 1024 * 1024);
    assert_refused(&changed("Order sand", &text), TooLarge, "cards[1].name", "longer than 1048576 bytes");
    assert_refused(
        &changed("\"later\": \"year\"", &format!("\"{text}\": 1")),
        TooLarge,
        "somethingNew",
        "longer",
    );
    assert_refused(
        &changed("Order sand", &"x".repeat(65_537)),
        TooLarge,
        "cards[1].name",
        "65536 characters",
    );
    let tower = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_refused(&changed("\"year\"", &tower), TooLarge, "somethingNew", "64 levels");
    assert_refused(&changed("4096.5", &"1".repeat(1_000_000)), TooLarge, "cards[1].pos", "too long");
}
