//! What the OpenAPI document says of a route's body.

use serde_json::Value;

use super::World;
use crate::registry::Route;

impl World {
    /// The fields that the body may have, each with its schema.
    pub fn body_fields(&self, route: &Route) -> Vec<(String, Value)> {
        let content = &self.operation(route)["requestBody"]["content"];
        let Some(body) = content.as_object().and_then(|content| content.values().next()) else {
            return Vec::new();
        };
        let schema = self.resolved(&body["schema"]);
        let fields = schema["properties"].as_object().into_iter().flatten();
        fields.map(|(name, schema)| (name.clone(), self.resolved(schema).clone())).collect()
    }

    pub fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next());
        name.map_or(schema, |name| &self.document["components"]["schemas"][name])
    }

    /// The prefix of the ids that a schema takes, itself, or in a list, or beside null.
    pub fn prefix_in(&self, schema: &Value) -> Option<String> {
        let schema = self.resolved(schema);
        if let Some(pattern) = schema["pattern"].as_str() {
            let prefix = pattern.strip_prefix('^')?.split('_').next()?;
            return pattern.contains("[0-7]").then(|| prefix.to_owned());
        }
        let choices = ["oneOf", "anyOf", "allOf"]
            .iter()
            .flat_map(|name| schema[*name].as_array().into_iter().flatten());
        choices.chain(schema.get("items")).find_map(|inner| self.prefix_in(inner))
    }
}
