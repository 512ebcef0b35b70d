//! Who may make a caller, and who may open a workspace's door without one.

use crate::tree::{self, Source};

/// A word of the code that opens something, and the only files that may say it.
const KEYS: &[(&str, &[&str])] = &[
    // Whoever has just checked a credential against the store.
    ("Caller::authenticated(", &["crates/identity/src/sessions/authenticate.rs"]),
    // Jobs that name their workspace; what they change stands in its audit log.
    (
        "system_tenant(",
        &[
            "crates/store/src/live/mod.rs",
            "crates/store/src/outbox.rs",
            "crates/store/src/store.rs",
            "crates/identity/src/",
            "crates/work/src/imports/",
            "crates/work/src/jobs.rs",
            "crates/server/src/",
        ],
    ),
    // Whole scopes, for whoever runs the instance.
    (
        "copy::",
        &[
            "crates/store/src/copy/",
            "crates/store/src/moving/",
            "crates/store/src/backup/",
            "crates/server/src/",
        ],
    ),
    // A session and its person's role, read at once.
    ("first_of_both(", &["crates/store/src/store.rs", "crates/identity/src/sessions/store.rs"]),
];

fn strangers(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| is_product(&source.path)) {
        for (key, holders) in KEYS {
            let holds = holders.iter().any(|holder| source.path.starts_with(holder));
            if source.text.contains(key) && !holds {
                found.push(format!("{} says {key}…)", source.path));
            }
        }
    }
    found
}

fn is_product(path: &str) -> bool {
    path.starts_with("crates/")
        && path.contains("/src/")
        && !path.contains("/tests")
        && !path.contains("testkit/")
}

#[test]
fn doors_are_opened_only_by_those_who_may() {
    let found = strangers(&tree::sources());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_stranger_with_a_key_is_seen() {
    let sources = [
        Source::new("crates/work/src/items/api.rs", "let caller = Caller::authenticated(user, other);"),
        Source::new("crates/work/src/items/actions.rs", "store.system_tenant(id, actor)"),
        Source::new("crates/work/src/items/store.rs", "store.first_of_both(of_all, other, theirs)"),
        Source::new("crates/work/tests/slice/home.rs", "Caller::authenticated(user)"),
        Source::new("crates/identity/src/sessions/authenticate.rs", "Caller::authenticated(user)"),
    ];
    assert_eq!(strangers(&sources).len(), 3);
}
