//! The counts of an import: of each kind, in the file = taken + left out.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::model::Board;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Board,
    Lists,
    Labels,
    Members,
    /// People who are no members of the board, named by cards or the history.
    FormerMembers,
    Cards,
    Attachments,
    Checklists,
    ChecklistEntries,
    /// The actions that are comments.
    Comments,
    /// All other actions.
    Activity,
    EntryDueDates,
    EntryMembers,
    DueReminders,
    Covers,
    Stickers,
    Votes,
    Locations,
    CustomFields,
    CustomFieldValues,
    PowerUps,
    PowerUpData,
    BoardRoles,
    BoardBackground,
}

/// Why something stays behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    CardGone,
    LooseChecklist,
    NotAWebLink,
    LinkTooLong,
    EmptyText,
    PositionMove,
    BoardHistory,
    CardNotNamed,
    CoverChange,
    OtherChange,
    Incomplete,
    UnknownAction,
    NoCounterpart,
    PowerUpsOwn,
    RolesByInvitation,
    NothingByThem,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CardGone => "its card is no longer on the board",
            Self::LooseChecklist => "the export has no card for it",
            Self::NotAWebLink => "its address is not http or https",
            Self::LinkTooLong => "its address is too long",
            Self::EmptyText => "it has no text",
            Self::PositionMove => "moves within a list are not kept, only the present order",
            Self::BoardHistory => "it is about the board, its lists or its members, not a card",
            Self::CardNotNamed => "the export does not say on which card",
            Self::CoverChange => "covers are not kept",
            Self::OtherChange => "it changed something that is not kept",
            Self::Incomplete => "the export does not say what was changed",
            Self::UnknownAction => "this kind of action is not known",
            Self::NoCounterpart => "there is nothing like it here",
            Self::PowerUpsOwn => "it belongs to a Power-Up",
            Self::RolesByInvitation => "people get their role when they are invited",
            Self::NothingByThem => "nothing that is taken names them",
        })
    }
}

/// How something was changed to fit, although it was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fitting {
    TitleCut,
    NameCut,
    NameGiven,
    LabelNamed,
    PersonUnknown,
    FileNotCopied,
    TemplateAsCard,
}

impl fmt::Display for Fitting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TitleCut => "the title was too long: all of it stands on top of the description",
            Self::NameCut => "the name was too long and was cut",
            Self::NameGiven => "it had no name and got one",
            Self::LabelNamed => "it had no name and got its colour's",
            Self::PersonUnknown => "the export does not say who this is",
            Self::FileNotCopied => "kept as a link: the file itself stays at Trello",
            Self::TemplateAsCard => "a card template became an ordinary card",
        })
    }
}

/// How many of a kind there are; what is not taken was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Count {
    pub kind: Kind,
    pub in_file: u64,
    pub taken: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    pub kind: Kind,
    pub count: u64,
    pub reason: Reason,
}

/// Taken, but not as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Fitted {
    pub kind: Kind,
    pub count: u64,
    pub how: Fitting,
}

/// What a dry run shows, and what the report of an import is checked against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub board: Board,
    /// Every kind of which the file has any.
    pub counts: Vec<Count>,
    /// For each kind these counts add up to `in_file - taken`.
    pub left_out: Vec<LeftOut>,
    pub fitted: Vec<Fitted>,
    /// Cards among those taken that are archived.
    pub archived_cards: u64,
    /// Lists among those taken that are archived.
    pub archived_lists: u64,
}

impl Summary {
    /// The count of `kind`; zeros where the file has none.
    #[must_use]
    pub fn count(&self, kind: Kind) -> Count {
        let none = Count { kind, in_file: 0, taken: 0 };
        self.counts.iter().copied().find(|count| count.kind == kind).unwrap_or(none)
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    taken: BTreeMap<Kind, u64>,
    left_out: BTreeMap<(Kind, Reason), u64>,
    fitted: BTreeMap<(Kind, Fitting), u64>,
}

impl Tally {
    pub fn take(&mut self, kind: Kind, count: u64) {
        *self.taken.entry(kind).or_default() += count;
    }

    pub fn leave(&mut self, kind: Kind, reason: Reason, count: u64) {
        if count > 0 {
            *self.left_out.entry((kind, reason)).or_default() += count;
        }
    }

    pub fn fit(&mut self, kind: Kind, how: Fitting) {
        *self.fitted.entry((kind, how)).or_default() += 1;
    }

    pub fn add(&mut self, other: Self) {
        let Self { taken, left_out, fitted } = other;
        taken.into_iter().for_each(|(kind, count)| self.take(kind, count));
        for ((kind, reason), count) in left_out {
            self.leave(kind, reason, count);
        }
        for (key, count) in fitted {
            *self.fitted.entry(key).or_default() += count;
        }
    }

    pub fn summary(&self, board: Board, archived_cards: u64, archived_lists: u64) -> Summary {
        let mut counts: BTreeMap<Kind, Count> = BTreeMap::new();
        let mut add = |kind, in_file, taken| {
            let count = counts.entry(kind).or_insert(Count { kind, in_file: 0, taken: 0 });
            count.in_file += in_file;
            count.taken += taken;
        };
        self.taken.iter().for_each(|(kind, taken)| add(*kind, *taken, *taken));
        self.left_out.iter().for_each(|((kind, _), left)| add(*kind, *left, 0));
        Summary {
            board,
            counts: counts.into_values().filter(|count| count.in_file > 0).collect(),
            left_out: (self.left_out.iter())
                .map(|((kind, reason), count)| LeftOut { kind: *kind, count: *count, reason: *reason })
                .collect(),
            fitted: (self.fitted.iter())
                .map(|((kind, how), count)| Fitted { kind: *kind, count: *count, how: *how })
                .collect(),
            archived_cards,
            archived_lists,
        }
    }
}
