//! An entry of the history as a sentence that goes on after its actor's name.

use kernel::UserId;
use serde_json::Value as Json;
use web::words::Words;

use crate::activity::Activity;
use crate::items::{Priority, Status};
use crate::page::choice::{priority_name, status_name};
use crate::page::due::Today;
use crate::page::people::People;

/// Names in one sentence; more are counted.
const NAMED: usize = 8;

pub(super) fn of(entry: &Activity, people: &People, today: &Today, w: &'static Words) -> String {
    let words = &w.activity;
    let (old, new) = (entry.old.as_ref().unwrap_or(&Json::Null), entry.new.as_ref().unwrap_or(&Json::Null));
    let text = |value: &Json, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    match entry.kind.as_str() {
        "changed" => changed(entry.field.as_deref().unwrap_or_default(), old, new, people, today, w),
        "created" => words.created.to_owned(),
        "archived" => words.archived.to_owned(),
        "restored" => words.restored.to_owned(),
        "deleted" => words.deleted.to_owned(),
        "update_removed" => words.update_removed.to_owned(),
        "moved" => moved(old, new, w),
        kind if kind.starts_with("checklist_") => {
            words.checklist(kind, &text(old, "title"), &text(new, "title"))
        }
        kind if kind.starts_with("entry_") => {
            let list = if new.is_null() { text(old, "checklist") } else { text(new, "checklist") };
            words.entry(kind, &text(old, "text"), &text(new, "text"), &list)
        }
        kind if kind.starts_with("link_") => {
            words.link(kind, &if new.is_null() { text(old, "name") } else { text(new, "name") })
        }
        _ => words.changed.to_owned(),
    }
}

fn changed(field: &str, old: &Json, new: &Json, people: &People, today: &Today, w: &'static Words) -> String {
    let words = &w.activity;
    match field {
        "title" => words.renamed(old.as_str().unwrap_or_default(), new.as_str().unwrap_or_default()),
        "description" => match (is_blank(old), is_blank(new)) {
            (true, false) => words.described.to_owned(),
            (false, true) => words.undescribed.to_owned(),
            _ => words.redescribed.to_owned(),
        },
        "status" => {
            let name = |value: &Json| {
                value.as_str().and_then(Status::from_name).map(|status| status_name(w, status))
            };
            words.set(words.status, name(old), name(new))
        }
        "priority" => {
            let known = |value: &Json| value.as_str().and_then(Priority::from_name);
            let name =
                |value| known(value).filter(|one| *one != Priority::None).map(|one| priority_name(w, one));
            words.set(words.priority, name(old), name(new))
        }
        "start_on" | "due_on" => {
            let what = if field == "due_on" { words.due_on } else { words.start_on };
            let day = |value: &Json| value.as_str().map(|date| today.day(date));
            words.set(what, day(old).as_deref(), day(new).as_deref())
        }
        "labels" => {
            let (gone, added) = differences(old, new, |label| {
                label["name"].as_str().filter(|name| !name.is_empty()).unwrap_or(words.a_label).to_owned()
            });
            told(&gone, &added, words.changed, || words.labels(&shown(&added), &shown(&gone)))
        }
        "assignees" => {
            let (gone, added) = differences(old, new, |user| {
                let id = user.as_str().and_then(|id| id.parse::<UserId>().ok());
                id.and_then(|id| people.name(id)).unwrap_or(words.a_person).to_owned()
            });
            told(&gone, &added, words.changed, || words.assignees(&shown(&added), &shown(&gone)))
        }
        "parent" => match new["title"].as_str() {
            Some(title) => words.parented(title),
            None => words.unparented.to_owned(),
        },
        _ => words.changed.to_owned(),
    }
}

fn is_blank(value: &Json) -> bool {
    value.as_str().is_none_or(str::is_empty)
}

/// What is in the one list and not in the other, by name: gone, and added.
fn differences(old: &Json, new: &Json, name: impl Fn(&Json) -> String) -> (Vec<String>, Vec<String>) {
    let list = |value: &Json| value.as_array().cloned().unwrap_or_default();
    let (old, new) = (list(old), list(new));
    let only = |these: &[Json], others: &[Json]| {
        let same = |one: &Json, other: &Json| {
            if one["id"].is_string() { one["id"] == other["id"] } else { one == other }
        };
        these.iter().filter(|one| !others.iter().any(|other| same(one, other))).map(&name).collect()
    };
    (only(&old, &new), only(&new, &old))
}

/// A list that has only another order changed all the same.
fn told(gone: &[String], added: &[String], changed: &str, sentence: impl FnOnce() -> String) -> String {
    if gone.is_empty() && added.is_empty() { changed.to_owned() } else { sentence() }
}

fn shown(names: &[String]) -> Vec<&str> {
    names.iter().take(NAMED).map(String::as_str).collect()
}

/// Within a board the groups are named, across boards and projects those as well.
fn moved(old: &Json, new: &Json, w: &'static Words) -> String {
    let name = |value: &Json, what: &str| value[what]["name"].as_str().map(str::to_owned);
    let across = |what: &str| !new[what].is_null() && old[what] != new[what];
    let place = |value: &Json| {
        let parts = [
            ("project", across("project")),
            ("board", across("board") || value["group"].is_null()),
            ("group", true),
        ];
        let parts: Vec<String> =
            parts.into_iter().filter(|(_, told)| *told).filter_map(|(what, _)| name(value, what)).collect();
        (!parts.is_empty()).then(|| parts.join(" / "))
    };
    w.activity.moved_between(place(old).as_deref(), place(new).as_deref())
}
