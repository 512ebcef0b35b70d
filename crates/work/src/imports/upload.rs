//! Taking a multipart body in, a file among its fields, in constant memory.

use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Request};
use kernel::access::Caller;
use kernel::{Error, FieldError, WorkspaceId};
use tokio::task::spawn_blocking;
use web::{Answer, App, Failure, Upload};

use super::pace::Pace;
use super::spool::{SpoolWriter, Spooled};
use super::{LARGEST_UPLOAD, Runner, writing};
use crate::projects::ProjectId;

/// Bytes that are handed to the disk at a time.
const PIECE: usize = 256 * 1024;
/// Bytes of a field that is no file.
const LONGEST_FIELD: usize = 256;
/// Parts of a body, wrong ones too.
const MOST_PARTS: usize = 16;
/// Characters that are kept of a file's name.
const LONGEST_NAME: usize = 200;

/// What an upload said, checked.
pub(super) struct Received {
    pub source: &'static str,
    pub file_name: String,
    pub dry_run: bool,
    pub project: Option<ProjectId>,
    /// IANA name; empty where none was given.
    pub time_zone: String,
    pub spooled: Spooled,
}

impl Received {
    /// Tells two requests under one `Idempotency-Key` apart.
    pub fn digest(&self) -> [u8; 32] {
        let project = self.project.map(|project| project.to_string()).unwrap_or_default();
        let dry_run = [u8::from(self.dry_run)];
        let parts = [self.source.as_bytes(), project.as_bytes(), self.time_zone.as_bytes()];
        let [source, project, zone] = parts.map(|part| kernel::crypto::sha256(&[part]));
        kernel::crypto::sha256(&[&source, &project, &zone, &dry_run, &self.spooled.hash])
    }
}

#[derive(Default)]
struct Fields {
    source: Option<String>,
    dry_run: Option<String>,
    project: Option<String>,
    time_zone: Option<String>,
    file: Option<(String, Spooled)>,
    wrong: Vec<FieldError>,
}

/// Reads all of it; the file goes to the spool as it comes, and away again unless an import takes it.
pub(super) async fn receive(
    request: Request,
    app: &App,
    runner: &Runner,
    caller: &Caller,
) -> Answer<Received> {
    let _place = runner.receiving(caller.workspace())?;
    let pace = Pace::default();
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts, pace.over(body));
    let Upload(mut body) = Upload::from_request(request, app).await?;
    let mut fields = Fields::default();
    let mut count = 0;
    while let Some(field) = body.next_field().await? {
        pace.went_on();
        count += 1;
        if count > MOST_PARTS {
            return Err(Error::malformed("too_many_fields", "An import has five fields.").into());
        }
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let file_name = shown_name(field.file_name().unwrap_or_default());
            if fields.file.is_some() {
                fields.refuse("file", "must be one file");
            }
            fields.file = Some((file_name, spool(field, &pace, runner, caller.workspace()).await?));
        } else {
            let text = text(field).await?;
            fields.put(&name, text);
        }
    }
    Ok(fields.check()?)
}

impl Fields {
    fn refuse(&mut self, field: &str, detail: &'static str) {
        self.wrong.push(FieldError { pointer: format!("/{field}"), detail: detail.into() });
    }

    fn put(&mut self, name: &str, text: Option<String>) {
        let place = match name {
            "source" => &mut self.source,
            "dry_run" => &mut self.dry_run,
            "project_id" => &mut self.project,
            "time_zone" => &mut self.time_zone,
            _ => {
                let name: String = name.chars().filter(|letter| !letter.is_control()).take(64).collect();
                return self.refuse(&name, "is not a field of an import");
            }
        };
        match text {
            Some(text) if place.is_none() => *place = Some(text),
            Some(_) => self.refuse(name, "must be given once"),
            None => self.refuse(name, "must be a short text without NUL"),
        }
    }

