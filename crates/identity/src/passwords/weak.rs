//! Whether a password is among those that guessers try first: the breached ones, and what people
//! make of them.
//!
//! zxcvbn (Wheeler, USENIX Security 2016) carries the 30,000 most frequent passwords of public
//! breaches and finds them behind capitals, digits, repetition and keyboard walks too, which a bare
//! list does not: at twelve characters and more nearly all breached passwords are of that kind.

use zxcvbn::{Score, zxcvbn};

/// The first characters say enough, and its time grows with more than the length.
const LOOKED_AT: usize = 72;

/// Why the password is refused; none when it may be used. Fewer than a million guesses is too few.
pub(super) fn reason(password: &str, about: &[String]) -> Option<&'static str> {
    let start: String = password.chars().take(LOOKED_AT).collect();
    let known: Vec<&str> = about
        .iter()
        .flat_map(|text| text.split(['@', '.', ' ', '-', '_', '+']).chain([text.as_str()]))
        .filter(|part| part.chars().count() > 2)
        .chain(["trackhold"])
        .collect();
    let guesses = zxcvbn(&start, &known);
    (guesses.score() < Score::Two)
        .then_some("is known from breaches or easily guessed; take a longer or less usual one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breached_passwords_and_their_like_are_refused() {
        for bad in [
            "password1234",
            "Password1234!",
            "passwordpassword",
            "123456789012",
            "qwertyuiop12",
            "1q2w3e4r5t6y",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "qwertyuiopasdf",
            "unbelievable",
            "trackhold123",
            "iloveyou1234",
            "PASSWORD123456",
            "p@ssw0rd1234",
            "19841984198419841984",
        ] {
            assert!(reason(bad, &[]).is_some(), "{bad}");
        }
        let about = ["ada.moreno@example.com".to_owned(), "Ada Moreno".to_owned()];
        for own in ["morenoexample", "ada.moreno@example.com"] {
            assert!(reason(own, &about).is_some(), "{own}");
        }
    }

    #[test]
    fn what_nobody_guesses_is_taken() {
        for good in [
            "correct horse battery staple",
            "vexing quartz jockeys",
            "dK3!mvQ2-rT9z",
            "the lake froze in may",
            "Tr0ub4dor&3-maple",
            "kaffee am morgen um sechs",
            "long-enough-for-a-test",
        ] {
            assert!(reason(good, &[]).is_none(), "{good}");
        }
    }

    #[test]
    fn a_hostile_password_costs_little() {
        let started = std::time::Instant::now();
        for hostile in ["p4ssw0rd".repeat(32), "a1".repeat(128), "19901990".repeat(32), "@($|!0".repeat(40)] {
            let _ = reason(&hostile, &[]);
        }
        assert!(started.elapsed() < std::time::Duration::from_secs(2), "{:?}", started.elapsed());
    }
}
