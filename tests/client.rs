//! HTTP/1.1 as a client of bad manners speaks it: any bytes may be sent, and a connection that ends
//! without an answer is told apart from an answer.

use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);
const PIECE: usize = 64 * 1024;

#[derive(Debug, Clone, Default)]
pub struct Request {
    pub method: String,
    /// Path and query, as it goes over the wire.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// In chunks, without a length announced.
    pub chunked: bool,
}

impl Request {
    pub fn new(method: &str, target: impl Into<String>) -> Self {
        Self { method: method.to_owned(), target: target.into(), ..Self::default() }
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", content_type)
    }

    pub fn json(self, body: &serde_json::Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn is_unsafe(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }

    /// For messages.
    pub fn line(&self) -> String {
        let body: String = String::from_utf8_lossy(&self.body).chars().take(300).collect();
        format!(
            "{} {} {}",
            self.method,
            self.target.chars().take(200).collect::<String>(),
            body.escape_debug()
        )
    }
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of this name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Null where it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The value that a cookie was set to, empty where it was taken away.
    pub fn session_cookie(&self) -> Option<String> {
        self.headers.iter().filter(|(name, _)| name == "set-cookie").find_map(|(_, value)| {
            let (name, rest) = value.split_once('=')?;
            (name == "trackhold").then(|| rest.split(';').next().unwrap_or_default().to_owned())
        })
    }

    /// For messages.
    pub fn line(&self) -> String {
        let long =
            if self.header("content-type").is_some_and(|kind| kind.contains("json")) { 400 } else { 40 };
        let body: String = self.text().chars().take(long).collect();
        format!("{} {} {}", self.status, self.header("location").unwrap_or_default(), body.escape_debug())
    }
}

/// The connection ended, or nothing came for too long, and there is no answer.
#[derive(Debug)]
pub struct Lost(pub String);

/// One connection, kept alive as long as the server does.
pub struct Client {
    address: SocketAddr,
    patience: Duration,
    open: RefCell<Option<BufReader<TcpStream>>>,
    pub sent: Cell<usize>,
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        Self::patient(address, PATIENCE)
    }

    /// One that waits so long for an answer.
    pub fn patient(address: SocketAddr, patience: Duration) -> Self {
        Self { address, patience, open: RefCell::new(None), sent: Cell::new(0) }
    }

    pub fn send(&self, request: &Request) -> Result<Answer, Lost> {
        self.sent.set(self.sent.get() + 1);
        // An idle connection may have ended since; only on a new one is the end a finding.
        let kept = self.open.take();
        if let Some(kept) = kept
            && let Ok(answer) = self.exchange(kept, request)
        {
            return Ok(answer);
        }
        let stream =
            TcpStream::connect(self.address).map_err(|error| Lost(format!("no connection: {error}")))?;
        stream.set_read_timeout(Some(self.patience)).and_then(|()| stream.set_nodelay(true)).map_err(lost)?;
        self.exchange(BufReader::new(stream), request)
    }

    fn exchange(&self, mut stream: BufReader<TcpStream>, request: &Request) -> Result<Answer, Lost> {
        let mut head = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
        if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            head.push_str(&format!("host: localhost:{}\r\n", self.address.port()));
        }
        for (name, value) in &request.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if request.chunked {
            head.push_str("transfer-encoding: chunked\r\n");
        } else if !request.body.is_empty() || request.is_unsafe() {
            head.push_str(&format!("content-length: {}\r\n", request.body.len()));
        }
        head.push_str("\r\n");
        let whole = write(&mut stream, head.as_bytes(), request);
        let (answer, alive) = read(&mut stream, request.method == "HEAD")?;
        if whole && alive {
            *self.open.borrow_mut() = Some(stream);
        }
        Ok(answer)
    }
}

fn lost(error: std::io::Error) -> Lost {
    Lost(error.to_string())
}

/// Sends until all is sent or an answer comes before that; tells whether all was.
fn write(stream: &mut BufReader<TcpStream>, head: &[u8], request: &Request) -> bool {
    let mut send = |bytes: &[u8]| stream.get_mut().write_all(bytes).is_ok();
    if request.body.len() <= PIECE && !request.chunked {
        return send(&[head, &request.body].concat());
    }
    if !send(head) {
        return false;
    }
    for piece in request.body.chunks(PIECE) {
        if answered(stream.get_ref()) {
            return false;
        }
        let out = stream.get_mut();
        let sent = if request.chunked {
            write!(out, "{:x}\r\n", piece.len())
                .and_then(|()| out.write_all(piece))
                .and_then(|()| out.write_all(b"\r\n"))
        } else {
            out.write_all(piece)
        };
        if sent.is_err() {
            return false;
        }
    }
    !request.chunked || stream.get_mut().write_all(b"0\r\n\r\n").is_ok()
}

fn answered(stream: &TcpStream) -> bool {
    let _ = stream.set_nonblocking(true);
    let there = !matches!(stream.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
    let _ = stream.set_nonblocking(false);
    there
}

fn line(stream: &mut BufReader<TcpStream>) -> Result<String, Lost> {
    let mut line = Vec::new();
    stream.read_until(b'\n', &mut line).map_err(lost)?;
    if line.is_empty() {
        return Err(Lost("the connection was closed without an answer".into()));
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

fn read(stream: &mut BufReader<TcpStream>, head_only: bool) -> Result<(Answer, bool), Lost> {
    let status = line(stream)?;
    let number = status.split(' ').nth(1).and_then(|number| number.parse().ok());
    let status: u16 = number.ok_or_else(|| Lost(format!("no status: {status:?}")))?;
    let mut headers = Vec::new();
    loop {
        let line = line(stream)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
    if status < 200 {
        return read(stream, head_only);
    }
    let mut answer = Answer { status, headers, body: Vec::new() };
    let has = |name: &str, part: &str| answer.header(name).is_some_and(|value| value.contains(part));
    let mut alive = !has("connection", "close");
    if has("content-type", "text/event-stream") {
        return Ok((answer, false));
    }
    if head_only || matches!(status, 204 | 304) {
        return Ok((answer, alive));
    }
    if has("transfer-encoding", "chunked") {
        answer.body = chunks(stream)?;
    } else if let Some(length) = answer.header("content-length").and_then(|length| length.parse().ok()) {
        let mut body = vec![0; length];
        stream.read_exact(&mut body).map_err(lost)?;
        answer.body = body;
    } else {
        stream.read_to_end(&mut answer.body).map_err(lost)?;
        alive = false;
    }
    Ok((answer, alive))
}

fn chunks(stream: &mut BufReader<TcpStream>) -> Result<Vec<u8>, Lost> {
    let mut body = Vec::new();
    loop {
        let size = line(stream)?;
        let size = usize::from_str_radix(size.split(';').next().unwrap_or_default(), 16)
            .map_err(|_| Lost(format!("no size of a chunk: {size:?}")))?;
        let mut piece = vec![0; size + 2];
        stream.read_exact(&mut piece).map_err(lost)?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&piece[..size]);
    }
}
