//! What happened, for those who look on: pages, automations, other trackers. Events leave only
//! after the change they tell of is durable.

use std::borrow::Cow;

use serde_json::Value;

use crate::access::{Area, Level};
use crate::{Timestamp, UserId, WorkspaceId};

/// One thing that happened in a workspace.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub workspace: WorkspaceId,
    /// Its place among the workspace's events, from 1 on without gaps; 0 until it is durable.
    pub number: i64,
    pub at: Timestamp,
    /// Who did it; none for the system.
    pub actor: Option<UserId>,
    /// `item.updated`: the noun, a dot, what became of it.
    pub kind: Cow<'static, str>,
    /// The prefixed id of what changed.
    pub resource: String,
    /// What a listener needs to decide whether and what to show (board, version); ids, no texts.
    pub about: Value,
}

impl Event {
    fn noun(&self) -> &str {
        self.kind.split('.').next().unwrap_or_default()
    }

    /// What it takes to be told of it. None is nobody: a kind that is not listed is not shown.
    pub fn asks(&self) -> Option<(Area, Level)> {
        match self.noun() {
            "item" | "update" | "board" | "group" | "label" => Some((Area::Tasks, Level::View)),
            "project" => Some((Area::Projects, Level::View)),
            "import" => Some((Area::Projects, Level::Full)),
            "member" | "invitation" => Some((Area::Members, Level::View)),
            _ => None,
        }
    }

    /// Whether what this person may do can be another thing since.
    pub fn concerns(&self, person: UserId) -> bool {
        if self.kind == "workspace.policy_changed" {
            return true;
        }
        let of_access = matches!(self.noun(), "member") || self.asks().is_none();
        of_access && (self.actor == Some(person) || self.resource == person.to_string())
    }

    /// Whether it is about this thing, or about what lies in it, or did until then (`from`).
    pub fn is_about(&self, noun: &str, id: &str) -> bool {
        let names = |about: Option<&Value>| about.and_then(|about| about.get(noun)?.as_str()) == Some(id);
        self.resource == id || names(Some(&self.about)) || names(self.about.get("from"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Id;

    fn event(kind: &'static str, resource: &str, about: Value) -> Event {
        let at = Timestamp::from_micros(0);
        let (workspace, resource) = (Id::new(at), resource.to_owned());
        Event { workspace, number: 1, at, actor: None, kind: kind.into(), resource, about }
    }

    #[test]
    fn what_nobody_listed_is_told_to_nobody() {
        assert_eq!(event("item.moved", "item_1", Value::Null).asks(), Some((Area::Tasks, Level::View)));
        assert_eq!(event("session.ended", "usr_1", Value::Null).asks(), None);
        assert_eq!(event("secret.made", "x", Value::Null).asks(), None);
    }

    #[test]
    fn what_may_have_changed_a_persons_rights_concerns_them() {
        let (me, other): (UserId, UserId) =
            (Id::new(Timestamp::from_micros(1)), Id::new(Timestamp::from_micros(2)));
        for kind in ["member.removed", "member.role_changed", "session.ended"] {
            let told = event(kind, &me.to_string(), Value::Null);
            assert!(told.concerns(me) && !told.concerns(other), "{kind}");
        }
        assert!(event("workspace.policy_changed", "ws_1", Value::Null).concerns(other), "everybody");
        let by_me = Event { actor: Some(me), ..event("session.switched", "ses_1", Value::Null) };
        assert!(by_me.concerns(me) && !by_me.concerns(other));
        let moved = Event { actor: Some(me), ..event("item.moved", "item_1", Value::Null) };
        assert!(!moved.concerns(me));
    }

    #[test]
    fn an_event_is_about_a_thing_and_about_what_it_lies_in() {
        let told = event("item.moved", "item_1", json!({ "board": "brd_1" }));
        assert!(told.is_about("board", "brd_1") && told.is_about("board", "item_1"));
        assert!(!told.is_about("board", "brd_2") && !told.is_about("item", "brd_1"));
        let left = event("item.moved", "item_1", json!({ "board": "brd_2", "from": { "board": "brd_1" } }));
        assert!(left.is_about("board", "brd_1") && left.is_about("board", "brd_2"));
    }
}
