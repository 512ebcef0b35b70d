//! Wrong values and bodies.

use serde_json::Value;

/// What may become of a wrong value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// 422 that names the field, nothing else.
    Named,
    /// The same, or it is fine here.
    NamedOrFine,
    /// Any refusal, or it is fine here.
    Refused,
    /// 422 or 400; it cannot be read.
    Unreadable,
}

pub struct Variant {
    pub what: &'static str,
    /// JSON text in place of the value.
    pub raw: String,
    pub fate: Fate,
    /// Whether it is tried where each try costs a password's hash.
    pub cheap: bool,
}

fn variant(what: &'static str, raw: impl Into<String>, fate: Fate) -> Variant {
    Variant { what, raw: raw.into(), fate, cheap: true }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Text,
    Number,
    Bool,
    List,
    Object,
    Unknown,
}

impl Shape {
    pub fn of(value: &Value) -> Self {
        match value {
            Value::String(_) => Self::Text,
            Value::Number(_) => Self::Number,
            Value::Bool(_) => Self::Bool,
            Value::Array(_) => Self::List,
            Value::Object(_) => Self::Object,
            Value::Null => Self::Unknown,
        }
    }

    /// By a schema; unknown where it is a choice.
    pub fn of_schema(schema: &Value) -> Self {
        let kinds = schema["type"].to_string();
        for (name, shape) in [
            ("\"string\"", Self::Text),
            ("\"integer\"", Self::Number),
            ("\"number\"", Self::Number),
            ("\"boolean\"", Self::Bool),
            ("\"array\"", Self::List),
            ("\"object\"", Self::Object),
        ] {
            if kinds.contains(name) {
                return shape;
            }
        }
        Self::Unknown
    }
}

/// All that is tried in place of a value of this shape.
pub fn of(shape: Shape) -> Vec<Variant> {
    let wrong = |other: Shape| match shape {
        Shape::Unknown => Fate::Refused,
        _ if shape == other => Fate::Refused,
        _ => Fate::Named,
    };
    let mut all = vec![
        variant("null", "null", Fate::NamedOrFine),
        variant("a number", "17", wrong(Shape::Number)),
        variant("a negative number", "-1", wrong(Shape::Number)),
        variant("a fraction", "1.5", wrong(Shape::Number)),
        variant("more than 64 bits", "18446744073709551616", wrong(Shape::Number)),
        variant("less than 64 bits", "-9223372036854775809", wrong(Shape::Number)),
        variant("a huge number", "1e308", wrong(Shape::Number)),
        variant("no number at all", "1e999", Fate::Unreadable),
        variant("a truth", "true", wrong(Shape::Bool)),
        variant("a text", "\"certainly not\"", wrong(Shape::Text)),
        variant("a list", "[]", wrong(Shape::List)),
        variant("a list of lists", "[[]]", wrong(Shape::List)),
        variant("a list of numbers", "[1,2]", wrong(Shape::List)),
        variant("an object", "{}", wrong(Shape::Object)),
        variant("an object of objects", "{\"a\":{\"b\":null}}", wrong(Shape::Object)),
        variant("10,000 lists", format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)), Fate::Unreadable),
        variant("half of a pair", "\"\\ud800\"", Fate::Unreadable),
        variant("a pair the wrong way round", "\"\\udc00\\ud800\"", Fate::Unreadable),
        variant("a raw NUL", "\"a\0b\"", Fate::Unreadable),
        variant("a raw line end", "\"a\nb\"", Fate::Unreadable),
        variant("a broken escape", "\"\\x41\"", Fate::Unreadable),
        variant("NaN", "NaN", Fate::Unreadable),
        variant("nothing", "", Fate::Unreadable),
    ];
    if matches!(shape, Shape::Text | Shape::Unknown) {
        all.extend(texts());
    }
    if shape == Shape::List {
        all.push(variant("a list of 100,000", format!("[{}1]", "1,".repeat(100_000)), Fate::Refused));
    }
    all
}

