//! A workspace of a given size, of items with long descriptions.

use std::path::Path;
use std::thread;

use benches::load::Connection;
use benches::site::{Board, Site};
use serde_json::json;

const CLIENTS: u64 = 8;
/// Items that each client makes between two looks at the size.
const A_TURN: u64 = 20;
/// Characters of a description; at most 100,000 are taken.
const LENGTH: usize = 50_000;

/// Makes items until the workspaces' files have so many MB; gives how many they have.
pub fn fill(site: &Site, size: f64) -> f64 {
    let board = site.board("LONG");
    let workspaces = site.instance.data().join("workspaces");
    for turn in 0.. {
        thread::scope(|scope| {
            for client in 0..CLIENTS {
                let board = &board;
                scope.spawn(move || make(site, board, turn * CLIENTS + client));
            }
        });
        if self::size(&workspaces) >= size {
            break;
        }
    }
    self::size(&workspaces)
}

fn make(site: &Site, board: &Board, seed: u64) {
    let mut connection = Connection::open(site.address());
    for number in 0..A_TURN {
        let item = json!({
            "title": format!("Written at length, number {seed}-{number}"),
            "group_id": board.group,
            "description": prose(seed * A_TURN + number),
        });
        connection.ask(&site.create_of(board, &item));
    }
}

/// Words of letters as they fall (xorshift64): it can be packed about as well as prose, and no two are alike.
fn prose(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let letters = b"eeeettttaaaooooiiinnnsssrrhhlldducmfpgwyb      ";
    (0..LENGTH)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(letters[(state % letters.len() as u64) as usize])
        })
        .collect()
}

/// MB of all files in a folder and below it.
pub fn size(folder: &Path) -> f64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size(&entry.path()),
            Ok(metadata) => metadata.len() as f64 / 1e6,
            // It was taken away meanwhile.
            Err(_) => 0.0,
        })
        .sum()
}
