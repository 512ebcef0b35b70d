//! All that a workspace shows its admin, to be compared before and after.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Who, Workspace, World};
use crate::client::Request;
use crate::registry::{Kind, Route};

/// Paths that tell of the asking itself.
const RESTLESS: [&str; 3] = ["/me/sessions", "/events", "/audit"];
/// Fields that change by being read.
const FLEETING: [&str; 3] = ["request_id", "last_seen_at", "exported_at"];

/// By address.
pub type Content = BTreeMap<String, String>;

impl World {
    pub fn content(&self, workspace: &Workspace) -> Content {
        let own =
            |route: &&Route| route.method == "GET" && route.kind == Kind::Api && !route.is_superadmins();
        let readable = self.routes.iter().filter(own);
        let mut content = Content::new();
        for route in readable.filter(|route| !RESTLESS.iter().any(|part| route.path.contains(part))) {
            for query in self.queries(route) {
                let mut ids = workspace.standing.borrow().clone();
                let request = self.prepare(workspace, workspace.admin(), route, &mut ids).request;
                let bare = request.target.split('?').next().unwrap_or_default();
                let target = format!("{bare}{query}");
                let answer = self.send(&Who::Person(workspace.admin()), &Request::new("GET", target.clone()));
                self.check(answer.status == 200, || format!("GET {target} of one's own: {}", answer.line()));
                content.insert(target, shown(&answer.json(), &answer.text()));
            }
        }
        content
    }

    fn queries(&self, route: &Route) -> Vec<&'static str> {
        let has = |name: &str| self.query_parameters(route).iter().any(|parameter| parameter["name"] == name);
        match (has("limit"), has("archived"), has("q")) {
            (true, true, _) => vec!["?limit=1000", "?limit=1000&archived=all"],
            (_, _, true) => vec!["?q=a", "?q=zq"],
            (true, ..) => vec!["?limit=1000"],
            _ => vec![""],
        }
    }

    /// The operation of a route in the OpenAPI document; null for pages.
    pub fn operation(&self, route: &Route) -> &Value {
        &self.document["paths"][&route.path][route.method.to_lowercase()]
    }

    pub fn query_parameters(&self, route: &Route) -> Vec<&Value> {
        let all = self.operation(route)["parameters"].as_array();
        all.into_iter().flatten().filter(|parameter| parameter["in"] == "query").collect()
    }

    /// What the query has to say, with a value that is fine.
    pub fn required_query(&self, route: &Route) -> String {
        let required =
            self.query_parameters(route).into_iter().filter(|parameter| parameter["required"] == true);
        let pairs: Vec<_> =
            required.filter_map(|parameter| Some(format!("{}=a", parameter["name"].as_str()?))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }

    /// Notes each address whose answer is another now.
    pub fn compare(&self, when: &str, before: &Content, after: &Content) {
        for (target, was) in before {
            let is = after.get(target).map_or("nothing", String::as_str);
            if is != was {
                let at = was.bytes().zip(is.bytes()).take_while(|(a, b)| a == b).count().saturating_sub(80);
                let part = |text: &str| text.chars().skip(at).take(240).collect::<String>();
                self.find(format!("{when}, GET {target} changed: …{} | …{}", part(was), part(is)));
            }
        }
    }
}

fn shown(value: &Value, text: &str) -> String {
    if value.is_null() {
        return text.to_owned();
    }
    let mut value = value.clone();
    forget(&mut value);
    value.to_string()
}

fn forget(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !FLEETING.contains(&name.as_str()));
            fields.values_mut().for_each(forget);
        }
        Value::Array(list) => list.iter_mut().for_each(forget),
        _ => {}
    }
}
