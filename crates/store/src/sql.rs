//! SQL text, once for both engines. Parameters are written `$1`; SQLite would take `$n` as names
//! in order of appearance, so it gets `?n`.

use std::marker::PhantomData;
use std::sync::OnceLock;

use crate::door::Door;

/// A statement of door `D`, declared with [`statements!`](crate::statements).
pub struct Sql<D> {
    text: &'static str,
    sqlite: OnceLock<String>,
    door: PhantomData<fn() -> D>,
}

impl<D: Door> Sql<D> {
    /// Only [`statements!`](crate::statements) calls this: it also registers the statement, and
    /// takes nothing but text that is there when the program is compiled.
    #[doc(hidden)]
    pub const fn declared(text: &'static str) -> Self {
        Self { text, sqlite: OnceLock::new(), door: PhantomData }
    }

    pub(crate) const fn postgres(&self) -> &'static str {
        self.text
    }

    pub(crate) fn sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| numbered(self.text))
    }
}

/// What the tests know of a statement: every one is prepared on both engines.
#[derive(Debug, Clone, Copy)]
pub struct Registered {
    /// `module::path::NAME`.
    pub name: &'static str,
    /// `control` or `tenant`.
    pub door: &'static str,
    pub text: &'static str,
}

inventory::collect!(Registered);

/// Every statement that the program was linked with.
pub fn registered() -> impl Iterator<Item = &'static Registered> {
    inventory::iter::<Registered>.into_iter()
}

/// Declares statements: `statements! { tenant ITEM = "SELECT … WHERE workspace_id = $1 …"; }`
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $door:ident $name:ident = $text:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) static $name: $crate::Sql<$crate::door_type!($door)> = $crate::Sql::declared($text);
        $crate::inventory::submit! {
            $crate::Registered {
                name: concat!(module_path!(), "::", stringify!($name)),
                door: stringify!($door),
                text: $text,
            }
        }
    )*};
}

#[doc(hidden)]
#[macro_export]
macro_rules! door_type {
    (control) => {
        $crate::Control
    };
    (tenant) => {
        $crate::Tenant
    };
}

/// `$n` to `?n` outside of quoted text.
pub fn numbered(text: &str) -> String {
    let mut quoted = false;
    text.chars()
        .map(|letter| {
            quoted ^= letter == '\'';
            if letter == '$' && !quoted { '?' } else { letter }
        })
        .collect()
}

/// `text` as a LIKE pattern that finds it anywhere; goes with `ESCAPE '\'`.
pub fn like(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_keep_their_numbers() {
        assert_eq!(numbered("a = $2 AND b = $1 AND c = '$1'"), "a = ?2 AND b = ?1 AND c = '$1'");
    }

    #[test]
    fn like_takes_wildcards_for_letters() {
        assert_eq!(like(r"50%_\"), r"%50\%\_\\%");
    }
}
