//! Finding items of the whole workspace by title and number.

mod api;
pub(crate) mod page;
pub(crate) mod store;

use ::store::{TenantTx, like, params};
use kernel::{Result, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use web::Check;

pub use api::routes;

use self::store::FIND;
use crate::boards::BoardId;
use crate::groups::GroupId;
use crate::items::{ItemId, Status};
use crate::projects::ProjectId;

/// Hits of one search.
pub const MOST: i64 = 100;

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = SearchHit)]
pub struct Hit {
    pub id: ItemId,
    /// `WEB-142`
    pub key: String,
    pub title: String,
    pub status: Status,
    pub archived: bool,
    pub project_id: ProjectId,
    pub board_id: BoardId,
    pub group_id: GroupId,
    pub board_name: String,
    pub group_name: String,
}

impl ::store::FromRow for Hit {
    fn from_row(row: &::store::Row<'_>) -> Result<Self> {
        let mut columns = row.columns();
        let (id, project) = (columns.take()?, columns.take::<String>()?);
        let number: i64 = columns.take()?;
        Ok(Self {
            id,
            key: format!("{project}-{number}"),
            title: columns.take()?,
            status: Status::from_name(&columns.take::<String>()?).unwrap_or_default(),
            archived: columns.take::<Option<Timestamp>>()?.is_some(),
            project_id: columns.take()?,
            board_id: columns.take()?,
            group_id: columns.take()?,
            board_name: columns.take()?,
            group_name: columns.take()?,
        })
    }
}

/// Items with `q` in the title, or with this number (`142`, `WEB-142`, `web-142`), those first; then those
/// that changed last. What is in the trash, or in an archived project or board, is left out.
///
/// # Errors
/// 422 when `q` is empty, longer than 200 characters, or has control characters.
pub async fn find(tx: &mut TenantTx, q: &str, limit: i64) -> Result<Vec<Hit>> {
    Check::new().line("/q", q, 1..=200).finish()?;
    let q = q.trim();
    let (key, number) = numbered(q);
    let pattern = like(&q.to_ascii_lowercase());
    tx.all(&FIND, params![tx.workspace(), &pattern, number, &key, limit.min(MOST)]).await
}

/// The key (empty for any) and the number of a text like `WEB-142`.
fn numbered(q: &str) -> (String, Option<i64>) {
    let (key, digits) = q.rsplit_once('-').unwrap_or(("", q));
    (key.to_ascii_uppercase(), digits.parse().ok().filter(|number| *number > 0))
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn numbers_are_found_with_and_without_a_key() {
        assert_eq!(numbered("142"), (String::new(), Some(142)));
        assert_eq!(numbered("web-142"), ("WEB".into(), Some(142)));
        assert_eq!(numbered("-5"), (String::new(), Some(5)));
        assert_eq!(numbered("half-done").1, None);
        assert_eq!(numbered("99999999999999999999").1, None);
    }
}
