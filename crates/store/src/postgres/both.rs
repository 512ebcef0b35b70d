//! A question to the instance and one to a workspace, together.

use futures_util::future::{join, join4};
use kernel::{Result, WorkspaceId};
use tokio_postgres::types::ToSql;

use super::connection::{PgConnection, parameters};
use super::prelude::{Purpose, SET_WORKSPACE};
use crate::row::{FromRow, Row};
use crate::value::Value;

pub(super) type Question<'a> = (&'static str, &'a [Value<'a>]);

/// The rows of both in a single round trip. Each is a transaction of its own, and only the second one is the
/// workspace's. `connection` is one of the instance's.
pub(super) async fn read<A: FromRow, B: FromRow>(
    connection: &mut PgConnection,
    control: Question<'_>,
    workspace: WorkspaceId,
    tenant: Question<'_>,
) -> Result<(Vec<A>, Vec<B>)> {
    // Prepared first: otherwise COMMIT would overtake the query.
    let first = connection.prepare(control.0).await?;
    let set = connection.prepare(SET_WORKSPACE).await?;
    let second = connection.prepare(tenant.0).await?;
    let (of_control, of_tenant) = (parameters(control.1), parameters(tenant.1));
    let workspace = workspace.uuid().hyphenated().to_string();
    let setting: [&(dyn ToSql + Sync); 1] = [&workspace];
    let (instance, tenant) = connection
        .apart(async |client| {
            let (instance, (begun, set, tenant, committed)) = join(
                client.query(&first, &of_control),
                join4(
                    client.batch_execute(Purpose::Read.begin(true)),
                    client.execute(&set, &setting),
                    client.query(&second, &of_tenant),
                    client.batch_execute("COMMIT"),
                ),
            )
            .await;
            begun.and(set)?;
            committed?;
            Ok((instance?, tenant?))
        })
        .await?;
    let instance = instance.iter().map(|row| A::from_row(&Row::Postgres(row)));
    let tenant = tenant.iter().map(|row| B::from_row(&Row::Postgres(row)));
    Ok((instance.collect::<Result<_>>()?, tenant.collect::<Result<_>>()?))
}
