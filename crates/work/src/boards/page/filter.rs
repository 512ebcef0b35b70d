//! The filter of a board's pages: `?q= &assignee= &label= &status=`, the last three repeated.

use serde::{Deserialize, Serialize};
use web::words::Words;

use crate::items::Status;
use crate::items::list::{Filter, MOST_NAMED};
use crate::page::board::Setting;
use crate::page::choice::{self, palette};

/// As it stands in the address. What names nothing is passed over: an address may be older than the board.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    pub assignee: Vec<String>,
    pub label: Vec<String>,
    pub status: Vec<String>,
}

/// Characters of `q`; more find nothing anyway.
const LONGEST: usize = 200;

impl Asked {
    pub fn filter(&self) -> Filter {
        let q: String = self.q.trim().chars().take(LONGEST).collect();
        Filter {
            q: Some(q).filter(|q| !q.is_empty()),
            statuses: self.status.iter().filter_map(|name| Status::from_name(name)).collect(),
            assignees: named(&self.assignee),
            labels: named(&self.label),
            ..Filter::default()
        }
    }

    /// `&q=…&label=…`, empty without a filter.
    pub fn query(&self) -> String {
        match serde_html_form::to_string(self) {
            Ok(query) if !query.is_empty() => format!("&{query}"),
            _ => String::new(),
        }
    }
}

fn named<T: std::str::FromStr>(texts: &[String]) -> Vec<T> {
    texts.iter().filter_map(|text| text.parse().ok()).take(MOST_NAMED).collect()
}

/// The filter as it is, with everything one can choose.
pub(crate) struct Shown {
    pub q: String,
    pub labels: Vec<FilterOption>,
    pub people: Vec<FilterOption>,
    pub statuses: Vec<FilterOption>,
    /// How many of the options are on (without `q`).
    pub active: usize,
}

pub(crate) struct FilterOption {
    pub value: String,
    pub name: String,
    pub tag: u8,
    pub on: bool,
}

impl Shown {
    pub(crate) fn is_on(&self) -> bool {
        self.active > 0 || !self.q.is_empty()
    }

    pub fn new(asked: &Asked, filter: &Filter, setting: &Setting, w: &Words) -> Self {
        let label = |label: &crate::labels::Label| FilterOption {
            value: label.id.to_string(),
            name: label.name.clone(),
            tag: palette(Some(label.color)),
            on: filter.labels.contains(&label.id),
        };
        let person = |member: &crate::members::Member| FilterOption {
            value: member.id.to_string(),
            name: member.name.clone(),
            tag: 0,
            on: filter.assignees.contains(&member.id),
        };
        let status = |status: Status| {
            let shown = choice::status(w, status);
            FilterOption {
                value: shown.value,
                name: shown.name,
                tag: shown.tag,
                on: filter.statuses.contains(&status),
            }
        };
        Self {
            q: asked.q.clone(),
            labels: setting.labels.iter().map(label).collect(),
            people: setting.members.iter().filter(|member| member.is_assignable()).map(person).collect(),
            statuses: Status::ALL.into_iter().map(status).collect(),
            active: filter.labels.len() + filter.assignees.len() + filter.statuses.len(),
        }
    }
}
