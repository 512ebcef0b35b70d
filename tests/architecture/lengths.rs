//! A file that needs scrolling for a minute holds two things.

use crate::tree::{self, Source};

const LONGEST: usize = 400;

fn too_long(sources: &[Source]) -> Vec<(&str, usize)> {
    sources
        .iter()
        .filter(|source| source.is(&["rs", "ts", "js", "mjs", "css", "sql"]))
        // A migration is as long as its step: once released it is never touched again.
        .filter(|source| !source.path.contains("/migrations/"))
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
    let found = too_long(&sources);
    assert!(found.is_empty(), "longer than {LONGEST} lines: {found:#?}");
}

#[test]
fn a_long_file_is_seen() {
    let sources = [
        Source::new("crates/a/src/long.rs", &"//\n".repeat(LONGEST + 1)),
        Source::new("crates/a/src/edge.rs", &"//\n".repeat(LONGEST)),
        Source::new("crates/a/data.json", &"1\n".repeat(LONGEST * 9)),
    ];
    assert_eq!(too_long(&sources), [("crates/a/src/long.rs", LONGEST + 1)]);
}
