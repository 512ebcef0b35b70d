//! What people type about themselves, checked and in its one spelling.

use kernel::{Error, FieldError, Result};
use web::Check;

/// Names of people and workspaces, in characters.
const NAME: usize = 200;

/// An e-mail address in lower case. Only ASCII is taken (a domain of other letters in its `xn--`
/// form): one address then has one spelling, and no letter that folds to another's makes two
/// accounts of one address, or one of two.
pub(crate) fn email(pointer: &str, text: &str) -> Result<String> {
    let text = text.trim().to_ascii_lowercase();
    Check::new().email(pointer, &text).finish()?;
    Ok(text)
}

/// The name of a person or a workspace: one line of 1 to 200 characters.
pub(crate) fn name(pointer: &str, text: &str) -> Result<String> {
    let text = text.trim();
    Check::new().line(pointer, text, 1..=NAME).finish()?;
    Ok(text.to_owned())
}

/// The name of a time zone (IANA), or nothing for the browser's.
pub(crate) fn time_zone(pointer: &str, text: &str) -> Result<String> {
    let text = text.trim();
    Check::new().time_zone(pointer, text).finish()?;
    Ok(text.to_owned())
}

/// Several fields of one request: all that is wrong with them at once.
#[derive(Default)]
pub(crate) struct Fields(Vec<FieldError>);

impl Fields {
    /// The value, or an empty one in its place while the others are looked at.
    pub(crate) fn take<T: Default>(&mut self, checked: Result<T>) -> Result<T> {
        match checked {
            Err(Error::Invalid(fields)) => {
                self.0.extend(fields);
                Ok(T::default())
            }
            other => other,
        }
    }

    pub(crate) fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_one_spelling() {
        assert_eq!(email("/email", " Ada.M+x@Example.COM ").unwrap(), "ada.m+x@example.com");
        assert_eq!(email("/email", "root@localhost").unwrap(), "root@localhost");
    }

    #[test]
    fn letters_that_fold_to_others_make_no_address() {
        // The Kelvin sign folds to k, the long s to s, the dotless i to i.
        for bad in [
            "\u{212a}ate@example.com",
            "mo\u{17f}e@example.com",
            "m\u{131}ke@example.com",
            "a@ex\u{e4}mple.com",
        ] {
            assert!(email("/email", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn names_hold_letters_of_all_scripts_and_no_controls() {
        assert_eq!(name("/name", "  Zoë 🦊 Ōe ").unwrap(), "Zoë 🦊 Ōe");
        for bad in ["", "  ", "a\nb", "a\0b", "a\u{202e}b", "\u{1b}[31mred", &"x".repeat(201)] {
            assert!(name("/name", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let mut fields = Fields::default();
        fields.take(email("/email", "x")).unwrap();
        fields.take(name("/name", "")).unwrap();
        let Err(Error::Invalid(wrong)) = fields.finish() else { panic!("nothing was wrong") };
        assert_eq!(wrong.iter().map(|field| field.pointer.as_str()).collect::<Vec<_>>(), ["/email", "/name"]);
    }
}
