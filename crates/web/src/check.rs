//! What a text may be. All wrong fields are named at once, each with what to do about it.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use kernel::{Error, FieldError, Result};

/// Collects what is wrong: `Check::new().line("/title", &title, 1..=500).finish()?`. Pointers begin with
/// `/`; lengths are in characters, of the text without space around it (store [`tidy`] text).
#[derive(Debug, Default)]
#[must_use = "nothing is refused before finish()"]
pub struct Check(Vec<FieldError>);

impl Check {
    pub fn new() -> Self {
        Self::default()
    }

    /// One line: no control characters, no characters that reorder what stands around them.
    pub fn line(self, pointer: &str, text: &str, characters: RangeInclusive<usize>) -> Self {
        let odd = text.chars().any(|letter| letter.is_control() || reorders(letter) || breaks(letter));
        self.ensure(pointer, !odd, "must be one line of text without control characters")
            .length(pointer, text, characters)
    }

    /// Any number of lines: control characters other than tab and line ends are refused.
    pub fn text(self, pointer: &str, text: &str, characters: RangeInclusive<usize>) -> Self {
        let odd = text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'));
        self.ensure(pointer, !odd, "must not contain control characters").length(pointer, text, characters)
    }

    fn length(self, pointer: &str, text: &str, characters: RangeInclusive<usize>) -> Self {
        let (least, most) = characters.into_inner();
        let count = text.trim().chars().count();
        if count < least {
            let detail = if count == 0 { "must not be empty".into() } else { too_few(least) };
            self.wrong(pointer, detail)
        } else if count > most {
            self.wrong(pointer, format!("must have at most {most} characters"))
        } else {
            self
        }
    }

    /// A password or token: its length alone; it is not trimmed.
    pub fn secret(self, pointer: &str, secret: &str, characters: RangeInclusive<usize>) -> Self {
        let count = secret.chars().count();
        let (least, most) = characters.into_inner();
        if count < least {
            self.wrong(pointer, too_few(least))
        } else {
            self.ensure(pointer, count <= most && !secret.contains('\0'), "is too long, or has a NUL in it")
        }
    }

    /// `name@host`, at most 254 characters (RFC 5321 section 4.5.3.1), in the form that mail servers take:
    /// no quoting, no comments, no control characters.
    pub fn email(self, pointer: &str, address: &str) -> Self {
        self.ensure(pointer, is_email(address.trim()), "must be an e-mail address like name@example.com")
    }

    /// `2026-03-01`.
    pub fn date(self, pointer: &str, text: &str) -> Self {
        self.ensure(pointer, is_date(text), "must be a date like 2026-03-01")
    }

    /// An IANA name, `Europe/Berlin`, or empty for the browser's.
    pub fn time_zone(self, pointer: &str, name: &str) -> Self {
        let known = name.is_empty() || (name.len() <= 64 && jiff::tz::db().get(name).is_ok());
        self.ensure(pointer, known, "must be a time zone like Europe/Berlin")
    }

    pub fn one_of(self, pointer: &str, text: &str, known: &[&str]) -> Self {
        if known.contains(&text) {
            self
        } else {
            self.wrong(pointer, format!("must be one of: {}", known.join(", ")))
        }
    }

    /// How many there may be of something.
    pub fn count(self, pointer: &str, count: usize, range: RangeInclusive<usize>) -> Self {
        let (least, most) = range.into_inner();
        let good = (least..=most).contains(&count);
        if good { self } else { self.wrong(pointer, format!("must have {least} to {most} entries")) }
    }

    /// Any other rule; `detail` goes on after the name of the field: "must be …".
    pub fn ensure(self, pointer: &str, good: bool, detail: &'static str) -> Self {
        if good { self } else { self.wrong(pointer, detail) }
    }

    /// For a field that need not be there.
    pub fn when<T>(self, value: Option<T>, check: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => check(self, value),
            None => self,
        }
    }

    pub fn wrong(mut self, pointer: &str, detail: impl Into<Cow<'static, str>>) -> Self {
        // The first thing that is wrong with a field is enough.
        if !self.0.iter().any(|field| field.pointer == pointer) {
            self.0.push(FieldError { pointer: pointer.to_owned(), detail: detail.into() });
        }
        self
    }

    /// 422 with all of it.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }

    /// What was found, for the forms of pages.
    pub fn into_errors(self) -> Vec<FieldError> {
        self.0
    }
}

fn too_few(least: usize) -> Cow<'static, str> {
    format!("must have at least {least} characters").into()
}

/// The text without space around it.
pub fn tidy(text: String) -> String {
    let trimmed = text.trim();
    if trimmed.len() == text.len() { text } else { trimmed.to_owned() }
}

/// Bidirectional controls (UAX #9 section 2), and what nobody sees.
const fn reorders(letter: char) -> bool {
    matches!(letter, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

const fn breaks(letter: char) -> bool {
    matches!(letter, '\u{2028}' | '\u{2029}')
}

pub fn is_email(address: &str) -> bool {
    let Some((name, host)) = address.rsplit_once('@') else { return false };
    let in_name = |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter);
    let dots = |text: &str| !text.starts_with('.') && !text.ends_with('.') && !text.contains("..");
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    address.len() <= 254
        && (1..=64).contains(&name.len())
        && name.chars().all(in_name)
        && dots(name)
        && host.split('.').all(label)
}

pub fn is_date(text: &str) -> bool {
    let shape = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    shape && text.parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(check: Check) -> Vec<String> {
        check.into_errors().into_iter().map(|field| field.pointer).collect()
    }

    #[test]
    fn every_wrong_field_is_named_once() {
        let check = Check::new()
            .line("/a", "", 1..=5)
            .line("/b", "  ok  ", 1..=2)
            .line("/c", "two\nlines", 1..=3)
            .line("/d", "a\u{202E}b", 1..=5)
            .line("/e", "ääääää", 1..=6)
            .text("/f", "two\r\nlines\t", 1..=50)
            .text("/g", "bell\u{7}", 1..=50)
            .text("/h", "NUL\0", 1..=50)
            .line("/i", "123456", 1..=5);
        assert_eq!(wrong(check), ["/a", "/c", "/d", "/g", "/h", "/i"]);
        assert!(Check::new().finish().is_ok());
        assert!(matches!(Check::new().line("/a", "", 1..=2).finish(), Err(Error::Invalid(_))));
    }

    #[test]
    fn addresses_dates_and_zones() {
        for good in ["a@b", "ada.moreno+x@mail.example.com", "x_y@1.example"] {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "", "a", "@b", "a@", "a b@c.d", "a@b..c", ".a@b", "a@-b", "a@b\n", "a\0@b", "a@b@", "<a@b>",
            &long,
        ] {
            assert!(!is_email(bad), "{bad}");
        }
        for (text, good) in [
            ("2026-02-28", true),
            ("2024-02-29", true),
            ("2026-02-29", false),
            ("2026-13-01", false),
            ("2026-1-01", false),
            ("20260101", false),
            ("2026-01-01T00:00", false),
            ("-026-01-01", false),
            ("", false),
        ] {
            assert_eq!(is_date(text), good, "{text}");
        }
        assert!(wrong(Check::new().time_zone("/z", "Europe/Berlin").time_zone("/y", "")).is_empty());
        assert_eq!(wrong(Check::new().time_zone("/z", "../etc/passwd")), ["/z"]);
    }
}
