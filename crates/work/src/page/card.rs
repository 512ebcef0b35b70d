//! An item as a card, a row, or the head of its panel.

use std::collections::HashMap;

use web::page::{Person, Time};
use web::words::Words;

use super::choice::{self, Choice};
use super::due::{Due, Today};
use super::people::People;
use crate::items::{ItemId, ItemRow, Priority};
use crate::labels::{self, LabelId};

#[derive(Clone)]
pub(crate) struct Label {
    pub name: String,
    pub tag: u8,
}

#[derive(Clone, Copy)]
pub(crate) struct Progress {
    pub done: usize,
    pub total: usize,
}

impl Progress {
    pub fn percent(&self) -> usize {
        (self.done * 100).checked_div(self.total).unwrap_or(0)
    }

    pub fn is_complete(&self) -> bool {
        self.total > 0 && self.done == self.total
    }
}

#[derive(Clone)]
pub(crate) struct Card {
    pub id: String,
    /// `FG-142`
    pub key: String,
    pub title: String,
    /// `/items/item_…`
    pub url: String,
    pub group_id: String,
    pub status: Option<Choice>,
    /// None when it has no priority.
    pub priority: Option<Choice>,
    pub labels: Vec<Label>,
    pub assignees: Vec<Person>,
    pub due: Option<Due>,
    /// Entries of all checklists.
    pub checklist: Option<Progress>,
    pub updates: usize,
    pub attachments: usize,
    pub updated_at: Time,
    pub archived: bool,
}

impl Card {
    pub fn has_meta(&self) -> bool {
        self.due.is_some()
            || self.checklist.is_some()
            || self.updates + self.attachments > 0
            || !self.assignees.is_empty()
    }
}

/// What turns the ids and numbers of rows into what people read.
pub(crate) struct Legend<'a> {
    pub w: &'static Words,
    pub key: &'a str,
    pub labels: HashMap<LabelId, &'a labels::Label>,
    pub people: &'a People,
    pub today: &'a Today,
}

impl Legend<'_> {
    pub fn card(&self, item: &ItemRow) -> Card {
        Card {
            url: url(item.id),
            id: item.id.to_string(),
            key: format!("{}-{}", self.key, item.number),
            title: item.title.clone(),
            group_id: item.group_id.to_string(),
            status: Some(choice::status(self.w, item.status)),
            priority: (item.priority != Priority::None).then(|| choice::priority(self.w, item.priority)),
            labels: item.labels.iter().filter_map(|id| self.label(id)).collect(),
            assignees: item.assignees.iter().map(|id| self.people.person(id)).collect(),
            due: item.due_on.as_ref().map(|date| self.today.due(date.as_str(), item.status.is_over())),
            checklist: (item.entry_count > 0)
                .then(|| Progress { done: whole(item.done_count), total: whole(item.entry_count) }),
            updates: whole(item.update_count),
            attachments: whole(item.link_count),
            updated_at: self.today.time(item.updated_at),
            archived: item.archived_at.is_some(),
        }
    }

    fn label(&self, id: LabelId) -> Option<Label> {
        let label = self.labels.get(&id)?;
        Some(Label { name: label.name.clone(), tag: choice::palette(Some(label.color)) })
    }
}

pub(crate) fn url(id: ItemId) -> String {
    format!("/items/{id}")
}

pub(crate) fn whole(count: i64) -> usize {
    usize::try_from(count).unwrap_or(0)
}
