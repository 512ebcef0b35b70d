//! One listener: a connection, and the times at which its events came.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Instant;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};

/// Connections of one address; a server takes 256.
const OF_ONE_ADDRESS: usize = 200;
/// What the bench and the server need beside the listeners.
const OTHERS: usize = 400;

/// Said before it fails half-way, for the bench as for the server that it starts.
pub fn refuse_too_few_descriptors(listeners: usize) {
    let limits = std::fs::read_to_string("/proc/self/limits").expect("limits can be read");
    let line = limits.lines().find(|line| line.starts_with("Max open files")).expect("files are limited");
    let soft = line.split_whitespace().nth(3).expect("a soft limit");
    // `unlimited` is no number.
    let most = soft.parse().unwrap_or(usize::MAX);
    assert!(
        most >= listeners + OTHERS,
        "{listeners} listeners take more than {soft} files: ulimit -S -n 4096"
    );
}

/// Connects and waits until the stream has begun: from there on it is told everything.
pub async fn begin(node: SocketAddr, number: usize, request: &[u8]) -> BufReader<TcpStream> {
    let socket = TcpSocket::new_v4().expect("a socket");
    let last = u8::try_from(number / OF_ONE_ADDRESS).expect("some addresses") + 1;
    socket.bind((Ipv4Addr::new(127, 0, 1, last), 0).into()).expect("all of 127.0.0.0/8 is this machine's");
    let mut stream = socket.connect(node).await.expect("the server listens");
    stream.write_all(request).await.expect("the server takes a request");
    let mut stream = BufReader::new(stream);
    let status = line(&mut stream).await;
    assert!(status.starts_with("HTTP/1.1 200"), "{status}");
    while !line(&mut stream).await.starts_with("id: ") {}
    stream
}

/// The times at which so many made items were told of.
pub async fn hear(mut stream: BufReader<TcpStream>, events: usize) -> Vec<Instant> {
    let mut heard = Vec::with_capacity(events);
    while heard.len() < events {
        if line(&mut stream).await.starts_with("event: item.created") {
            heard.push(Instant::now());
        }
    }
    heard
}

async fn line(stream: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.expect("the stream goes on");
    assert!(read > 0, "the server ended the stream");
    line
}
