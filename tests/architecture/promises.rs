//! SECURITY.md says which test proves each promise; those tests and files are there.

use crate::tree::{self, Source};

/// What a row of a table names as its proof that is not there: a path, or a test.
fn missing(page: &str, sources: &[Source], exists: impl Fn(&str) -> bool) -> Vec<String> {
    let rows = page.lines().filter(|line| line.starts_with('|') && !line.starts_with("|---"));
    let proofs = rows.filter_map(|row| row.split('|').nth(3));
    let mut missing = Vec::new();
    for proof in proofs.filter(|proof| proof.trim() != "proven by") {
        let paths = proof.split('`').skip(1).step_by(2);
        missing.extend(paths.filter(|path| !exists(path)).map(str::to_owned));
        let words = proof.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        // A test has a sentence for a name; files and folders are in backticks.
        let tests = words.filter(|word| word.matches('_').count() >= 3);
        let is_there = |name: &str| {
            let head = format!("fn {name}(");
            sources.iter().any(|source| source.path.ends_with(".rs") && source.text.contains(&head))
        };
        missing.extend(tests.filter(|name| !is_there(name)).map(str::to_owned));
        if proof.trim().is_empty() {
            missing.push("a promise without a proof".into());
        }
    }
    missing
}

/// A path of the tree, or a file's name alone.
fn is_in(sources: &[Source], path: &str) -> bool {
    let ending = format!("/{path}");
    tree::root().join(path).exists() || sources.iter().any(|source| source.path.ends_with(&ending))
}

#[test]
fn every_promise_has_its_proof() {
    let sources = tree::sources();
    let page = std::fs::read_to_string(tree::root().join("SECURITY.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| ")).count();
    assert!(rows > 20, "the tables are read: {rows} rows");
    let found = missing(&page, &sources, |path| is_in(&sources, path));
    assert!(found.is_empty(), "SECURITY.md names what is not there: {found:#?}");
}

#[test]
fn a_promise_of_a_test_that_is_not_there_is_seen() {
    let page = "| promise | kept by | proven by |\n|---|---|---|\n| a | b | `gone.rs`: no_such_test_is_there |\n| c | d | |";
    let found = missing(page, &[], |_| false);
    assert_eq!(found, ["gone.rs", "no_such_test_is_there", "a promise without a proof"]);
}
