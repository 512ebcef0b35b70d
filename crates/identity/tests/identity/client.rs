//! A client of a few lines: one request a connection, cookies kept, the address that it seems to come
//! from chosen.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.text))
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The status, and the whole reply for whoever reads a failed test.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.head, self.text);
        self
    }
}

/// A browser, or a program with a cookie jar.
#[derive(Debug, Clone)]
pub struct Client {
    pub port: u16,
    pub ip: String,
    pub cookie: Option<String>,
}

impl Client {
    pub async fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, None, "").await
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Reply {
        self.send("POST", path, Some("application/json"), &body.to_string()).await
    }

    pub async fn patch(&mut self, path: &str, body: Value) -> Reply {
        self.send("PATCH", path, Some("application/json"), &body.to_string()).await
    }

    pub async fn delete(&mut self, path: &str) -> Reply {
        self.send("DELETE", path, None, "").await
    }

    pub async fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.send("POST", path, Some("application/x-www-form-urlencoded"), &body.join("&")).await
    }

    pub async fn send(&mut self, method: &str, path: &str, content: Option<&str>, body: &str) -> Reply {
        self.send_with(method, path, content, body, "").await
    }

    /// `more`: further header lines.
    pub async fn send_with(
        &mut self,
        method: &str,
        path: &str,
        content: Option<&str>,
        body: &str,
        more: &str,
    ) -> Reply {
        let path = path.strip_prefix("/~").map_or_else(|| format!("/api/v1{path}"), str::to_owned);
        let content = content.map_or(String::new(), |kind| format!("content-type: {kind}\r\n"));
        let cookie =
            self.cookie.as_ref().map_or(String::new(), |cookie| format!("cookie: trackhold={cookie}\r\n"));
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost:{port}\r\norigin: http://localhost:{port}\r\n\
             x-forwarded-for: {ip}\r\nconnection: close\r\n{content}{cookie}{more}content-length: {}\r\n\r\n{body}",
            body.len(),
            port = self.port,
            ip = self.ip,
        );
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let reply = parsed(&String::from_utf8(answer).unwrap());
        if let Some(cookie) = reply.header("set-cookie").and_then(|line| line.strip_prefix("trackhold=")) {
            let value = cookie.split(';').next().unwrap_or_default();
            self.cookie = (!value.is_empty()).then(|| value.to_owned());
        }
        reply
    }
}

/// A stream of events that is being read.
pub struct Following {
    stream: BufReader<TcpStream>,
    pub head: String,
}

/// One block of lines of it, as `name: value`.
pub type Block = Vec<(String, String)>;

impl Client {
    /// Opens the stream of events; `more`: further header lines.
    pub async fn follow(&self, query: &str, more: &str) -> Following {
        let cookie =
            self.cookie.as_ref().map_or(String::new(), |cookie| format!("cookie: trackhold={cookie}\r\n"));
        let (port, ip) = (self.port, &self.ip);
        let request = format!(
            "GET /api/v1/events{query} HTTP/1.1\r\nhost: localhost:{port}\r\nx-forwarded-for: {ip}\r\n{cookie}{more}\r\n"
        );
        let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(stream.read_line(&mut head).await.unwrap() > 0, "no head: {head}");
        }
        Following { stream, head }
    }
}

impl Following {
    pub fn status(&self) -> u16 {
        self.head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
    }

    /// The next block that says something; none where the stream has ended.
    pub async fn block(&mut self) -> Option<Block> {
        let waiting = async {
            let mut block = Block::new();
            loop {
                let mut line = String::new();
                if self.stream.read_line(&mut line).await.ok()? == 0 {
                    return None;
                }
                let line = line.trim_end();
                if line == "0" {
                    return None;
                }
                match line.split_once(':') {
                    Some(("", _)) => {}
                    Some((name, value)) => block.push((name.to_owned(), value.trim().to_owned())),
                    None if line.is_empty() && !block.is_empty() => return Some(block),
                    // A chunk's size, or the line end behind it.
                    None => {}
                }
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), waiting)
            .await
            .expect("the stream says something")
    }

    /// Kind and data of the next event.
    pub async fn event(&mut self) -> Option<(String, Value)> {
        loop {
            let block = self.block().await?;
            let of =
                |name: &str| block.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone());
            if let (Some(kind), Some(data)) = (of("event"), of("data")) {
                return Some((kind, serde_json::from_str(&data).unwrap()));
            }
        }
    }
}

fn parsed(answer: &str) -> Reply {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let text = if chunked { joined(body) } else { body.to_owned() };
    Reply { status, head: head.to_owned(), text }
}

fn joined(mut rest: &str) -> String {
    let mut text = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).expect("a chunk's size");
        text.push_str(&after[..size]);
        rest = after[size..].trim_start_matches("\r\n");
    }
    text
}

fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() { (byte as char).to_string() } else { format!("%{byte:02X}") }
            },
        )
        .collect()
}
