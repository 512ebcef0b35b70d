//! What every page and fragment hands to its template.

use crate::words::Words;

/// Handed to every template, page or fragment, as its field `page`.
pub struct Page {
    /// The catalogue of words in the person's language.
    pub w: &'static Words,
    pub assets: Assets,
    /// Without the product's name, which the layout adds.
    pub title: String,
    /// Which entry of the sidebar is the current one: `projects`, `import`, `members`, `account`
    /// or empty. Projects and boards carry their own `current`.
    pub here: &'static str,
    /// `en`.
    pub lang: &'static str,
    /// The cookie `theme`: `light`, `dark`, or empty for the system's.
    pub theme: &'static str,
    /// The cookie `side` is `folded`: the sidebar shows icons only.
    pub folded: bool,
    /// IANA name from the profile; empty means the browser's.
    pub time_zone: String,
    /// Where the stream of events goes on from what this page shows: the id of an event, or empty.
    pub events: String,
    /// None outside the frame (signed out) and in fragments.
    pub frame: Option<Frame>,
}

/// Addresses of the bundle, from `ui::url`; the server hands them down, since only it depends on `ui`.
#[derive(Debug, Clone, Copy)]
pub struct Assets {
    /// `app.css`
    pub css: &'static str,
    /// `app.js`
    pub js: &'static str,
    /// `sprite.svg`
    pub sprite: &'static str,
    /// `favicon.svg`
    pub favicon: &'static str,
    /// `inter-latin-wght-normal.woff2`
    pub font: &'static str,
}

pub struct Frame {
    pub workspace: WorkspaceLink,
    /// All workspaces of this person, this one among them.
    pub workspaces: Vec<WorkspaceLink>,
    pub person: Person,
    /// The role's name in the person's language.
    pub role: &'static str,
    pub projects: Vec<ProjectLink>,
    pub may_create_project: bool,
    pub may_import: bool,
    /// Policies and the audit log.
    pub may_secure: bool,
    /// One of those who run the instance.
    pub is_superadmin: bool,
}

pub struct WorkspaceLink {
    pub id: String,
    pub name: String,
    /// 1 to 10, made from the id: `tag_of(id)`.
    pub tag: u8,
}

impl WorkspaceLink {
    pub fn initial(&self) -> String {
        self.name.chars().next().map(|first| first.to_uppercase().collect()).unwrap_or_default()
    }
}

pub struct ProjectLink {
    pub url: String,
    pub key: String,
    pub name: String,
    pub current: bool,
    pub boards: Vec<BoardLink>,
}

pub struct BoardLink {
    pub url: String,
    pub name: String,
    pub current: bool,
}

/// Somebody, as an avatar. Never an e-mail address.
#[derive(Clone)]
pub struct Person {
    pub id: String,
    pub name: String,
    /// At most two letters.
    pub initials: String,
    /// 1 to 10.
    pub tag: u8,
    /// From an import, not yet invited.
    pub placeholder: bool,
}

/// A moment. The page shows it relative, in the person's zone; this is what stands there until then.
#[derive(Clone)]
pub struct Time {
    /// RFC 3339 UTC.
    pub iso: String,
    /// `21 Nov 2025, 22:58 UTC`
    pub text: String,
}

/// What was wrong with a form: beside the fields, and above them.
#[derive(Default)]
pub struct FormErrors {
    pub summary: Option<String>,
    /// Name of the input -> what is wrong and what to do.
    pub fields: Vec<(&'static str, String)>,
}

impl FormErrors {
    pub fn of(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, text)| text.as_str())
    }
}

/// A message at the foot of the page, with the way back where there is one.
pub struct Toast {
    pub text: String,
    pub undo: Option<Undo>,
}

pub struct Undo {
    /// Where the form of the undo button posts.
    pub url: String,
    pub fields: Vec<(&'static str, String)>,
}

/// A palette class for anything that has no colour of its own; the same input gives the same class.
pub fn tag_of(id: &str) -> u8 {
    let sum = id.bytes().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    u8::try_from(sum % 10 + 1).unwrap_or(1)
}

/// `Ada Moreno` -> `AM`, `Ada` -> `A`.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// Any refusal or failure as a page. Words are in `w.error`.
#[derive(askama::Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub page: Page,
    pub status: u16,
    pub title: &'static str,
    pub detail: String,
    pub request_id: String,
}
