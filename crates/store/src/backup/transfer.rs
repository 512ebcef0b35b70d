//! A part on its way to its place, and back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use age::x25519::Recipient;
use object_store::path::Path as At;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

use super::error::BackupError;
use super::manifest::Part;
use super::objects::Objects;
use super::progress::Progress;
use super::sealing::{self, Identities};
use super::streams::{self, AHEAD, Outlet, Passed, Passing};

/// Seals a file and sends it, a chunk at a time.
pub(super) async fn send(
    file: PathBuf,
    recipient: Recipient,
    to: &Objects,
    at: &At,
) -> Result<Passed, BackupError> {
    let size = tokio::fs::metadata(&file).await?.len();
    let (out, mut chunks) = mpsc::channel(AHEAD);
    let sealing = tokio::task::spawn_blocking(move || sealing::seal(&file, &recipient, Outlet::new(out)));
    let mut writer = to.writer(at, size);
    let mut sent = Ok(());
    while let Some(chunk) = chunks.recv().await {
        sent = writer.put(chunk).await;
        if sent.is_err() {
            break;
        }
    }
    // Whoever seals is told by this that nobody takes it.
    drop(chunks);
    let outcome = to.written(sent).and(sealing.await?);
    if outcome.is_err() {
        // What was sent already is thrown away as far as the place answers; without a list it is nothing anyhow.
        let _ = writer.abort().await;
        return outcome;
    }
    let failed =
        |error: std::io::Error| BackupError::Place { place: to.name().to_owned(), cause: error.to_string() };
    writer.shutdown().await.map_err(failed)?;
    outcome
}

/// Reads what lies there, to the end.
pub(super) async fn read(
    from: &Objects,
    at: &At,
    progress: &Arc<dyn Progress>,
) -> Result<Passed, BackupError> {
    let inlet = streams::inlet(from.get(at).await?);
    let progress = progress.clone();
    Ok(tokio::task::spawn_blocking(move || Passing::new(inlet, progress).end()).await??)
}

/// Brings a part back into a file, if it is the one that was sealed.
pub(super) async fn fetch(
    from: &Objects,
    at: &At,
    part: &Part,
    identities: &Identities,
    to: &Path,
    progress: &Arc<dyn Progress>,
) -> Result<(), BackupError> {
    let found = from.get(at).await?;
    if found.meta.size != part.size {
        // Before anything of it is written: it may be of any size.
        return Err(another(part));
    }
    let inlet = streams::inlet(found);
    let (progress, identities, path) = (progress.clone(), identities.clone(), to.to_owned());
    let opening = move || -> Result<_, BackupError> {
        let mut passing = Passing::new(inlet, progress);
        let opened = sealing::unseal(&mut passing, &identities, &path);
        Ok((passing.end()?, opened))
    };
    let (passed, opened) = tokio::task::spawn_blocking(opening).await??;
    same(part, &passed)?;
    opened.map_err(|why| {
        BackupError::refused(format!(
            "{} does not open ({why}); give the identity that it was sealed for by --identity FILE",
            part.file
        ))
    })
}

/// Whether the sealed file is the one that was listed.
pub(super) fn same(part: &Part, passed: &Passed) -> Result<(), BackupError> {
    if part.size == passed.size && part.sha256 == passed.sha256 {
        return Ok(());
    }
    Err(another(part))
}

fn another(part: &Part) -> BackupError {
    BackupError::damaged(format!("{} is not the file that was saved", part.file))
}
