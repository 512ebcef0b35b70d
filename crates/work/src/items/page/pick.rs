//! What a field of an item can be, in a popover.

use std::str::FromStr;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Result;
use store::TenantTx;
use web::page::{Page, Person};
use web::words::Words;
use web::{Answer, App, Html, PathIds, Signed, Visit};

use crate::groups;
use crate::items::{self, Date, ItemId, ItemRow, Priority, Status};
use crate::labels;
use crate::members;
use crate::page::choice::{self, Choice, palette};
use crate::page::people;

/// GET /items/{id}/pick/{field}: what one can choose.
#[derive(Template)]
#[template(path = "items/picker.html")]
struct Picker {
    page: Page,
    item_id: String,
    field: PickField,
    options: Vec<PickOption>,
    /// Only for dates: `2025-11-21` or empty.
    start_on: String,
    due_on: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PickField {
    /// POST /items/{id}/status (status)
    Status,
    /// POST /items/{id}/priority (priority)
    Priority,
    /// POST /items/{id}/labels (add | remove = label id; create = name of a new one)
    Labels,
    /// POST /items/{id}/assignees (add | remove = user id)
    Assignees,
    /// POST /items/{id}/dates (start_on, due_on; empty clears)
    Dates,
    /// POST /items/{id}/move (group_id)
    Group,
}

impl PickField {
    /// The last part of the address that the form posts to.
    fn path(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Labels => "labels",
            Self::Assignees => "assignees",
            Self::Dates => "dates",
            Self::Group => "move",
        }
    }

    fn many(self) -> bool {
        matches!(self, Self::Labels | Self::Assignees)
    }

    /// The name of the form's field where one option is chosen.
    fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Priority => "priority",
            _ => "group_id",
        }
    }
}

/// As the picker's own address names it.
impl FromStr for PickField {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        Ok(match text {
            "status" => Self::Status,
            "priority" => Self::Priority,
            "labels" => Self::Labels,
            "assignees" => Self::Assignees,
            "dates" => Self::Dates,
            "group" => Self::Group,
            _ => return Err(()),
        })
    }
}

struct PickOption {
    value: String,
    name: String,
    icon: Option<&'static str>,
    /// For people.
    person: Option<Person>,
    tag: u8,
    on: bool,
}

pub(super) async fn show(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    PathIds((id, field)): PathIds<(ItemId, PickField)>,
) -> Answer<Response> {
    let page = visit.fragment(&app);
    let w = page.w;
    let (item, options) = app
        .store
        .tenant(&caller)
        .read(async move |tx| {
            let item = items::find(tx, id).await?;
            let options = options(tx, &item, field, w).await?;
            Ok((item, options))
        })
        .await?;
    let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let (start_on, due_on) = (day(item.start_on), day(item.due_on));
    Ok(Html(Picker { page, item_id: id.to_string(), field, options, start_on, due_on }).into_response())
}

async fn options(tx: &mut TenantTx, item: &ItemRow, field: PickField, w: &Words) -> Result<Vec<PickOption>> {
    Ok(match field {
        PickField::Dates => Vec::new(),
        PickField::Status => {
            Status::ALL.map(|status| chosen(choice::status(w, status), status == item.status)).into()
        }
        PickField::Priority => {
            let option = |one: Priority| chosen(choice::priority(w, one), one == item.priority);
            Priority::ALL.into_iter().rev().map(option).collect()
        }
        PickField::Group => {
            let groups = groups::of_board(tx, item.board_id).await?;
            groups
                .into_iter()
                .map(|group| plain(group.id, group.name, group.color, group.id == item.group_id))
                .collect()
        }
        PickField::Labels => {
            let labels = labels::of_project(tx, item.project_id).await?;
            let option = |label: labels::Label| {
                plain(label.id, label.name, Some(label.color), item.labels.contains(label.id))
            };
            labels.into_iter().map(option).collect()
        }
        PickField::Assignees => {
            let members = members::everybody(tx).await?;
            let shown =
                |member: &members::Member| member.is_assignable() || item.assignees.contains(member.id);
            let option = |member: members::Member| PickOption {
                person: Some(people::shown(&member)),
                ..plain(member.id, member.name, None, item.assignees.contains(member.id))
            };
            members.into_iter().filter(shown).map(option).collect()
        }
    })
}

fn plain(id: impl ToString, name: String, color: Option<i64>, on: bool) -> PickOption {
    PickOption { value: id.to_string(), name, icon: None, person: None, tag: palette(color), on }
}

fn chosen(choice: Choice, on: bool) -> PickOption {
    PickOption {
        value: choice.value,
        name: choice.name,
        icon: Some(choice.icon),
        person: None,
        tag: choice.tag,
        on,
    }
}
