//! From one engine to the other, in a stream: what is in memory does not grow with what is copied.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::batch::Batch;
use super::cell::Row;
use super::digest::RowsDigest;
use super::error::CopyError;
use super::files::File;
use super::inspection::{Inspecting, Inspection};
use super::schema::Schema;
use super::tables::Tables;

/// Batches that are read ahead.
const AHEAD: usize = 2;

/// Rows of the table at this place of the schema.
type Read = (usize, Vec<Row>);

/// Writes all rows of a file into the tables of a transaction, which is left open; the keys are checked. Gives
/// what was read, to be compared with what is there then.
pub async fn file_into_tables(
    file: File,
    schema: &Arc<Schema>,
    tables: &Tables<'_>,
    seen: impl Fn(u64),
) -> Result<Inspection, CopyError> {
    tables.clear_head().await?;
    tables.pack_quickly().await?;
    let (out, mut batches) = mpsc::channel(AHEAD);
    let read = schema.clone();
    let reading = tokio::task::spawn_blocking(move || read_all(&file, &read, &out));
    let mut writing = None;
    while let Some((place, rows)) = batches.recv().await {
        let Some(table) = schema.tables.get(place) else { continue };
        let to = match writing.take() {
            Some((last, to)) if last == place => to,
            _ => tables.open(table).await?,
        };
        tables.write(&to, &rows).await?;
        seen(rows.len() as u64);
        writing = Some((place, to));
    }
    let read = reading.await??;
    tables.check_keys().await?;
    Ok(read)
}

fn read_all(file: &File, schema: &Schema, out: &mpsc::Sender<Read>) -> Result<Inspection, CopyError> {
    let send = |place: usize, rows: Vec<Row>| {
        if rows.is_empty() {
            return Ok(());
        }
        out.blocking_send((place, rows)).map_err(|_| CopyError::refused("the writer went away"))
    };
    let mut inspecting = Inspecting::new(file.scope());
    for (place, table) in schema.tables.iter().enumerate() {
        let (mut batch, mut rows) = (Batch::default(), RowsDigest::new(table));
        file.each(table, |row| {
            inspecting.row(table, &mut rows, &row);
            if let Some(column) = inspecting.unfit() {
                return Err(CopyError::refused(format!(
                    "{column} of {} holds a NUL character, which PostgreSQL cannot; a data directory can",
                    file.scope()
                )));
            }
            batch.add(row).map_or(Ok(()), |rows| send(place, rows))
        })?;
        send(place, batch.take())?;
        inspecting.table(table, rows);
    }
    Ok(inspecting.end())
}

/// Writes all rows of a transaction's scope into a file that was just made, and commits it there. The file's
/// part of the work blocks.
pub async fn tables_into_file(
    tables: &Tables<'_>,
    schema: &Schema,
    file: &mut File,
) -> Result<(), CopyError> {
    file.begin()?;
    for table in &schema.tables {
        tables.each(table, |row| file.insert(table, &row)).await?;
    }
    file.commit()
}
