//! Projects: what a team works on. Its key stands before the numbers of its items (`WEB-142`).

pub mod actions;
pub(crate) mod api;
pub(crate) mod page;
pub(crate) mod store;

use ::store::{TenantTx, params};
use kernel::{Result, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::time::Utc;
use web::{Check, Patch};

pub use api::routes;

use self::store::{BY_KEY, FIND, PAGE};

kernel::id!(pub ProjectId, ProjectKind, "prj");

/// Projects of a workspace.
pub const MOST: i64 = 1_000;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Project {
    pub id: ProjectId,
    /// `WEB`
    pub key: String,
    pub name: String,
    pub description: String,
    pub lead_id: Option<UserId>,
    pub archived: bool,
    pub version: i64,
    pub created_at: Utc,
    pub updated_at: Utc,
}

impl ::store::FromRow for Project {
    fn from_row(row: &::store::Row<'_>) -> Result<Self> {
        let mut columns = row.columns();
        Ok(Self {
            id: columns.take()?,
            key: columns.take()?,
            name: columns.take()?,
            description: columns.take()?,
            lead_id: columns.take()?,
            archived: columns.take::<Option<Timestamp>>()?.is_some(),
            version: columns.take()?,
            created_at: Utc(columns.take()?),
            updated_at: Utc(columns.take()?),
        })
    }
}

/// What a new project is made of.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProject {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// 2 to 10 capital letters and digits, a letter first; no other project's.
    #[schema(min_length = 2, max_length = 10, pattern = "^[A-Z][A-Z0-9]{1,9}$")]
    pub key: String,
    #[serde(default)]
    #[schema(max_length = 10_000)]
    pub description: String,
    #[serde(default)]
    pub lead_id: Option<UserId>,
}

impl NewProject {
    fn check(&self) -> Result<()> {
        Check::new()
            .line("/name", &self.name, 1..=100)
            .ensure("/key", is_key(&self.key), "must be 2 to 10 capital letters and digits, a letter first")
            .text("/description", &self.description, 0..=10_000)
            .finish()
    }
}

/// What a change of a project may touch; what is not there stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProjectChange {
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    #[schema(max_length = 10_000)]
    pub description: Option<String>,
    #[schema(value_type = Option<UserId>)]
    pub lead_id: Patch<UserId>,
    pub archived: Option<bool>,
}

impl ProjectChange {
    fn check(&self) -> Result<()> {
        Check::new()
            .when(self.name.as_deref(), |check, name| check.line("/name", name, 1..=100))
            .when(self.description.as_deref(), |check, text| check.text("/description", text, 0..=10_000))
            .finish()
    }
}

/// `WEB`, `A1`: what may stand before a number.
pub fn is_key(text: &str) -> bool {
    (2..=10).contains(&text.len())
        && text.starts_with(|letter: char| letter.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Which of archived and other things a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Archived {
    /// Those that are not archived.
    #[default]
    False,
    /// Archived ones alone.
    True,
    All,
}

impl Archived {
    /// The two parameters of statements that list: whether what is not archived is shown, and what is.
    pub(crate) const fn shows(self) -> (bool, bool) {
        (!matches!(self, Self::True), !matches!(self, Self::False))
    }
}

pub async fn find(tx: &mut TenantTx, id: ProjectId) -> Result<Project> {
    tx.one(&FIND, params![tx.workspace(), id]).await
}

pub async fn find_by_key(tx: &mut TenantTx, key: &str) -> Result<Option<Project>> {
    tx.first(&BY_KEY, params![tx.workspace(), key]).await
}

/// Projects behind a key, by key.
pub async fn page(
    tx: &mut TenantTx,
    archived: Archived,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Project>> {
    let (open, closed) = archived.shows();
    tx.all(&PAGE, params![tx.workspace(), after.unwrap_or_default(), limit, open, closed]).await
}

#[cfg(test)]
mod tests {
    use super::is_key;

    #[test]
    fn keys_are_capitals_and_digits() {
        for good in ["WEB", "A1", "ABCDEFGHIJ", "X0000"] {
            assert!(is_key(good), "{good}");
        }
        for bad in ["", "A", "web", "1A", "WEB-1", "ABCDEFGHIJK", "WÉB", "WE B", "A\0"] {
            assert!(!is_key(bad), "{bad}");
        }
    }
}
