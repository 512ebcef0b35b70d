//! Multipart bodies that are none, or hold what nobody can read.

use serde_json::{Value, json};

use super::{Suite, pointers};
use crate::client::Request;
use crate::registry::Route;
use crate::world::multipart;

impl Suite<'_> {
    pub(super) fn upload(&mut self, route: &Route) {
        let base = self.base(route);
        let send = |content_type: &str, body: Vec<u8>| {
            let mut request = base.request.clone();
            request.headers.retain(|(name, _)| name != "content-type");
            request.body(content_type, body)
        };
        let (content_type, valid) = multipart(&base.body);
        for (what, content_type, body, statuses) in [
            ("nothing", content_type.as_str(), Vec::new(), &[400, 422][..]),
            ("half of it", &content_type, valid[..valid.len() / 2].to_vec(), &[400, 422]),
            ("no end", &content_type, valid[..valid.len() - 8].to_vec(), &[400, 422]),
            ("another boundary", "multipart/form-data; boundary=other", valid.clone(), &[400, 422]),
            ("no boundary", "multipart/form-data", valid.clone(), &[400]),
            ("JSON", "application/json", base.body.to_string().into_bytes(), &[415]),
            ("a form", "application/x-www-form-urlencoded", b"source=trello".to_vec(), &[415]),
            ("no type", "", valid.clone(), &[415]),
        ] {
            let answer = self.ask(route, what, &send(content_type, body));
            self.expect(statuses.contains(&answer.status), route, what, &answer);
        }
        let fields: Vec<String> =
            base.body.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        for name in fields {
            let mut fewer = base.body.clone();
            fewer.as_object_mut().expect("an object").remove(&name);
            self.part(route, &format!("no {name}"), &name, send(&content_type, multipart(&fewer).1));
            for (what, value) in files() {
                let mut other = base.body.clone();
                other[&name] = value;
                self.part(
                    route,
                    &format!("{what} as {name}"),
                    &name,
                    send(&content_type, multipart(&other).1),
                );
            }
        }
        let mut more = base.body.clone();
        more["surplus_field"] = json!("x");
        self.part(route, "a part too many", "surplus_field", send(&content_type, multipart(&more).1));
    }

    /// Refused with the part named, or read as it is.
    fn part(&mut self, route: &Route, what: &str, name: &str, request: Request) {
        let answer = self.ask(route, what, &request);
        let page = route.kind == crate::registry::Kind::Page;
        let named = page || pointers(&answer).iter().any(|at| at.starts_with(&format!("/{name}")));
        let right =
            answer.status < 400 || (400..500).contains(&answer.status) && (answer.status != 422 || named);
        self.expect(right && answer.status != 0, route, what, &answer);
    }
}

fn files() -> Vec<(&'static str, Value)> {
    vec![
        ("nothing", json!("")),
        ("a NUL", json!("\0")),
        ("a list", json!([])),
        ("two of it", json!(["x", "y"])),
        ("half a file", json!("{\"id\": \"5f\", \"name\": \"x")),
        ("an empty object", json!("{}")),
        ("a list of objects", json!("[{}]")),
        ("10,000 lists", json!("[".repeat(10_000))),
        ("another program's file", json!("<html><body>x</body></html>")),
        ("a spreadsheet", json!("a;b;c\n1;2;3\n")),
        ("the head of an archive", json!("PK\u{3}\u{4}\u{14}\0\0\0")),
        ("a million letters", json!("x".repeat(1_000_000))),
    ]
}
