//! The key of a project that an import makes: letters of the board's name.

/// Keys to try, best first, without end: `FG` for "Food Grindr", then `FG2`, `FG3` …
pub(super) fn keys(name: &str) -> impl Iterator<Item = String> {
    let first = base(name);
    let numbered = first.clone();
    std::iter::once(first).chain((2_u32..).map(move |number| {
        let number = number.to_string();
        let room = LONGEST - number.len().min(LONGEST - 1);
        format!("{}{number}", numbered.get(..numbered.len().min(room)).unwrap_or("B"))
    }))
}

/// Characters of a key.
const LONGEST: usize = 10;

/// Initials of several words, the beginning of one.
fn base(name: &str) -> String {
    let words: Vec<String> = name
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .map(str::to_ascii_uppercase)
        .filter(|word| !word.is_empty())
        .collect();
    let letters: String = match words.as_slice() {
        [word] => word.chars().take(4).collect(),
        words => words.iter().filter_map(|word| word.chars().next()).take(4).collect(),
    };
    let from_a_letter = letters.trim_start_matches(|letter: char| letter.is_ascii_digit());
    if from_a_letter.len() >= 2 { from_a_letter.to_owned() } else { "BOARD".into() }
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn keys_come_from_the_name_and_never_end() {
        for (name, key) in [
            ("Food Grindr: Deliverables", "FGD"),
            ("Roadmap", "ROAD"),
            ("Project 490 420", "P44"),
            ("2024 plans of ours", "POO"),
            ("Ω", "BOARD"),
            ("", "BOARD"),
            ("7", "BOARD"),
            ("a b c d e f g", "ABCD"),
        ] {
            assert_eq!(keys(name).next().unwrap(), key, "{name}");
        }
        let many: Vec<String> = keys("Roadmap").take(100_000).collect();
        assert_eq!((many[1].as_str(), many[99_999].as_str()), ("ROAD2", "ROAD100000"));
        assert!(many.iter().all(|key| key.len() <= 10));
    }
}
