//! A route's example, made valid: ids that are there, addresses and keys that are free, the right password.

use serde_json::{Value, json};

use super::{Ids, Person, Workspace, World};
use crate::client::Answer;
use crate::registry::{Content, Route};

/// Fields of free text: they get the workspace's mark.
const TEXTS: [&str; 7] = ["title", "name", "description", "body", "text", "workspace_name", "topic"];

/// What a route's body is filled for.
pub struct Filling<'a> {
    pub workspace: &'a Workspace,
    pub by: &'a Person,
    pub route: &'a Route,
    /// The noun that the request makes: the body names no other of it.
    pub making: Option<&'a str>,
    pub new_password: Option<String>,
}

impl World {
    pub fn fill(&self, filling: &mut Filling<'_>, ids: &mut Ids) -> Value {
        let example = filling.route.example.clone();
        self.value(filling, ids, String::new(), &example).unwrap_or(Value::Null)
    }

    /// None where there is nothing to put in.
    fn value(&self, filling: &mut Filling<'_>, ids: &mut Ids, at: String, example: &Value) -> Option<Value> {
        Some(match example {
            Value::Object(fields) => {
                let filled = fields.iter().filter_map(|(name, value)| {
                    let value = self.value(filling, ids, format!("{at}/{name}"), value)?;
                    Some((name.clone(), value))
                });
                Value::Object(filled.collect())
            }
            Value::Array(list) => {
                let filled = list.iter().enumerate();
                filled.filter_map(|(n, value)| self.value(filling, ids, format!("{at}/{n}"), value)).collect()
            }
            Value::String(text) => self.text(filling, ids, &at, text)?,
            other => other.clone(),
        })
    }

    fn text(&self, filling: &mut Filling<'_>, ids: &mut Ids, at: &str, text: &str) -> Option<Value> {
        let name = at.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
        if let Some(prefix) = id_prefix(text) {
            return self.id(filling, ids, prefix).map(Value::String);
        }
        let path = &filling.route.path;
        let ends = |end: &str| path.ends_with(end);
        let by = filling.by;
        Some(match name {
            "email" if ends("/login") => json!(by.email),
            "email" => json!(self.new_email()),
            "code" if self.code.borrow().is_some() => json!(*self.code.borrow()),
            "current_password" => json!(*by.password.borrow()),
            "password"
                if ends("/login") || ends("/sudo") || path.starts_with("/api/v1/me/") || ends("/disable") =>
            {
                json!(*by.password.borrow())
            }
            "password" | "new_password" => {
                let password = self.new_password();
                filling.new_password = (name == "new_password").then(|| password.clone());
                json!(password)
            }
            "token" if ends("/accept") => json!(self.link_token(filling.workspace, "invite")),
            "token" => json!(self.link_token(filling.workspace, "recover")),
            "workspace_id" => json!(filling.workspace.id),
            "key" => json!(format!("Q{}", self.number())),
            _ if TEXTS.contains(&name) && !self.is_fixed(filling.route, at) => {
                json!(format!("{text} {}{}", by.canary, self.number()))
            }
            _ => json!(text),
        })
    }

    /// The id of a thing of this prefix beside those that the path names.
    fn id(&self, filling: &Filling<'_>, ids: &mut Ids, prefix: &str) -> Option<String> {
        let noun = self.noun_of(prefix)?;
        if filling.making == Some(&noun) {
            return None;
        }
        if !filling.route.parameters().contains(&noun.as_str()) {
            return Some(self.make(filling.workspace, filling.by, &noun, ids));
        }
        if noun == "member" {
            return Some(filling.workspace.admin().id.clone());
        }
        let mut beside = ids.clone();
        beside.remove(&noun);
        Some(self.make(filling.workspace, filling.by, &noun, &mut beside))
    }

    fn is_fixed(&self, route: &Route, at: &str) -> bool {
        self.fixed.borrow().get(&route.name()).is_some_and(|places| places.contains(at))
    }

    /// Notes which texts of the body were refused; false where that is nothing new.
    pub fn learn(&self, route: &Route, answer: &Answer) -> bool {
        let mut fixed = self.fixed.borrow_mut();
        let places = fixed.entry(route.name()).or_default();
        let known = places.len();
        places.extend(pointers(answer));
        places.len() > known
    }
}

/// The places that a problem names.
pub fn pointers(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().filter_map(|error| error["pointer"].as_str().map(str::to_owned)).collect()
}

/// The prefix of an id, or of what stands for one in an example (`item_…`).
pub fn id_prefix(text: &str) -> Option<&str> {
    let (prefix, rest) = text.split_once('_')?;
    let is_prefix =
        !prefix.is_empty() && prefix.len() <= 8 && prefix.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_rest =
        rest.contains('…') || (rest.len() == 26 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    (is_prefix && is_rest).then_some(prefix)
}

/// A body as the route takes it: its content type and its bytes.
pub fn encode(route: &Route, body: &Value) -> Option<(String, Vec<u8>)> {
    match route.content? {
        Content::Json => Some(("application/json".into(), body.to_string().into_bytes())),
        Content::Form => Some(("application/x-www-form-urlencoded".into(), form(body).into_bytes())),
        Content::Multipart => Some(multipart(body)),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn fields(body: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, value) in body.as_object().into_iter().flatten() {
        match value {
            Value::Array(list) => all.extend(list.iter().map(|value| (name.clone(), plain(value)))),
            other => all.push((name.clone(), plain(other))),
        }
    }
    all
}

fn form(body: &Value) -> String {
    let pairs =
        fields(body).into_iter().map(|(name, value)| format!("{}={}", percent(&name), percent(&value)));
    pairs.collect::<Vec<_>>().join("&")
}

pub fn percent(text: &str) -> String {
    let letter = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(letter).collect()
}

const BOUNDARY: &str = "a-line-between-parts";

pub fn multipart(body: &Value) -> (String, Vec<u8>) {
    let mut bytes = String::new();
    for (name, value) in fields(body) {
        let file =
            if name == "file" { "; filename=\"board.json\"\r\ncontent-type: application/json" } else { "" };
        bytes.push_str(&format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n"
        ));
    }
    bytes.push_str(&format!("--{BOUNDARY}--\r\n"));
    (format!("multipart/form-data; boundary={BOUNDARY}"), bytes.into_bytes())
}
