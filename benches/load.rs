//! A load generator for one request, repeated over many connections: plain threads and sockets,
//! so that what it costs itself is little and the same for all that it is compared with.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What a load brought to light.
#[derive(Debug, Clone)]
pub struct Load {
    pub per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
    /// Length of one answer's body in bytes.
    pub body: usize,
}

/// One line of a load.
pub fn show(name: &str, load: &Load) {
    println!(
        "{name:<66} {:>12.1} /s   p50 {:?}  p99 {:?}  {} B",
        load.per_second, load.p50, load.p99, load.body
    );
}

/// Sends `request(connection, number)` over `connections` sockets for about `length`.
///
/// # Panics
/// When an answer's status is not 2xx: a figure of refusals is no figure.
pub fn run(
    address: SocketAddr,
    connections: usize,
    length: Duration,
    request: impl Fn(usize, usize) -> Vec<u8> + Sync,
) -> Load {
    run_over(&[address], connections, length, request)
}

/// As [`run`], with the connections spread over several nodes.
pub fn run_over(
    nodes: &[SocketAddr],
    connections: usize,
    length: Duration,
    request: impl Fn(usize, usize) -> Vec<u8> + Sync,
) -> Load {
    let stop = AtomicBool::new(false);
    let started = Instant::now();
    let results: Vec<(Vec<Duration>, usize)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..connections)
            .map(|connection| {
                let (request, stop) = (&request, &stop);
                let address = nodes[connection % nodes.len()];
                scope.spawn(move || ask(address, stop, |number| request(connection, number)))
            })
            .collect();
        std::thread::sleep(length);
        stop.store(true, Ordering::Relaxed);
        threads.into_iter().map(|thread| thread.join().expect("a client ends well")).collect()
    });
    let seconds = started.elapsed().as_secs_f64();
    let mut times: Vec<Duration> = results.iter().flat_map(|(times, _)| times.iter().copied()).collect();
    times.sort_unstable();
    assert!(!times.is_empty(), "no request was answered");
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    Load { per_second: times.len() as f64 / seconds, p50: at(0.5), p99: at(0.99), body: results[0].1 }
}

fn ask(address: SocketAddr, stop: &AtomicBool, request: impl Fn(usize) -> Vec<u8>) -> (Vec<Duration>, usize) {
    let mut connection = Connection::open(address);
    let mut times = Vec::with_capacity(100_000);
    let mut body = 0;
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        let bytes = request(number);
        number += 1;
        let began = Instant::now();
        body = connection.ask(&bytes);
        times.push(began.elapsed());
    }
    (times, body)
}

/// One client, who asks one thing after the other.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, buffer: vec![0; 256 * 1024] }
    }

    /// Sends a request and reads all of its answer; gives the length of the body.
    ///
    /// # Panics
    /// When the answer's status is not 2xx.
    pub fn ask(&mut self, request: &[u8]) -> usize {
        self.stream.write_all(request).expect("the server takes a request");
        answer(&mut self.stream, &mut self.buffer)
    }
}

/// Reads one answer; gives the length of its body.
fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> usize {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).expect("the server answers");
        assert!(read > 0, "the server closed the connection: {}", String::from_utf8_lossy(&buffer[..filled]));
        filled += read;
        let Some(head) = buffer[..filled].windows(4).position(|part| part == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
        assert!(text.starts_with("http/1.1 2"), "{}", String::from_utf8_lossy(&buffer[..filled]));
        let length: usize = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .map_or(0, |length| length.trim().parse().expect("a length"));
        while filled < head + 4 + length {
            let read = stream.read(&mut buffer[filled..]).expect("the server answers");
            assert!(read > 0, "the server closed the connection in an answer");
            filled += read;
        }
        return length;
    }
}
