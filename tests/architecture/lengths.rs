//! A file that needs scrolling for a minute holds two things.

use crate::tree::{self, Source};

const LONGEST: usize = 400;

/// Files that may be longer, each with its reason. Short, and it stays so.
const LONGER: &[(&str, &str)] =
    &[("crates/web/src/words.rs", "the catalogue of words is one list, so that translators find all of it")];

fn too_long<'a>(sources: &'a [Source], allowed: &[(&str, &str)]) -> Vec<(&'a str, usize)> {
    sources
        .iter()
        .filter(|source| source.is(&["rs", "ts", "js", "mjs", "css", "sql"]))
        // A migration is as long as its step: once released it is never touched again.
        .filter(|source| !source.path.contains("/migrations/"))
        .filter(|source| !allowed.iter().any(|(path, _)| *path == source.path))
        .map(|source| (source.path.as_str(), source.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .collect()
}

#[test]
fn files_are_short() {
    let sources = tree::sources();
    for source in sources.iter().filter(|source| source.is(&["html"])) {
        let lines = source.text.lines().count();
        if lines > LONGEST {
            println!("long template: {} ({lines} lines)", source.path);
        }
    }
    let found = too_long(&sources, LONGER);
    assert!(found.is_empty(), "longer than {LONGEST} lines: {found:#?}");
}

#[test]
fn exceptions_are_still_needed() {
    let sources = tree::sources();
    let long = too_long(&sources, &[]);
    for (path, reason) in LONGER {
        assert!(!reason.is_empty(), "{path} has no reason");
        assert!(long.iter().any(|(found, _)| found == path), "{path} is short now: take it off the list");
    }
}

#[test]
fn a_long_file_is_seen() {
    let sources = [
        Source::new("crates/a/src/long.rs", &"//\n".repeat(LONGEST + 1)),
        Source::new("crates/a/src/edge.rs", &"//\n".repeat(LONGEST)),
        Source::new("crates/a/data.json", &"1\n".repeat(LONGEST * 9)),
    ];
    assert_eq!(too_long(&sources, &[]), [("crates/a/src/long.rs", LONGEST + 1)]);
    assert!(too_long(&sources, &[("crates/a/src/long.rs", "a table")]).is_empty());
}
