//! Statuses, priorities and groups as something to show or to pick.

use web::words::Words;

use crate::items::{Priority, Status};

#[derive(Clone)]
pub(crate) struct Choice {
    /// What the form sends: `doing`, `high`, `grp_…`.
    pub value: String,
    pub name: String,
    /// Of the sprite.
    pub icon: &'static str,
    /// 1 to 10, or 0 for grey.
    pub tag: u8,
}

pub(crate) const fn status_name(w: &Words, status: Status) -> &'static str {
    match status {
        Status::Todo => w.status.todo,
        Status::Doing => w.status.doing,
        Status::Done => w.status.done,
        Status::Cancelled => w.status.cancelled,
    }
}

pub(crate) const fn priority_name(w: &Words, priority: Priority) -> &'static str {
    match priority {
        Priority::None => w.priority.none,
        Priority::Low => w.priority.low,
        Priority::Medium => w.priority.medium,
        Priority::High => w.priority.high,
        Priority::Urgent => w.priority.urgent,
    }
}

pub(crate) fn status(w: &Words, status: Status) -> Choice {
    let (icon, tag) = match status {
        Status::Todo => ("circle", 0),
        Status::Doing => ("circle-dot", 3),
        Status::Done => ("circle-check", 5),
        Status::Cancelled => ("circle-x", 0),
    };
    Choice { value: status.name().to_owned(), name: status_name(w, status).to_owned(), icon, tag }
}

pub(crate) fn priority(w: &Words, priority: Priority) -> Choice {
    let icon = match priority {
        Priority::None => "minus",
        Priority::Low => "signal-low",
        Priority::Medium => "signal-medium",
        Priority::High => "signal-high",
        Priority::Urgent => "octagon-alert",
    };
    Choice { value: priority.name().to_owned(), name: priority_name(w, priority).to_owned(), icon, tag: 0 }
}

/// A palette class from a column that keeps one, grey for none.
pub(crate) fn palette(color: Option<i64>) -> u8 {
    color.and_then(|color| u8::try_from(color).ok()).filter(|color| *color <= 10).unwrap_or(0)
}
