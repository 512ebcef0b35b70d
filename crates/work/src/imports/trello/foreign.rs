//! Files that are no export of a Trello board at all, told by how they begin or what they lack.

use super::error::{ErrorKind, ImportError};

/// Looks at the first bytes; gives how many of them are a byte order mark.
///
/// # Errors
/// [`ErrorKind::Foreign`] where no JSON object begins, [`ErrorKind::Truncated`] for an empty file.
pub(super) fn sniff(start: &[u8]) -> Result<usize, ImportError> {
    let foreign = |what: &str| {
        Err(ImportError::whole(
            ErrorKind::Foreign,
            format!("this is {what}, not the JSON export of a Trello board"),
        ))
    };
    match start {
        [] => return Err(ImportError::whole(ErrorKind::Truncated, "the file is empty")),
        [b'P', b'K', 3 | 5, ..] => return foreign("a ZIP archive"),
        [0x1f, 0x8b, ..] => return foreign("a gzip archive"),
        [b'%', b'P', b'D', b'F', ..] => return foreign("a PDF document"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return foreign("a text in UTF-16"),
        _ => {}
    }
    let mark = if start.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
    let first = start.iter().skip(mark).find(|byte| !b" \t\r\n".contains(byte));
    match first {
        // Nothing but space so far: the parser will say how it ends.
        None | Some(b'{') => Ok(mark),
        Some(b'[') => foreign("a JSON list"),
        Some(b'<') => foreign("a page of HTML or XML"),
        Some(_) => foreign("something that does not begin like JSON"),
    }
}

/// The refusal of an object that lacks what every export of a board has.
pub(super) fn no_board(missing: &str, one_card: bool) -> ImportError {
    let message = if one_card {
        "this is the export of one Trello card; export the whole board instead".to_owned()
    } else {
        format!("this is not the export of a Trello board: it has no “{missing}”")
    };
    ImportError::whole(ErrorKind::Foreign, message)
}
