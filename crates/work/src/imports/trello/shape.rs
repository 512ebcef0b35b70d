//! Which fields of an export are read; all others are passed over.

/// What is kept of a value.
#[derive(Debug)]
pub(super) enum Shape {
    /// Text, number, boolean or null.
    Leaf,
    /// A list whose length alone matters.
    Count,
    List(&'static Shape),
    Object(&'static [(&'static str, Shape)]),
}

use Shape::{Count, Leaf, List, Object};

impl Shape {
    /// The field `key` of an object of this shape, by its static name.
    pub fn field(&'static self, key: &str) -> Option<(&'static str, &'static Shape)> {
        let Object(fields) = self else { return None };
        fields.iter().find(|(name, _)| *name == key).map(|(name, shape)| (*name, shape))
    }
}

/// The parts of an export that are lists of any length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Actions,
    Cards,
    Checklists,
    Labels,
    Lists,
    Members,
}

impl Section {
    pub fn of(key: &str) -> Option<Self> {
        Some(match key {
            "actions" => Self::Actions,
            "cards" => Self::Cards,
            "checklists" => Self::Checklists,
            "labels" => Self::Labels,
            "lists" => Self::Lists,
            "members" => Self::Members,
            _ => return None,
        })
    }

    pub fn key(self) -> &'static str {
        match self {
            Self::Actions => "actions",
            Self::Cards => "cards",
            Self::Checklists => "checklists",
            Self::Labels => "labels",
            Self::Lists => "lists",
            Self::Members => "members",
        }
    }

    pub fn element(self) -> &'static Shape {
        match self {
            Self::Actions => &ACTION,
            Self::Cards => &CARD,
            Self::Checklists => &CHECKLIST,
            Self::Labels => &LABEL,
            Self::Lists => &LIST,
            Self::Members => &PERSON,
        }
    }
}

/// The export itself; its sections are read one element at a time.
pub(super) static BOARD: Shape = Object(&[
    ("id", Leaf),
    ("name", Leaf),
    ("desc", Leaf),
    ("closed", Leaf),
    ("url", Leaf),
    ("prefs", Object(&[("background", Leaf)])),
    ("powerUps", Count),
    ("pluginData", Count),
    ("customFields", Count),
    ("memberships", Count),
    // Two marks of an export of one card alone.
    ("idBoard", Leaf),
    ("idList", Leaf),
    ("actions", Count),
    ("cards", Count),
    ("checklists", Count),
    ("labels", Count),
    ("lists", Count),
    ("members", Count),
]);

static LIST: Shape = Object(&[("id", Leaf), ("name", Leaf), ("closed", Leaf), ("pos", Leaf)]);

static LABEL: Shape = Object(&[("id", Leaf), ("name", Leaf), ("color", Leaf)]);

static PERSON: Shape = PERSON_FIELDS;

const PERSON_FIELDS: Shape =
    Object(&[("id", Leaf), ("fullName", Leaf), ("username", Leaf), ("initials", Leaf)]);

static CARD: Shape = Object(&[
    ("id", Leaf),
    ("idShort", Leaf),
    ("name", Leaf),
    ("desc", Leaf),
    ("closed", Leaf),
    ("due", Leaf),
    ("dueComplete", Leaf),
    ("dueReminder", Leaf),
    ("start", Leaf),
    ("pos", Leaf),
    ("idList", Leaf),
    ("idLabels", List(&Leaf)),
    ("labels", List(&LABEL)),
    ("idMembers", List(&Leaf)),
    ("idMembersVoted", Count),
    ("isTemplate", Leaf),
    ("idAttachmentCover", Leaf),
    ("coordinates", Object(&[("latitude", Leaf)])),
    ("address", Leaf),
    ("locationName", Leaf),
    (
        "cover",
        Object(&[
            ("color", Leaf),
            ("idAttachment", Leaf),
            ("idUploadedBackground", Leaf),
            ("sharedSourceUrl", Leaf),
        ]),
    ),
    (
        "attachments",
        List(&Object(&[("id", Leaf), ("name", Leaf), ("url", Leaf), ("date", Leaf), ("isUpload", Leaf)])),
    ),
    ("badges", Object(&[("votes", Leaf)])),
    ("customFieldItems", Count),
    ("stickers", Count),
    ("pluginData", Count),
]);

static CHECKLIST: Shape = Object(&[
    ("id", Leaf),
    ("name", Leaf),
    ("idCard", Leaf),
    ("pos", Leaf),
    (
        "checkItems",
        List(&Object(&[
            ("id", Leaf),
            ("name", Leaf),
            ("state", Leaf),
            ("pos", Leaf),
            ("due", Leaf),
            ("idMember", Leaf),
        ])),
    ),
]);

const NAMED: Shape = Object(&[("id", Leaf), ("name", Leaf)]);

static ACTION: Shape = Object(&[
    ("id", Leaf),
    ("type", Leaf),
    ("date", Leaf),
    ("idMemberCreator", Leaf),
    ("memberCreator", PERSON_FIELDS),
    ("member", PERSON_FIELDS),
    (
        "data",
        Object(&[
            ("card", CHANGED),
            ("old", CHANGED),
            ("list", NAMED),
            ("listBefore", NAMED),
            ("listAfter", NAMED),
            ("boardSource", NAMED),
            ("idMember", Leaf),
            ("member", NAMED),
            ("text", Leaf),
            ("dateLastEdited", Leaf),
            ("idOriginalCommenter", Leaf),
            ("checklist", NAMED),
            ("checkItem", Object(&[("id", Leaf), ("name", Leaf), ("state", Leaf)])),
            ("attachment", Object(&[("id", Leaf), ("name", Leaf), ("url", Leaf)])),
            ("label", Object(&[("id", Leaf), ("name", Leaf), ("color", Leaf)])),
        ]),
    ),
]);

/// What an `updateCard` names: the card after, and under `old` each changed field as it was.
const CHANGED: Shape = Object(&[
    ("id", Leaf),
    ("name", Leaf),
    ("desc", Leaf),
    ("closed", Leaf),
    ("due", Leaf),
    ("dueComplete", Leaf),
    ("start", Leaf),
    ("idList", Leaf),
    ("pos", Leaf),
    ("idAttachmentCover", Leaf),
    ("cover", Object(&[])),
]);
