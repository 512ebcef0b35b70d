//! Chunks: of any size they give the same, from any place, and notice another file.

use std::cell::Cell;
use std::io;

use work::imports::trello::{ErrorKind, Limits, Source, validate};

use super::{FIXTURE, Seekable, all_activity, all_cards, all_comments, check, source};

#[test]
fn chunks_of_any_size_give_the_same() {
    let checked = check(FIXTURE).unwrap();
    let plain = source(FIXTURE);
    let seekable = Seekable { bytes: FIXTURE.into(), opened: Cell::new(0) };
    let cards = all_cards(&checked, &plain, 100);
    let comments = all_comments(&checked, &plain, 100);
    let activity = all_activity(&checked, &plain, 100);
    assert_eq!((cards.len(), comments.len(), activity.len()), (4, 2, 10));
    for most in [0, 1, 2, 3, 7] {
        for source in [&plain as &dyn Source, &seekable] {
            assert_eq!(all_cards(&checked, source, most), cards);
            assert_eq!(all_comments(&checked, source, most), comments);
            assert_eq!(all_activity(&checked, source, most), activity);
        }
    }
    assert!(seekable.opened.get() > 0);
}

#[test]
fn a_new_check_of_the_same_file_resumes_where_the_old_one_stopped() {
    let (first, second) = (check(FIXTURE).unwrap(), check(FIXTURE).unwrap());
    let all = all_activity(&first, &source(FIXTURE), 100);
    let begun = first.activity(&source(FIXTURE), 0, 4).unwrap();
    let rest = second.activity(&source(FIXTURE), begun.next, 100).unwrap();
    assert_eq!([begun.items, rest.items].concat(), all);
    assert_eq!(rest.next, second.activity_count());
    assert!(second.activity(&source(FIXTURE), rest.next, 4).unwrap().items.is_empty());
    assert!(second.activity(&source(FIXTURE), usize::MAX, 4).unwrap().items.is_empty());
}

#[test]
fn a_chunk_holds_no_more_source_than_it_may() {
    let limits = Limits { chunk_bytes: 300, ..Limits::default() };
    let checked = validate(&source(FIXTURE), &limits).unwrap();
    let first = checked.cards(&source(FIXTURE), 0, 100).unwrap();
    assert_eq!(first.next, 1, "one card comes, however large");
    assert_eq!(all_cards(&checked, &source(FIXTURE), 100).len(), 4);
}

#[test]
fn another_file_than_the_checked_one_is_noticed() {
    let checked = check(FIXTURE).unwrap();
    for other in [FIXTURE.get(..5_000).unwrap().to_owned(), format!("  {FIXTURE}"), "x".repeat(FIXTURE.len())]
    {
        let error = checked.cards(&source(other), 0, 100).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Changed | ErrorKind::Unreadable), "{error}");
    }
}

#[test]
fn a_source_that_fails_is_unreadable() {
    struct Failing(usize);
    impl io::Read for Failing {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::Error::other("the disk is gone"));
            }
            let count = self.0.min(out.len()).min(FIXTURE.len());
            out[..count].copy_from_slice(&FIXTURE.as_bytes()[..count]);
            self.0 -= count;
            Ok(count)
        }
    }
    for bytes in [0, 3, 800] {
        let open = move || -> io::Result<Failing> { Ok(Failing(bytes)) };
        let error = validate(&open, &Limits::default()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unreadable, "{error}");
        assert!(error.message.contains("the disk is gone"), "{error}");
    }
    let closed = || -> io::Result<io::Empty> { Err(io::ErrorKind::NotFound.into()) };
    assert_eq!(validate(&closed, &Limits::default()).unwrap_err().kind, ErrorKind::Unreadable);
}
