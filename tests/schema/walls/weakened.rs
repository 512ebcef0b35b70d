//! Statements with the filter by their workspace taken out on purpose.

const FILTER: &str = "workspace_id = ";
/// The parameter stays, so that all others keep their numbers.
const HOLDS: &str = "$1::uuid IS NOT NULL";

/// The same text, in which neither a row nor a join is asked for its workspace.
pub fn weakened(text: &str) -> String {
    let mut weak = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(FILTER) {
        let compared = &rest[at + FILTER.len()..];
        let end = compared.find(|c: char| !is_of_a_name(c)).unwrap_or(compared.len());
        weak.push_str(without_alias(&rest[..at]));
        match &compared[..end] {
            "$1" => weak.push_str(HOLDS),
            other if other.ends_with(".workspace_id") => weak.push_str("true"),
            other => panic!("workspace_id is compared with {other}: say here what that means\n{text}"),
        }
        rest = &compared[end..];
    }
    weak.push_str(rest);
    weak
}

/// Whether a filter was there to be taken out.
pub fn is_filtered(text: &str) -> bool {
    text.contains(FILTER)
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '$' | '_' | '.')
}

/// `… AND i.` before the column.
fn without_alias(before: &str) -> &str {
    before
        .strip_suffix('.')
        .map_or(before, |named| named.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}

#[test]
fn every_form_of_the_filter_is_taken_out() {
    for (text, weak) in [
        ("a WHERE workspace_id = $1 AND id = $2", "a WHERE $1::uuid IS NOT NULL AND id = $2"),
        ("a i WHERE i.workspace_id = $1", "a i WHERE $1::uuid IS NOT NULL"),
        ("JOIN b ON b.workspace_id = a.workspace_id AND b.id = a.b_id", "JOIN b ON true AND b.id = a.b_id"),
        ("(SELECT 1 FROM b WHERE b.workspace_id = $1)", "(SELECT 1 FROM b WHERE $1::uuid IS NOT NULL)"),
        (
            "INSERT INTO a (workspace_id, id) VALUES ($1, $2)",
            "INSERT INTO a (workspace_id, id) VALUES ($1, $2)",
        ),
    ] {
        assert_eq!(weakened(text), weak);
        assert!(!is_filtered(weak));
    }
}

#[test]
#[should_panic(expected = "workspace_id is compared with $12")]
fn a_form_that_nobody_thought_of_is_seen() {
    weakened("a WHERE workspace_id = $12");
}
