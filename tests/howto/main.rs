//! Every command of every page in `docs/how-to` is run, in the order in which it stands, as its reader would.
//!
//! One page alone: `TRACKHOLD_ONLY=run.md cargo test -p tests --test howto every_command`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod page;
mod session;
mod table;

use std::fs;
use std::path::Path;

use page::{Block, blocks};
use session::run;

/// Blocks that no test can run, in all pages together.
const MOST_NOT_RUN: usize = 8;

/// Names and texts of all pages.
fn pages() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/how-to");
    let mut pages: Vec<_> = fs::read_dir(&folder)
        .expect("the pages lie in docs/how-to")
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect();
    pages.sort();
    pages
}

/// The first SQL block of the page that makes the roles, for all pages that begin with them.
fn roles(pages: &[(String, String)]) -> String {
    let (_, page) = pages.iter().find(|(name, _)| name == "postgresql.md").expect("postgresql.md is there");
    let first = blocks(page).unwrap().into_iter().find(Block::is_sql);
    first.expect("postgresql.md makes the roles in SQL").text
}

#[test]
fn every_command_of_every_page_works() {
    let pages = pages();
    assert!(pages.len() >= 5, "only {} pages: is the folder right?", pages.len());
    let roles = roles(&pages);
    let only = std::env::var("TRACKHOLD_ONLY").unwrap_or_default();
    let (mut wrong, mut not_run) = (Vec::new(), Vec::new());
    for (name, text) in &pages {
        let blocks = match blocks(text) {
            Ok(blocks) => blocks,
            Err(why) => {
                wrong.push(format!("{name}: {why}"));
                continue;
            }
        };
        for block in &blocks {
            if let Some(reason) = block.not_run {
                not_run.push(format!("{name}:{} {reason}", block.line));
            }
        }
        if is_run_elsewhere(name) {
            continue;
        }
        if name.contains(&only)
            && let Err(why) = run(name, &blocks, &roles)
        {
            wrong.push(why);
        }
    }
    println!("{} blocks are not run:\n{}", not_run.len(), not_run.join("\n"));
    assert!(not_run.len() <= MOST_NOT_RUN, "more than {MOST_NOT_RUN} blocks are not run: {not_run:#?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A page whose commands another suite runs, in an instance that it needs more of.
fn is_run_elsewhere(name: &str) -> bool {
    let Some((_, suite)) = table::ELSEWHERE.iter().find(|(page, _)| *page == name) else { return false };
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(suite)).unwrap_or_default();
    assert!(text.contains(&format!("how-to/{name}")), "{suite} does not run {name}");
    true
}

/// What is wrong with a page of this text; empty where nothing is.
fn wrong_with(text: &str) -> String {
    blocks(text).and_then(|blocks| run("page.md", &blocks, "")).err().unwrap_or_default()
}

#[test]
fn a_command_that_fails_is_seen_and_nothing_runs_behind_it() {
    let wrong =
        wrong_with("# A\n\n```sh\necho one\n```\n\n```sh\nfalse\necho two\n```\n\n```sh\necho three\n```\n");
    assert!(wrong.contains("FAILED (1) at page.md:7"), "{wrong}");
    assert!(wrong.contains("one") && !wrong.contains("two") && !wrong.contains("three"), "{wrong}");
}

#[test]
fn a_command_that_is_not_there_is_seen() {
    let wrong = wrong_with("```sh\ntrackhold frobnicate\n```\n");
    assert!(wrong.contains("FAILED (2) at page.md:1"), "{wrong}");
    let wrong = wrong_with("```sql\nCREATE ROLE;\n```\n");
    assert!(wrong.contains("at page.md:1"), "{wrong}");
}

#[test]
fn a_page_is_one_session() {
    let first = "mkdir here\ncd here\nword=kept";
    let second = "test \"$word\" = kept\ntest \"$(basename \"$PWD\")\" = here";
    assert_eq!(wrong_with(&format!("```sh\n{first}\n```\n\n```sh\n{second}\n```\n")), "");
}

#[test]
fn a_page_that_runs_nothing_is_seen() {
    for page in ["# Words\n", "```nginx\nserver {}\n```\n", "```sh norun needs another version\ntrue\n```\n"]
    {
        assert!(wrong_with(page).contains("no command"), "{page}");
    }
}

#[test]
fn a_block_of_another_kind_is_refused() {
    for page in [
        "```\ntrackhold\n```\n",
        "```bash\ntrackhold\n```\n",
        "```sh quietly\ntrue\n```\n",
        "```sh norun\ntrue\n```\n",
        "```sh norun because\ntrue\n```\n",
        "```sh\ntrue\n",
    ] {
        assert!(blocks(page).is_err(), "{page}");
    }
}

#[test]
fn a_block_that_goes_on_into_the_next_is_seen() {
    for open in ["cat <<END", "echo 'open", "if true; then"] {
        let wrong = wrong_with(&format!("```sh\n{open}\n```\n\n```sh\ntrue\n```\n"));
        assert!(wrong.contains("page.md:1"), "{open}: {wrong}");
    }
}
