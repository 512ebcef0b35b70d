//! Names that say nothing: where a thing has no better one, its job is not clear yet.

use crate::tree::{self, Source};

const EMPTY_WORDS: &[&str] = &["manager", "managers", "helper", "helpers", "util", "utils", "misc"];

/// What begins the declaration of a type or a module. Variants and fields are free: `Role::Manager`
/// is one of the six roles.
const DECLARES: &[&str] = &["struct", "enum", "union", "trait", "type", "mod", "class", "interface"];

fn empty_names(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let folders_and_stem = source.path.split(['/', '.']);
        if folders_and_stem.into_iter().any(says_nothing) {
            found.push(source.path.clone());
        }
        if !source.is(&["rs", "ts"]) {
            continue;
        }
        for line in source.text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let words: Vec<_> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            for pair in words.windows(2) {
                if DECLARES.contains(&pair[0]) && says_nothing(pair[1]) {
                    found.push(format!("{}: {}", source.path, pair[1]));
                }
            }
        }
    }
    found
}

/// Whether a word of `SnakeOr_Camel-case` is an empty one.
fn says_nothing(name: &str) -> bool {
    let mut spaced = String::new();
    for c in name.chars() {
        if c.is_uppercase() {
            spaced.push('_');
        }
        spaced.extend(c.to_lowercase());
    }
    spaced.split(['_', '-']).any(|word| EMPTY_WORDS.contains(&word))
}

#[test]
fn names_say_something() {
    let mut sources = tree::sources();
    // This file declares empty names, to see them found.
    sources.retain(|source| source.path != "tests/architecture/names.rs");
    let found = empty_names(&sources);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn an_empty_name_is_seen() {
    let sources = [
        Source::new("crates/a/src/session_manager.rs", ""),
        Source::new("crates/a/src/utils/mod.rs", ""),
        Source::new(
            "crates/a/src/b.rs",
            "pub struct StringHelper;\nmod misc;\nenum Role { Manager }\n// trait Misc",
        ),
        Source::new("crates/a/src/utility.rs", "struct Utility;"),
    ];
    let expected = [
        "crates/a/src/session_manager.rs",
        "crates/a/src/utils/mod.rs",
        "crates/a/src/b.rs: StringHelper",
        "crates/a/src/b.rs: misc",
    ];
    assert_eq!(empty_names(&sources), expected);
}
