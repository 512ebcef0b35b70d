//! Links kept with an item: what an import found attached, and addresses that people add.

pub mod actions;
mod api;
pub(crate) mod store;

use ::store::{TenantTx, params};
use kernel::{Result, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Check;
use web::time::Utc;

pub use api::routes;

use self::store::{FIND, OF_ITEM};
use crate::items::ItemId;

kernel::id!(pub LinkId, LinkKind, "link");

/// Links of an item.
pub const MOST: i64 = 200;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Link {
    pub id: LinkId,
    pub name: String,
    /// `http` or `https`.
    pub url: String,
    pub created_by: Option<UserId>,
    pub created_at: Utc,
}

impl ::store::FromRow for Link {
    fn from_row(row: &::store::Row<'_>) -> Result<Self> {
        let mut columns = row.columns();
        Ok(Self {
            id: columns.take()?,
            name: columns.take()?,
            url: columns.take()?,
            created_by: columns.take()?,
            created_at: Utc(columns.take()?),
        })
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLink {
    /// The address where it is not given.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 500)]
    pub name: Option<String>,
    /// `http` or `https`, at most 2,000 characters.
    #[schema(max_length = 2000)]
    pub url: String,
}

impl NewLink {
    fn check(&self) -> Result<()> {
        Check::new()
            .when(self.name.as_deref(), |check, name| check.line("/name", name, 1..=500))
            .line("/url", &self.url, 1..=2_000)
            .ensure(
                "/url",
                is_web_address(self.url.trim()),
                "must be an address that begins with http:// or https://",
            )
            .finish()
    }
}

/// An absolute address of a page: a scheme that runs nothing, a host, and none of the characters that
/// never stand in one (RFC 3986 section 2).
pub fn is_web_address(text: &str) -> bool {
    let rest = ["http://", "https://"].iter().find_map(|scheme| {
        let (start, rest) = text.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    let Some(rest) = rest else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // Whoever reads `https://bank.example@evil.example` sees the wrong host.
    let odd = |letter: char| letter.is_whitespace() || letter.is_control() || "<>\"\\^`{|}".contains(letter);
    !host.is_empty() && !host.starts_with(':') && !host.contains('@') && !text.chars().any(odd)
}

/// An item's links, oldest first; there are at most 200.
pub async fn of_item(tx: &mut TenantTx, item: ItemId) -> Result<Vec<Link>> {
    tx.all(&OF_ITEM, params![tx.workspace(), item, MOST]).await
}

pub(crate) async fn find(tx: &mut TenantTx, item: ItemId, id: LinkId) -> Result<Link> {
    tx.one(&FIND, params![tx.workspace(), item, id]).await
}

#[cfg(test)]
mod tests {
    use super::is_web_address;

    #[test]
    fn only_addresses_of_pages_are_links() {
        for good in ["https://example.com", "http://a/b?c#d", "HTTPS://Ä.example/ü", "http://[::1]:8080/"] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "",
            "javascript:alert(1)",
            "data:text/html,x",
            "//example.com",
            "https://",
            "https:///path",
            "http://:80/",
            "https://user@host/",
            "https://a b/",
            "https://a/\n",
            "ftp://a/",
            "https://a/<script>",
            "ht\ntps://a/",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }
}
