//! Large exports in little memory, once like a real board and once of nothing but the smallest elements.
//! Alone in its process, so that the peak is the import's own.

#![allow(clippy::unwrap_used)]

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use work::imports::trello::{Limits, Source, validate};

const MIB: u64 = 1024 * 1024;

/// What a generated board is made of.
struct Shape {
    actions: u32,
    cards: u32,
    checklists: u32,
    /// Characters of descriptions and comments.
    text: usize,
    /// With all the fields that an export has and the import passes over.
    full: bool,
}

struct Spool(PathBuf);

impl Source for Spool {
    fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
        let mut file = File::open(&self.0)?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(Box::new(file))
    }

    fn seeks(&self) -> bool {
        true
    }
}

fn id(kind: u32, number: u32) -> String {
    format!("65{:06x}{kind:08x}{number:08x}", number / 60)
}

/// Writes an export as Trello orders it: actions first, newest on top.
fn write_board(out: &mut impl Write, shape: &Shape) -> io::Result<()> {
    let text = "what was said and done, ".repeat(shape.text / 24);
    let unread = if shape.full {
        r#","limits":{"attachments":{"perCard":{"status":"ok","disableAt":950,"warnAt":900}}},"badges":{"votes":0,"attachmentsByType":{"trello":{"board":0,"card":0}},"comments":1},"shortUrl":"https://trello.com/c/AAAAAAAA","descData":{"emoji":{}}"#
    } else {
        ""
    };
    write!(out, r#"{{"id":"{}","name":"Large","actions":["#, id(0, 0))?;
    for n in 0..shape.actions {
        let (comma, card) = (if n == 0 { "" } else { "," }, id(3, n % shape.cards));
        let second = shape.actions - n;
        let at = jiff::Timestamp::from_second(1_600_000_000 + i64::from(second)).map_err(io::Error::other)?;
        write!(out, r#"{comma}{{"id":"{}","date":"{at}","idMemberCreator":"{}""#, id(9, n), id(1, n % 50))?;
        match n % 3 {
            0 => write!(
                out,
                r#","type":"commentCard","data":{{"card":{{"id":"{card}"}},"text":"{n}{text}"}}}}"#
            )?,
            1 => write!(
                out,
                r#","type":"updateCard","data":{{"card":{{"id":"{card}","name":"b"}},"old":{{"name":"a"}}}}}}"#
            )?,
            _ => write!(
                out,
                r#","type":"updateCard","data":{{"card":{{"id":"{card}","pos":1}},"old":{{"pos":2}}}}}}"#
            )?,
        }
    }
    write!(out, r#"],"cards":["#)?;
    for n in 0..shape.cards {
        let comma = if n == 0 { "" } else { "," };
        write!(
            out,
            r#"{comma}{{"id":"{}","name":"Card {n}","idList":"{}","pos":{}{unread},"desc":"{text}"}}"#,
            id(3, n),
            id(2, n % 20),
            n.wrapping_mul(2_654_435_761)
        )?;
    }
    write!(out, r#"],"lists":["#)?;
    for n in 0..20 {
        write!(out, r#"{}{{"id":"{}","name":"List {n}"}}"#, if n == 0 { "" } else { "," }, id(2, n))?;
    }
    write!(out, r#"],"members":["#)?;
    for n in 0..50 {
        write!(out, r#"{}{{"id":"{}","fullName":"Desk {n}"}}"#, if n == 0 { "" } else { "," }, id(1, n))?;
    }
    write!(out, r#"],"checklists":["#)?;
    for n in 0..shape.checklists {
        let comma = if n == 0 { "" } else { "," };
        write!(
            out,
            r#"{comma}{{"id":"{}","idCard":"{}","name":"L","checkItems":["#,
            id(4, n),
            id(3, n * 7 % shape.cards)
        )?;
        for e in 0..5 {
            let comma = if e == 0 { "" } else { "," };
            write!(
                out,
                r#"{comma}{{"id":"{}","name":"Entry {e}","state":"complete","pos":{e}}}"#,
                id(5, n * 5 + e)
            )?;
        }
        write!(out, "]}}")?;
    }
    write!(out, "]}}")
}

/// The peak of this process's resident memory, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

fn generate(path: &Path, shape: &Shape) -> u64 {
    let mut out = BufWriter::new(File::create(path).unwrap());
    write_board(&mut out, shape).unwrap();
    out.flush().unwrap();
    out.get_ref().metadata().unwrap().len()
}

/// Checks and reads a whole generated board; gives its size and the peak, in bytes.
fn run(shape: &Shape) -> (u64, u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("board.json");
    let size = generate(&path, shape);
    // Writing 5 there forgets the peak so far (proc_pid_clear_refs(5)).
    let _ = fs::write("/proc/self/clear_refs", "5");

    let begun = Instant::now();
    let source = Spool(path);
    let checked = validate(&source, &Limits::default()).unwrap();
    let checking = begun.elapsed();
    let (mut cards, mut entries, mut from) = (0, 0, 0);
    while from < checked.card_count() {
        let chunk = checked.cards(&source, from, 200).unwrap();
        cards += chunk.items.len();
        entries += chunk.items.iter().flat_map(|c| &c.checklists).map(|l| l.entries.len()).sum::<usize>();
        from = chunk.next;
    }
    let (mut comments, mut last, mut from) = (0, i64::MIN, 0);
    while from < checked.comment_count() {
        let chunk = checked.comments(&source, from, 500).unwrap();
        for comment in &chunk.items {
            assert!(comment.at >= last, "oldest first, across chunks");
            last = comment.at;
        }
        comments += chunk.items.len();
        from = chunk.next;
    }
    let (mut activity, mut from) = (0, 0);
    while from < checked.activity_count() {
        let chunk = checked.activity(&source, from, 500).unwrap();
        activity += chunk.items.len();
        from = chunk.next;
    }
    let peak = peak();
    assert_eq!((cards, entries), (shape.cards as usize, shape.checklists as usize * 5));
    assert_eq!((comments, activity), (shape.actions.div_ceil(3) as usize, (shape.actions + 1) as usize / 3));
    println!(
        "{} MiB, {} actions, {} cards: checked in {checking:.1?}, read in {:.1?}, peak {} MiB",
        size / MIB,
        shape.actions,
        shape.cards,
        begun.elapsed() - checking,
        peak / MIB
    );
    (size, peak)
}

/// A hundred megabytes like a real board go the whole way in `import_memory`.
#[test]
fn large_exports_take_little_memory() {
    let real = Shape { actions: 28_000, cards: 6_000, checklists: 4_000, text: 900, full: true };
    let tiny = Shape { actions: 350_000, cards: 170_000, checklists: 20_000, text: 0, full: false };
    for (shape, least, most) in [(real, 19_000_000, 20_000_000), (tiny, 100_000_000, 100_000_000)] {
        let (size, peak) = run(&shape);
        assert!(size > least, "{size}");
        assert!(peak < most, "{peak}");
    }
}
