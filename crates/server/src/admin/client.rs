//! The command's end of the socket.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{Answer, LONGEST_ANSWER, Question, reach};
use crate::failure::Failure;

/// A long audit log takes its time.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// Asks the server that owns `data`; none where no server does.
pub fn ask(data: &Path, question: &Question) -> Result<Option<Answer>, Failure> {
    let failed = |error: std::io::Error| Failure::Other(format!("the server of {}: {error}", data.display()));
    let (path, _open) = match reach(data) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        reached => reached.map_err(failed)?,
    };
    let mut stream = match UnixStream::connect(path) {
        // No socket, or one that a server left behind that was killed.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        connected => connected.map_err(failed)?,
    };
    stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
    let mut line = Zeroizing::new(serde_json::to_vec(question).map_err(Failure::other)?);
    line.push(b'\n');
    stream.write_all(&line).map_err(failed)?;
    let mut answer = Vec::new();
    BufReader::new(stream).take(LONGEST_ANSWER).read_until(b'\n', &mut answer).map_err(failed)?;
    if answer.is_empty() {
        return Err(Failure::Other(format!(
            "the server of {} gave no answer; its log says why",
            data.display()
        )));
    }
    serde_json::from_slice(&answer).map(Some).map_err(Failure::other)
}
