//! Names, texts and links as Trackhold keeps them.

/// A one-line name: control characters become spaces, those that turn the direction of the text
/// around them go, the ends are trimmed, and what is longer than `limit` characters ends in an
/// ellipsis. Says whether it was cut.
pub(super) fn name(raw: &str, limit: usize) -> (String, bool) {
    let turns = |c: &char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let ends_line = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let clean: String =
        raw.chars().filter(|c| !turns(c)).map(|c| if ends_line(c) { ' ' } else { c }).collect();
    let clean = clean.trim();
    if clean.chars().count() <= limit {
        return (clean.to_owned(), false);
    }
    let kept: String = clean.chars().take(limit.saturating_sub(1)).collect();
    (format!("{}…", kept.trim_end()), true)
}

/// A text of many lines: line ends become `\n`, other control characters but the tab go.
pub(super) fn body(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                text.push('\n');
            }
            '\n' | '\t' => text.push(c),
            c if c.is_control() => {}
            c => text.push(c),
        }
    }
    text
}

/// Whether `raw` is an address that may become a link: `http` or `https`, with a host, without
/// spaces or control characters, and without a name before the host, which would be taken for it.
pub(super) fn is_web_link(raw: &str) -> bool {
    let Some((scheme, rest)) = raw.split_once("://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
        && !host.is_empty()
        && !host.starts_with(':')
        && !host.contains('@')
        && !raw.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\')
}

/// Up to two first letters of a person's name, in capitals.
pub(super) fn initials(full_name: &str) -> String {
    let mut words = full_name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_and_cut_by_characters() {
        assert_eq!(name("  a\r\nb\t", 10), ("a  b".into(), false));
        assert_eq!(name("ééééé", 5), ("ééééé".into(), false));
        assert_eq!(name("éééééé", 5), ("éééé…".into(), true));
        assert_eq!(name("a\u{202e}b\u{2066}c\u{2028}d", 9), ("abc d".into(), false));
    }

    #[test]
    fn bodies_keep_lines_and_tabs_alone() {
        assert_eq!(body("a\r\nb\rc\n\td\u{7}\u{85}e"), "a\nb\nc\n\tde");
    }

    #[test]
    fn only_web_addresses_become_links() {
        for good in ["https://example.org/a?b#c", "HTTP://example.org", "https://example.org:8/x@y"] {
            assert!(is_web_link(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "ftp://example.org",
            "https://",
            "https:///x",
            "http://a b",
            "https://x@/y",
            "https://bank.example@evil.example/",
            "https://bank.example\\@evil.example/",
            "http://:80/",
            "/relative",
            "",
            "data:text/html,x",
        ] {
            assert!(!is_web_link(bad), "{bad}");
        }
    }

    #[test]
    fn initials_take_first_and_last_word() {
        assert_eq!(initials("north desk of sales"), "NS");
        assert_eq!(initials("robot"), "R");
        assert_eq!(initials("  "), "");
    }
}
