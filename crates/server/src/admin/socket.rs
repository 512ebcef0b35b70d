//! The server's end of the socket: open only to its own user and to root, a few at a time.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::{Answer, LONGEST_QUESTION, Operations, Question, SOCKET, reach};

const AT_A_TIME: usize = 8;
/// A question is one short line that is there already when the connection is.
const PATIENCE: Duration = Duration::from_secs(5);

/// Listens for commands until it is dropped.
pub struct Socket {
    path: PathBuf,
    accepting: tokio::task::JoinHandle<()>,
}

impl Socket {
    /// Only for the process that holds the folder's lock: a socket that lies there is taken away,
    /// since its server is gone.
    pub fn listen(data: &Path, operations: Arc<Operations>) -> std::io::Result<Self> {
        let path = data.join(SOCKET);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let (reachable, open) = reach(data)?;
        let listener = UnixListener::bind(&reachable)?;
        // The folder, of mode 0700, has kept others out until here.
        fs::set_permissions(&reachable, Permissions::from_mode(0o600))?;
        drop(open);
        let accepting = tokio::spawn(accept(listener, operations));
        Ok(Self { path, accepting })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.accepting.abort();
        let _ = fs::remove_file(&self.path);
    }
}

async fn accept(listener: UnixListener, operations: Arc<Operations>) {
    let places = Arc::new(Semaphore::new(AT_A_TIME));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) if is_ours(&stream) => {
                let operations = operations.clone();
                tokio::spawn(async move {
                    if let Err(error) = converse(stream, &operations).await {
                        tracing::warn!(%error, "a command on the admin socket was cut off");
                    }
                    drop(place);
                });
            }
            Ok(_) => tracing::warn!("a command on the admin socket by another user was refused"),
            Err(error) => {
                tracing::warn!(%error, "the admin socket accepts nothing");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn is_ours(stream: &UnixStream) -> bool {
    let own = rustix::process::geteuid().as_raw();
    stream.peer_cred().is_ok_and(|peer| peer.uid() == own || peer.uid() == 0)
}

async fn converse(mut stream: UnixStream, operations: &Operations) -> std::io::Result<()> {
    let (reading, mut writing) = stream.split();
    let mut line = Zeroizing::new(Vec::new());
    let mut limited = BufReader::new(reading.take(LONGEST_QUESTION));
    tokio::time::timeout(PATIENCE, limited.read_until(b'\n', &mut line)).await??;
    let answer = match serde_json::from_slice::<Question>(&line) {
        Ok(question) => operations.perform(question).await,
        // Without the parser's own words, which may repeat what was sent.
        Err(_) => Answer::Refused(
            "the question is not one that this server knows; is it of the same version?".into(),
        ),
    };
    let mut bytes = serde_json::to_vec(&answer)?;
    bytes.push(b'\n');
    writing.write_all(&bytes).await?;
    writing.shutdown().await
}