    fn check(mut self) -> kernel::Result<Received> {
        match self.source.as_deref() {
            Some("trello") => {}
            Some(_) => self.refuse("source", "must be trello"),
            None => self.refuse("source", "is missing"),
        }
        let dry_run = match self.dry_run.as_deref().unwrap_or_default() {
            "true" | "1" | "on" => true,
            "" | "false" | "0" => false,
            _ => {
                self.refuse("dry_run", "must be true or false");
                false
            }
        };
        let project = match self.project.as_deref().unwrap_or_default() {
            "" => None,
            text => {
                let id: Option<ProjectId> = text.parse().ok();
                if id.is_none() {
                    self.refuse("project_id", "must be the id of a project");
                }
                id
            }
        };
        let time_zone = self.time_zone.take().unwrap_or_default();
        if writing::zone(&time_zone).is_none() {
            self.refuse("time_zone", "must be the name of a time zone, such as Europe/Berlin");
        }
        match &self.file {
            None => self.refuse("file", "is missing"),
            Some((_, spooled)) if spooled.bytes == 0 => self.refuse("file", "must not be empty"),
            Some(_) => {}
        }
        match self.file {
            Some((file_name, spooled)) if self.wrong.is_empty() => {
                Ok(Received { source: "trello", file_name, dry_run, project, time_zone, spooled })
            }
            _ => Err(Error::Invalid(self.wrong)),
        }
    }
}

/// None for what is no short text.
async fn text(mut field: Field<'_>) -> Answer<Option<String>> {
    let mut bytes = Vec::new();
    while let Some(more) = field.chunk().await? {
        bytes.extend_from_slice(&more);
        if bytes.len() > LONGEST_FIELD {
            return Ok(None);
        }
    }
    let text = String::from_utf8(bytes).ok();
    Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.contains(char::is_control)))
}

async fn spool(
    mut field: Field<'_>,
    pace: &Pace,
    runner: &Runner,
    workspace: WorkspaceId,
) -> Answer<Spooled> {
    let (spools, now) = (runner.spools().clone(), runner.store().clock().now());
    let mut writer = blocking(move || spools.create(workspace, now)).await?;
    let mut piece = Vec::with_capacity(PIECE);
    while let Some(bytes) = field.chunk().await? {
        pace.went_on();
        if writer.bytes() + (piece.len() + bytes.len()) as u64 > LARGEST_UPLOAD {
            return Err(Failure::too_large());
        }
        piece.extend_from_slice(&bytes);
        if piece.len() >= PIECE {
            (writer, piece) = write(writer, piece).await?;
        }
    }
    (writer, _) = write(writer, piece).await?;
    Ok(blocking(move || writer.finish()).await?)
}

/// Writes a piece; gives its room back.
async fn write(mut writer: SpoolWriter, mut piece: Vec<u8>) -> kernel::Result<(SpoolWriter, Vec<u8>)> {
    blocking(move || {
        writer.write(&piece)?;
        zeroize::Zeroize::zeroize(&mut piece);
        Ok((writer, piece))
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> kernel::Result<T> {
    spawn_blocking(work).await.map_err(Error::internal)?.map_err(|error| {
        tracing::error!(%error, "an upload could not be kept");
        Error::Unavailable { reason: "The server could not keep the file; try again." }
    })
}

/// The last part of what the client calls its file, for showing.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
    if shown.trim().is_empty() { "upload".into() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::shown_name;

    #[test]
    fn only_the_name_of_a_file_is_shown() {
        for (name, shown) in [
            ("board.json", "board.json"),
            ("C:\\exports\\board.json", "board.json"),
            ("../../etc/passwd", "passwd"),
            ("a\0b\n.json", "ab.json"),
            ("", "upload"),
            ("/", "upload"),
        ] {
            assert_eq!(shown_name(name), shown);
        }
        assert_eq!(shown_name(&"x".repeat(10_000)).len(), 200);
    }
}
