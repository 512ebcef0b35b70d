use std::io::Read;
use std::os::unix::fs::PermissionsExt;

use kernel::crypto::Key;
use kernel::{Timestamp, WorkspaceId};

use super::*;
use crate::imports::trello::Source;

const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

fn plain(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 31 % 251) as u8).collect()
}

struct Kept {
    data: tempfile::TempDir,
    spools: Spools,
    workspace: WorkspaceId,
    ticket: Ticket,
}

fn keep(bytes: &[u8]) -> Kept {
    let data = tempfile::tempdir().unwrap();
    let spools = Spools::open(data.path()).unwrap();
    let workspace = WorkspaceId::new(NOW);
    let mut writer = spools.create(workspace, NOW).unwrap();
    for piece in bytes.chunks(10_000) {
        writer.write(piece).unwrap();
    }
    let spooled = writer.finish().unwrap();
    assert_eq!(spooled.bytes, bytes.len() as u64);
    assert_eq!(spooled.hash, kernel::crypto::sha256(&[bytes]));
    spooled.unowned.keep();
    Kept { data, spools, workspace, ticket: spooled.ticket }
}

impl Kept {
    fn read(&self, from: usize) -> std::io::Result<Vec<u8>> {
        let spool = self.spools.find(self.workspace, self.ticket.clone())?;
        let mut read = Vec::new();
        spool.open_at(from as u64)?.read_to_end(&mut read)?;
        Ok(read)
    }

    fn file(&self) -> std::path::PathBuf {
        self.data.path().join("spool").join(format!("{}.{}", self.workspace, self.ticket.id))
    }
}

#[test]
fn comes_back_from_every_place() {
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 77] {
        let bytes = plain(length);
        let kept = keep(&bytes);
        for from in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, length] {
            if from <= length {
                assert!(kept.read(from).unwrap() == bytes[from..], "{length} from {from}");
            }
        }
        assert!(kept.read(length + CHUNK + 1).unwrap_or_default().is_empty());
    }
}

#[test]
fn nothing_of_it_is_on_the_disk_in_clear() {
    let secret = b"a title that nobody else may read".repeat(5_000);
    let kept = keep(&secret);
    let stored = std::fs::read(kept.file()).unwrap();
    assert!(!stored.windows(16).any(|window| window == &secret[..16]));
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&kept.file()), mode(kept.file().parent().unwrap())), (0o600, 0o700));
}

#[test]
fn what_was_changed_does_not_open() {
    let kept = keep(&plain(3 * CHUNK + 5));
    let whole = std::fs::read(kept.file()).unwrap();
    let sealed = CHUNK + OVERHEAD;
    let mut swapped = whole.clone();
    swapped[..2 * sealed].rotate_left(sealed);
    let mut flipped = whole.clone();
    flipped[sealed + 99] ^= 1;
    let longer = [whole.as_slice(), &whole[..sealed]].concat();
    for (what, bytes) in [
        ("cut between chunks", &whole[..2 * sealed]),
        ("cut inside one", &whole[..2 * sealed - 7]),
        ("the last one missing", &whole[..3 * sealed]),
        ("two of them swapped", &swapped),
        ("a bit flipped", &flipped),
        ("one more behind it", &longer),
        ("empty", &[]),
    ] {
        std::fs::write(kept.file(), bytes).unwrap();
        assert!(kept.read(0).is_err(), "{what}");
    }
    std::fs::write(kept.file(), &whole).unwrap();
    assert!(kept.read(0).is_ok());
    let other = Kept { ticket: Ticket { id: kept.ticket.id, key: Key::random() }, ..kept };
    assert!(other.read(0).is_err(), "another key");
}

#[test]
fn an_upload_that_breaks_off_leaves_nothing() {
    let data = tempfile::tempdir().unwrap();
    let spools = Spools::open(data.path()).unwrap();
    let mut writer = spools.create(WorkspaceId::new(NOW), NOW).unwrap();
    writer.write(&plain(CHUNK * 2)).unwrap();
    assert_eq!(spools.list().unwrap().len(), 1);
    drop(writer);
    assert_eq!(spools.list().unwrap().len(), 0);
    let mut writer = spools.create(WorkspaceId::new(NOW), NOW).unwrap();
    writer.write(&plain(CHUNK)).unwrap();
    let spooled = writer.finish().unwrap();
    assert_eq!(spools.list().unwrap().len(), 1);
    drop(spooled);
    assert_eq!(spools.list().unwrap().len(), 0, "nor does one that no import took");
}

#[test]
fn keys_do_not_print() {
    let kept = keep(b"x");
    assert!(format!("{:?}", kept.ticket).contains("Key(…)"));
}
