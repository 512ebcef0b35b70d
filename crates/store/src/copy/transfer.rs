//! From one engine to the other, in a stream: what is in memory does not grow with what is copied.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::batch::Batch;
use super::cell::Row;
use super::error::CopyError;
use super::files::File;
use super::schema::Schema;
use super::tables::Tables;

/// Batches that are read ahead.
const AHEAD: usize = 2;

/// Rows of the table at this place of the schema.
type Read = (usize, Vec<Row>);

/// Writes all rows of a file into the tables of a transaction, which is left open; the keys are checked.
pub async fn file_into_tables(
    file: File,
    schema: &Arc<Schema>,
    tables: &Tables<'_>,
    seen: impl Fn(u64),
) -> Result<(), CopyError> {
    tables.clear_head().await?;
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
    reading.await??;
    tables.check_keys().await
}

fn read_all(file: &File, schema: &Schema, out: &mpsc::Sender<Read>) -> Result<(), CopyError> {
    let send = |place: usize, rows: Vec<Row>| {
        if rows.is_empty() {
            return Ok(());
        }
        out.blocking_send((place, rows)).map_err(|_| CopyError::refused("the writer went away"))
    };
    for (place, table) in schema.tables.iter().enumerate() {
        let mut batch = Batch::default();
        file.each(table, |row| batch.add(row).map_or(Ok(()), |rows| send(place, rows)))?;
        send(place, batch.take())?;
    }
    Ok(())
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
