//! JSON into a type, with the place of what is wrong.

use kernel::{Error, FieldError};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::failure::Failure;

pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let Some(first) = first else {
        return Err(Error::malformed("malformed_json", "The body is empty; it must be JSON.").into());
    };
    // serde would take a list for a struct.
    if *first != b'{' {
        return Err(match serde_json::from_slice::<serde::de::IgnoredAny>(bytes) {
            Ok(_) => Error::invalid("", "must be an object").into(),
            Err(error) => malformed(&error),
        });
    }
    let value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => return Err(explain::<T>(bytes, &error)),
    };
    refuse_nul(bytes)?;
    Ok(value)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// An escaped NUL is the only way in; PostgreSQL could not store it.
pub(crate) fn refuse_nul(bytes: &[u8]) -> Result<(), Failure> {
    if !contains(bytes, b"\\u0000") {
        return Ok(());
    }
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return Ok(()) };
    match nul_in(&value, String::new()) {
        Some(pointer) => Err(Error::invalid(pointer, "must not contain NUL").into()),
        None => Ok(()),
    }
}

fn nul_in(value: &Value, pointer: String) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then_some(pointer),
        Value::Array(list) => {
            list.iter().enumerate().find_map(|(index, value)| nul_in(value, format!("{pointer}/{index}")))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let here = format!("{pointer}/{}", escaped(name));
            if name.contains('\0') { Some(pointer.clone()) } else { nul_in(value, here) }
        }),
        _ => None,
    }
}

/// Parses once more, slower, noting where it is.
fn explain<T: DeserializeOwned>(bytes: &[u8], error: &serde_json::Error) -> Failure {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let place = serde_path_to_error::deserialize::<_, T>(&mut deserializer).err();
    let mut pointer = place.as_ref().map(|error| pointer(error.path())).unwrap_or_default();
    let text = error.to_string();
    let detail = text.split(" at line ").next().unwrap_or(&text).to_owned();
    if detail.contains("surrogate") || detail.contains("unexpected end of hex escape") {
        return Error::invalid(pointer, "must be Unicode text; it has half of a surrogate pair").into();
    }
    if error.is_data() {
        for (begins, what) in [
            ("unknown field `", "is not a field of this request"),
            ("missing field `", "is missing"),
            ("duplicate field `", "is there twice"),
        ] {
            if let Some(name) = named(&detail, begins) {
                push(&mut pointer, name);
                return Error::invalid(pointer, what).into();
            }
        }
        return Error::invalid(pointer, detail).into();
    }
    let failure = malformed(error);
    if pointer.is_empty() {
        return failure;
    }
    failure.with_errors(vec![FieldError { pointer, detail: "cannot be read".into() }])
}

fn malformed(error: &serde_json::Error) -> Failure {
    let text = error.to_string();
    let detail = text.split(" at line ").next().unwrap_or(&text);
    let detail =
        format!("The body is not JSON: {detail} (line {}, column {}).", error.line(), error.column());
    Error::malformed("malformed_json", detail).into()
}

fn named<'a>(detail: &'a str, before: &str) -> Option<&'a str> {
    detail.strip_prefix(before)?.split('`').next()
}

/// The parent's path may end with the key already.
fn push(pointer: &mut String, name: &str) {
    let last = format!("/{}", escaped(name));
    if !pointer.ends_with(&last) {
        pointer.push_str(&last);
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escaped(key))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// RFC 6901 section 3.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct New {
        #[allow(dead_code)]
        title: String,
        #[serde(default)]
        #[allow(dead_code)]
        tags: Vec<Tag>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Tag {
        #[allow(dead_code)]
        name: String,
    }

    #[test]
    fn what_is_wrong_is_named() {
        let deep = "[".repeat(10_000);
        for (body, status, pointer) in [
            ("", 400, None),
            ("{", 400, None),
            ("nonsense", 400, None),
            (deep.as_str(), 400, None),
            (r#"["a"]"#, 422, Some("")),
            ("null", 422, Some("")),
            ("{}", 422, Some("/title")),
            (r#"{"title":"a","color":1}"#, 422, Some("/color")),
            (r#"{"title":1}"#, 422, Some("/title")),
            (r#"{"title":"a","title":"b"}"#, 422, Some("/title")),
            (r#"{"title":"a","tags":[{"name":"x"},{"name":null}]}"#, 422, Some("/tags/1/name")),
            (r#"{"title":"a","tags":[{"name":"x"},{}]}"#, 422, Some("/tags/1/name")),
            (r#"{"title":"a","tags":[{"nom":"x"}]}"#, 422, Some("/tags/0/nom")),
            (r#"{"title":"a\u0000b"}"#, 422, Some("/title")),
            (r#"{"title":"a","tags":[{"name":"\u0000"}]}"#, 422, Some("/tags/0/name")),
            (r#"{"title":"\ud800"}"#, 422, Some("/title")),
            (r#"{"title":"\ud800\ud800"}"#, 422, Some("/title")),
            (r#"{"title":"\udc00"}"#, 422, Some("/title")),
            ("{\"title\":\"\u{0}\"}", 400, Some("/title")),
        ] {
            let refused = parse::<New>(body.as_bytes()).unwrap_err();
            let shown = &body[..body.len().min(60)];
            assert_eq!(refused.status().as_u16(), status, "{shown} {refused:?}");
            assert_eq!(refused.errors().first().map(|field| field.pointer.as_str()), pointer, "{shown}");
        }
        assert_eq!(parse::<New>(b"{\"title\":\"\xff\"}").unwrap_err().status().as_u16(), 400);
        let slash = parse::<New>(br#"{"title":"a","a/b":1}"#).unwrap_err();
        assert_eq!(slash.errors()[0].pointer, "/a~1b");
    }

    #[test]
    fn a_backslash_before_u0000_is_no_nul() {
        assert_eq!(parse::<New>(br#"{"title":"a\\u0000"}"#).unwrap().title, "a\\u0000");
    }
}