fn texts() -> Vec<Variant> {
    let quoted = |text: &str| Value::String(text.to_owned()).to_string();
    let mut all = vec![
        variant("no letter", "\"\"", Fate::Refused),
        variant("a NUL", "\"a\\u0000b\"", Fate::Named),
        variant("5,000 letters", quoted(&"x".repeat(5_000)), Fate::Refused),
    ];
    let costly = [
        ("spaces", "   ".to_owned()),
        ("100,000 letters", "x".repeat(100_000)),
        ("100,000 wide letters", "\u{1F98A}".repeat(100_000)),
        ("control characters", "a\u{1}\u{7}\u{1b}[31mred\u{7f}\u{9b}".to_owned()),
        ("line ends", "a\r\nSet-Cookie: x=y\r\n\r\nb".to_owned()),
        ("marks of direction", "a\u{202E}b\u{2066}c\u{200F}".to_owned()),
        ("line separators", "a\u{2028}b\u{2029}c\u{85}".to_owned()),
        ("what nobody sees", "\u{200B}\u{FEFF}\u{2060}".to_owned()),
        ("letters that join", "e\u{301}".repeat(400)),
        ("a path", "../../../../etc/passwd".to_owned()),
        ("SQL", "'; DROP TABLE items; --".to_owned()),
        ("a pattern", "%_\\%".to_owned()),
        ("a script", "<script>alert(1)</script><img src=x onerror=alert(1)>".to_owned()),
        ("a template", "{{7*7}}${7*7}<%= 7*7 %>".to_owned()),
        ("an id of another kind", "user_01jd3kq8v7zj4t0m2x5bn00001".to_owned()),
        ("a date that is none", "2026-02-30".to_owned()),
        ("a far date", "+999999-12-31".to_owned()),
        ("an address that is none", "javascript:alert(1)".to_owned()),
    ];
    all.extend(costly.into_iter().map(|(what, text)| Variant {
        what,
        raw: quoted(&text),
        fate: Fate::Refused,
        cheap: false,
    }));
    all
}

/// Whole bodies that are wrong for every route, each with the statuses that may answer it.
pub fn whole(valid: &str) -> Vec<(&'static str, Vec<u8>, &'static [u16])> {
    let half = &valid[..valid.len() / 2];
    let bytes = |text: &str| text.as_bytes().to_vec();
    vec![
        ("nothing", Vec::new(), &[400]),
        ("spaces", bytes("  \n\t "), &[400]),
        ("null", bytes("null"), &[422]),
        ("a list", bytes("[]"), &[422]),
        ("a list with the body in it", bytes(&format!("[{valid}]")), &[422]),
        ("a text", bytes("\"x\""), &[422]),
        ("a number", bytes("17"), &[422]),
        ("half of it", bytes(half), &[400, 422]),
        ("it without its end", bytes(&valid[..valid.len() - 1]), &[400]),
        ("it twice", bytes(&format!("{valid}{valid}")), &[400]),
        ("it and more", bytes(&format!("{valid} x")), &[400]),
        ("it with a comma too many", bytes(&format!("{},}}", &valid[..valid.len() - 1])), &[400]),
        ("single quotes", bytes("{'title': 'x'}"), &[400]),
        ("a mark of byte order", [b"\xef\xbb\xbf", valid.as_bytes()].concat(), &[400]),
        ("UTF-16", valid.encode_utf16().flat_map(u16::to_le_bytes).collect(), &[400]),
        ("bytes that are no text", b"{\"\xff\xfe\":1}".to_vec(), &[400, 422]),
        ("10,000 lists", bytes(&"[".repeat(10_000)), &[400, 422]),
        ("10,000 objects", bytes(&"{\"a\":".repeat(10_000)), &[400, 422]),
        (
            "10,000 fields",
            bytes(&format!("{{{}\"z\":1}}", (0..10_000).map(|n| format!("\"f{n}\":1,")).collect::<String>())),
            &[413, 422],
        ),
        ("a form", bytes("title=x&name=y"), &[400]),
        (
            "XML",
            bytes(
                "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
            ),
            &[400],
        ),
    ]
}

/// Content types that are not JSON's.
pub const OTHER_TYPES: [&str; 8] = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/json; charset=utf-16",
    "application/jsonp",
    "text/json",
    "",
];

/// Values of a query's parameter that nobody means, percent-encoded.
pub const QUERY: [&str; 16] = [
    "",
    "abc",
    "%00",
    "%ff",
    "%F0%9F",
    "-1",
    "1.5",
    "1e9",
    "99999999999999999999999",
    "true",
    "%27%3B%20DROP%20TABLE%20items",
    "%25",
    "..%2F..%2Fetc%2Fpasswd",
    "%0d%0aSet-Cookie:%20a=b",
    "user_01jd3kq8v7zj4t0m2x5bn00001",
    "%E2%80%AE",
];
