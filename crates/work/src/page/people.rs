//! People as avatars.

use std::collections::HashMap;

use kernel::UserId;
use web::page::{Person, initials, tag_of};
use web::words::Words;

use crate::members::Member;

/// Everybody of the workspace by id, those who left as well.
pub(crate) struct People(HashMap<UserId, Member>);

impl People {
    pub fn of(members: &[Member]) -> Self {
        Self(members.iter().map(|member| (member.id, member.clone())).collect())
    }

    pub fn person(&self, id: UserId) -> Person {
        match self.0.get(&id) {
            Some(member) => shown(member),
            None => drawn(id.to_string(), String::new(), false),
        }
    }

    pub fn name(&self, id: UserId) -> Option<&str> {
        self.0.get(&id).map(|member| member.name.as_str())
    }

    /// Somebody of whom a row kept the name; nobody is the system.
    pub fn actor(&self, person: Option<&crate::members::Person>, w: &Words) -> Person {
        match person {
            Some(person) => self
                .0
                .get(&person.id)
                .map_or_else(|| drawn(person.id.to_string(), person.name.clone(), false), shown),
            None => drawn(String::new(), w.activity.somebody.to_owned(), true),
        }
    }
}

pub(crate) fn shown(member: &Member) -> Person {
    drawn(member.id.to_string(), member.name.clone(), member.status == "placeholder")
}

pub(crate) fn drawn(id: String, name: String, placeholder: bool) -> Person {
    Person { initials: initials(&name), tag: tag_of(&id), id, name, placeholder }
}
