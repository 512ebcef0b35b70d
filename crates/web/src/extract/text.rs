//! Percent-encoded text, strictly: parsers replace what is no UTF-8, and would store what nobody sent.

/// The name of the first pair that has a NUL or is no UTF-8.
pub(super) fn unreadable(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    text.split('&').find(|pair| !readable(pair)).map(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        percent_encoding::percent_decode_str(name).decode_utf8_lossy().replace(char::is_control, "")
    })
}

fn readable(pair: &str) -> bool {
    let decoded = percent_encoding::percent_decode_str(pair).decode_utf8();
    decoded.is_ok_and(|text| !text.contains('\0'))
}
