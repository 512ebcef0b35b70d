//! The product's own statements and what one create gives them, for the bare libraries.

use kernel::access::{Actor, Credential};
use kernel::audit::{Draft, Entry, Link, Record, append};
use kernel::id::AuditId;
use kernel::{Timestamp, UserId, WorkspaceId};
use serde_json::json;
use uuid::Uuid;

/// The text of a registered statement.
pub fn text(name: &str) -> &'static str {
    store::registered().find(|statement| statement.name == name).map(|statement| statement.text).expect(name)
}

pub const ALLOCATE: &str = "work::items::store::ALLOCATE";
pub const INSERT: &str = "work::items::store::INSERT";
pub const ACTIVITY: &str = "work::activity::store::INSERT";
pub const HEAD: &str = "store::chain::TENANT_HEAD";
pub const MOVE_HEAD: &str = "store::chain::TENANT_MOVE_HEAD";
pub const RECORD: &str = "store::chain::TENANT_RECORD";

/// Where the items go.
#[derive(Clone, Copy)]
pub struct Place {
    pub workspace: Uuid,
    pub board: Uuid,
    pub group: Uuid,
    pub user: Uuid,
}

/// A parameter of either library.
#[derive(Debug, Clone)]
pub enum Parameter {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    Uuid(Uuid),
}

use Parameter::{Bytes, Int, Null, Text};

fn new_id(at: Timestamp) -> Uuid {
    AuditId::new(at).uuid()
}

fn now() -> Timestamp {
    kernel::Clock::system().now()
}

/// Parameters of the item's and its activity's INSERT, and the record about it.
pub fn item(
    place: Place,
    project: Uuid,
    number: i64,
    last: Option<&str>,
) -> (Vec<Parameter>, Vec<Parameter>, Draft) {
    let at = now();
    let id = new_id(at);
    let position = work::position::after(last).expect("a position");
    let item = vec![
        Parameter::Uuid(place.workspace),
        Parameter::Uuid(id),
        Parameter::Uuid(project),
        Parameter::Uuid(place.board),
        Parameter::Uuid(place.group),
        Int(number),
        Text(crate::TITLE.into()),
        Text(String::new()),
        Text("todo".into()),
        Int(0),
        Null,
        Null,
        Null,
        Text(position),
        Text(String::new()),
        Text(String::new()),
        Int(0),
        Int(0),
        Int(0),
        Int(0),
        Null,
        Parameter::Uuid(place.user),
        Int(at.micros()),
        Int(at.micros()),
    ];
    let activity = vec![
        Parameter::Uuid(place.workspace),
        Parameter::Uuid(new_id(at)),
        Parameter::Uuid(id),
        Parameter::Uuid(place.user),
        Int(at.micros()),
        Text("created".into()),
        Null,
        Null,
        Null,
    ];
    let actor = Actor {
        user: Some(UserId::from_uuid(place.user)),
        credential: Credential::System,
        origin: crate::origin(),
    };
    let entry = Entry::new("item.created", id)
        .details(json!({"project": project, "board": place.board, "number": number}))
        .personal("title", crate::TITLE, None);
    (item, activity, Draft { id: AuditId::new(at), at, actor, entry })
}

/// The record's place in the chain, its new end, and the parameters of its INSERT.
pub fn record(place: Place, last: Link, draft: Draft) -> (Link, Vec<Parameter>) {
    let record: Record = append(last, Some(WorkspaceId::from_uuid(place.workspace)), draft);
    let row = vec![
        Parameter::Uuid(place.workspace),
        Int(record.seq),
        Parameter::Uuid(record.id.uuid()),
        Int(record.at.micros()),
        record.actor.map_or(Null, |user| Parameter::Uuid(user.uuid())),
        Text(record.credential),
        Text(record.action),
        Text(record.resource),
        Text(record.details),
        Text(record.personal),
        Bytes(record.commitments),
        Bytes(record.hash.to_vec()),
    ];
    (Link { seq: record.seq, hash: record.hash }, row)
}
