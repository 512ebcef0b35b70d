//! Labels of a project.

pub mod actions;
mod api;
pub(crate) mod store;

use ::store::{TenantTx, params};
use kernel::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::Check;

pub use api::routes;

use self::store::{BY_NAME, FIND, PAGE};
use crate::projects::ProjectId;

kernel::id!(pub LabelId, LabelKind, "lbl");

/// Labels of a project.
pub const MOST: i64 = 500;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Label {
    pub id: LabelId,
    pub project_id: ProjectId,
    pub name: String,
    /// Palette class, 1 to 10.
    #[schema(minimum = 1, maximum = 10)]
    pub color: i64,
}

::store::row!(Label { id, project_id, name, color });

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLabel {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Palette class, 1 to 10; one made from the name where it is not given.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10)]
    pub color: Option<i64>,
}

impl NewLabel {
    fn check(&self) -> Result<()> {
        color(Check::new().line("/name", &self.name, 1..=100), self.color).finish()
    }

    /// The same name has the same colour everywhere.
    fn palette(&self) -> i64 {
        let sum =
            self.name.trim().bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        self.color.unwrap_or_else(|| i64::from(sum % 10) + 1)
    }
}

/// What a change of a label may touch; what is not there stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LabelChange {
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    #[schema(minimum = 1, maximum = 10)]
    pub color: Option<i64>,
}

impl LabelChange {
    fn check(&self) -> Result<()> {
        let check = Check::new().when(self.name.as_deref(), |check, name| check.line("/name", name, 1..=100));
        color(check, self.color).finish()
    }
}

fn color(check: Check, color: Option<i64>) -> Check {
    check.ensure("/color", color.is_none_or(|color| (1..=10).contains(&color)), "must be from 1 to 10")
}

/// A label of this project; another project's is as missing as any.
pub async fn find(tx: &mut TenantTx, project: ProjectId, id: LabelId) -> Result<Label> {
    tx.one(&FIND, params![tx.workspace(), project, id]).await
}

/// The first label of this name.
pub(crate) async fn by_name(tx: &mut TenantTx, project: ProjectId, name: &str) -> Result<Option<Label>> {
    tx.first(&BY_NAME, params![tx.workspace(), project, name]).await
}

/// A project's labels behind (`name`, id), by name. The project's existence is the caller's question.
pub async fn page(
    tx: &mut TenantTx,
    project: ProjectId,
    after: Option<&(String, LabelId)>,
    limit: i64,
) -> Result<Vec<Label>> {
    let (name, id) = after.map_or(("", LabelId::from_uuid(Uuid::nil())), |(name, id)| (name.as_str(), *id));
    tx.all(&PAGE, params![tx.workspace(), project, name, id, limit]).await
}

/// All labels of a project, by name.
pub async fn of_project(tx: &mut TenantTx, project: ProjectId) -> Result<Vec<Label>> {
    page(tx, project, None, MOST).await
}
