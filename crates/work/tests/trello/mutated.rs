//! Broken at random: never a panic, and whatever still passes can be read to the end.

use work::imports::trello::{ErrorKind, Limits, validate};

use super::{FIXTURE, deliver, source};

/// Marsaglia's xorshift, 64 bits, seeded: the same files on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}

const PIECES: [&str; 14] =
    ["null", "\"", "{", "}", "[", "]", ",", ":", "1e308", "-0", "\\u0000", "\\ud800", "true", "\u{feff}"];

fn mutate(random: &mut Random) -> Vec<u8> {
    let mut bytes = FIXTURE.as_bytes().to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        match random.below(6) {
            0 => bytes[at] = u8::try_from(random.below(256)).unwrap(),
            1 => bytes[at] ^= 1 << random.below(8),
            2 => {
                bytes.remove(at);
            }
            3 => {
                let piece = PIECES[random.below(PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
            4 => {
                let end = (at + random.below(200)).min(bytes.len());
                let copied = bytes[at..end].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, copied);
            }
            _ => {
                let end = (at + random.below(60)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
    bytes
}

#[test]
fn no_mutation_panics() {
    let mut random = Random(0x7261_636b_686f_6c64);
    let (mut passed, mut kinds) = (0, std::collections::BTreeMap::new());
    for round in 0..2_000 {
        let bytes = mutate(&mut random);
        match validate(&source(bytes.clone()), &Limits::default()) {
            Ok(checked) => {
                passed += 1;
                let counts = deliver(&checked, &source(bytes));
                let planned = (checked.card_count(), checked.comment_count(), checked.activity_count());
                assert_eq!(counts, planned, "round {round}");
            }
            Err(error) => {
                assert_ne!(error.kind, ErrorKind::Unreadable, "round {round}: {error}");
                assert_ne!(error.kind, ErrorKind::Changed, "round {round}: {error}");
                *kinds.entry(error.kind.code()).or_insert(0) += 1;
            }
        }
    }
    // The mutations do reach all sorts of places.
    assert!(passed > 100, "{passed} passed");
    for kind in ["broken_json", "invalid_field", "duplicate", "dangling_reference"] {
        assert!(kinds.contains_key(kind), "{kind}: {kinds:?}");
    }
}
