//! Whoever is given a permit asks it, or hands it on to somebody who does.

use crate::tree::{self, Source};

/// The names of functions that take a permit and do nothing with it.
fn careless(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| source.is(&["rs"]) && source.path.contains("/src/")) {
        for function in source.text.split("fn ").skip(1) {
            let Some((signature, rest)) = function.split_once('{') else { continue };
            if !signature.contains(": Permit<") || signature.contains(';') {
                continue;
            }
            let body = body(rest);
            let asks =
                ["permit.require", "permit.level", "permit.may"].iter().any(|asked| body.contains(asked));
            let hands_on = ["permit,", "permit)", "&permit"].iter().any(|given| body.contains(given));
            if !asks && !hands_on {
                let name = signature.split(['(', '<']).next().unwrap_or_default();
                found.push(format!("{}: {name}", source.path));
            }
        }
    }
    found
}

/// What stands before the brace that closes it.
fn body(rest: &str) -> &str {
    let mut open = 1;
    for (at, letter) in rest.char_indices() {
        match letter {
            '{' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return &rest[..at];
        }
    }
    rest
}

#[test]
fn every_permit_is_asked() {
    let sources = tree::sources();
    let takers = sources.iter().filter(|source| source.text.contains("permit: Permit<")).count();
    assert!(takers > 5, "only {takers} files take permits: is the rule still right?");
    let found = careless(&sources);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_permit_that_nobody_asks_is_seen() {
    let file = |text| [Source::new("crates/work/src/items/actions.rs", text)];
    let careful = "async fn a(tx: &mut TenantTx, permit: Permit<Tasks>) -> Result<()> { permit.require(Level::Full)?; Ok(()) }";
    let handing = "fn b<T>(permit: Permit<Tasks>) -> T { let x = Some({ 1 }); a(x, permit) }";
    let looking = "fn e(permit: Permit<Tasks>) -> UserId { permit.user() }";
    let careless_one = "fn c(permit: Permit<Tasks>) -> u8 { 1 }\nfn d(permit: Permit<Tasks>) { permit.require(Level::Full) }";
    assert!(careless(&file(careful)).is_empty());
    assert!(careless(&file(handing)).is_empty());
    assert_eq!(careless(&file(looking)), ["crates/work/src/items/actions.rs: e"]);
    assert_eq!(careless(&file(careless_one)), ["crates/work/src/items/actions.rs: c"]);
}
