//! The inserts of one chunk, sent together.

use kernel::Result;
use store::{Sql, Tenant, TenantTx, Value};
use uuid::Uuid;

use super::refs::{self, Noun};

/// Statements that go out together.
const AT_ONCE: usize = 500;

/// Statements that wait. A batch that only looks takes them and does nothing.
pub(super) struct Batch<'a> {
    steps: Vec<(&'static Sql<Tenant>, Vec<Value<'a>>)>,
    workspace: Value<'a>,
    writes: bool,
}

impl<'a> Batch<'a> {
    pub fn new(tx: &TenantTx, writes: bool) -> Self {
        Self { steps: Vec::new(), workspace: tx.workspace().into(), writes }
    }

    /// `params` without the workspace, which always comes first.
    pub fn push(&mut self, sql: &'static Sql<Tenant>, params: &[Value<'a>]) {
        if self.writes {
            let mut all = Vec::with_capacity(params.len() + 1);
            all.push(self.workspace);
            all.extend_from_slice(params);
            self.steps.push((sql, all));
        }
    }

    /// Remembers what a thing of the file became.
    pub fn keep(&mut self, noun: Noun, name: &'a str, target: Uuid) {
        self.push(&refs::KEEP, &[refs::SOURCE.into(), noun.name().into(), name.into(), target.into()]);
    }

    pub async fn run(self, tx: &mut TenantTx) -> Result<()> {
        for some in self.steps.chunks(AT_ONCE) {
            let steps: Vec<_> = some.iter().map(|(sql, params)| (*sql, params.as_slice())).collect();
            tx.exec_all(&steps).await?;
        }
        Ok(())
    }
}
