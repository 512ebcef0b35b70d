//! What an export becomes: plain values for whoever writes them. Times are microseconds UTC.

use serde::Serialize;

use super::ident::SourceId;

/// The board itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Board {
    pub id: SourceId,
    /// One line, at most [`Limits::name_chars`](super::Limits::name_chars) characters, not empty.
    pub name: String,
    /// Markdown; empty where there is none.
    pub description: String,
    /// Closed in Trello: archived.
    pub closed: bool,
}

/// A Trello list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub id: SourceId,
    /// One line, not empty.
    pub name: String,
    /// Archived in Trello; its cards may still be open.
    pub closed: bool,
    /// Place on the board among all groups, from 0 without gaps.
    pub rank: u32,
}

/// A Trello label. Names may repeat: Trello tells labels of one name apart by colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub id: SourceId,
    /// One line, not empty: a label without a name has its colour's.
    pub name: String,
    /// Palette class, 1 to 10: red, orange, yellow, lime, green, sky, blue, purple, pink, grey.
    pub palette: u8,
}

/// A Trello account that the export names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: SourceId,
    /// One line, not empty.
    pub full_name: String,
    /// Without `@`; empty where the export does not say.
    pub username: String,
    /// One to four letters; empty where the name has none.
    pub initials: String,
    /// A member of the board; the others are only named by cards or the history.
    pub on_board: bool,
}

/// A card with its checklists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub id: SourceId,
    /// The number that Trello shows, unique on one board in Trello but not checked to be.
    pub number: Option<u32>,
    /// One line, not empty.
    pub name: String,
    /// Markdown. Begins with the whole title where the title had to be cut.
    pub description: String,
    /// Archived in Trello.
    pub closed: bool,
    pub due: Option<i64>,
    pub due_complete: bool,
    pub start: Option<i64>,
    /// One of the groups.
    pub group: SourceId,
    /// Place in its group among all its cards, archived ones too, from 0 without gaps.
    pub rank: u32,
    /// Each one of the labels, none twice.
    pub labels: Vec<SourceId>,
    /// Each one of the people, none twice.
    pub members: Vec<SourceId>,
    pub attachments: Vec<Link>,
    /// From the `createCard` action, else from the id (to the second).
    pub created: i64,
    /// Who made it, where the history tells.
    pub creator: Option<SourceId>,
    /// In their order on the card.
    pub checklists: Vec<Checklist>,
}

/// An attachment, as the address at which Trello or another site keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub id: SourceId,
    /// One line, not empty: the address where Trello has no name.
    pub name: String,
    /// `http` or `https`.
    pub url: String,
    pub date: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    pub id: SourceId,
    /// One line, not empty.
    pub name: String,
    /// In their order in the checklist.
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: SourceId,
    /// One line of at most [`Limits::text_chars`](super::Limits::text_chars) characters, not empty.
    pub text: String,
    pub done: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The action's id.
    pub id: SourceId,
    pub card: SourceId,
    /// One of the people, where the export says who.
    pub author: Option<SourceId>,
    pub at: i64,
    pub edited: Option<i64>,
    /// Markdown, not empty.
    pub text: String,
}

/// One action on a card that is on the board; `changes` is never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The action's id.
    pub id: SourceId,
    pub card: SourceId,
    /// One of the people, where the export says who.
    pub person: Option<SourceId>,
    pub at: i64,
    pub changes: Vec<Change>,
}

/// A list as it was called when the action happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListThen {
    /// Not always one of the groups: lists of other boards are named too.
    pub id: Option<SourceId>,
    /// Empty where the export does not say.
    pub name: String,
}

/// What an action changed; names are one line and may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Made new, as a copy, from a checklist entry or by e-mail.
    Created {
        list: Option<ListThen>,
    },
    /// Moved here from another board.
    Arrived {
        board: String,
    },
    Renamed {
        from: String,
        to: String,
    },
    Described {
        from: String,
        to: String,
    },
    Moved {
        from: ListThen,
        to: ListThen,
    },
    Archived,
    Restored,
    /// Set (`from` is none), changed, or removed (`to` is none).
    Due {
        from: Option<i64>,
        to: Option<i64>,
    },
    DueComplete {
        done: bool,
    },
    Start {
        from: Option<i64>,
        to: Option<i64>,
    },
    MemberAdded {
        person: SourceId,
    },
    MemberRemoved {
        person: SourceId,
    },
    LabelAdded {
        name: String,
    },
    LabelRemoved {
        name: String,
    },
    ChecklistAdded {
        name: String,
    },
    ChecklistRemoved {
        name: String,
    },
    ChecklistRenamed {
        from: String,
        to: String,
    },
    EntryDone {
        checklist: String,
        entry: String,
        done: bool,
    },
    /// `url` only where it is `http` or `https`.
    AttachmentAdded {
        name: String,
        url: Option<String>,
    },
    AttachmentRemoved {
        name: String,
    },
}

/// A stretch of what was asked for. `next` is where to go on; a writer that stores it with what
/// it wrote resumes there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk<T> {
    pub items: Vec<T>,
    /// `from` plus the number of items; the whole count when all is done.
    pub next: usize,
}
