//! All words of the interface, in one folder, grouped by page.
//!
//! Templates read them as `page.w.boards.add_item`; scripts get theirs from [`Words::script`].
//! A group's texts stand in the file of its area; a word that takes an argument or counts is a function
//! below them. To add a language, give each group another constant beside `EN`, and make another
//! `static` of the same type here.

/// Makes the struct of each group, and its English texts.
macro_rules! words {
    ($( $(#[$about:meta])* $group:ident { $($key:ident: $text:literal,)* } )*) => {
        $(
            $(#[$about])*
            pub struct $group { $(pub $key: &'static str,)* }

            impl $group {
                pub(super) const EN: Self = Self { $($key: $text,)* };
            }
        )*
    };
}

mod activity;
mod backups;
mod boards;
mod frame;
mod imports;
mod items;
mod keys;
mod people;
mod script;
mod start;
mod two_factor;

pub use activity::Activity;
pub use backups::Backups;
pub use boards::{Archive, Boards, Projects, Trash};
pub use frame::{Common, ErrorWords, FrameWords, Palette, Stale, SudoWords};
pub use imports::Imports;
pub use items::{Item, Priority, Status};
pub use keys::{Key, KeyGroup, Keys};
pub use people::{Account, Members, Roles};
pub use start::{Invite, MasterKeyWords, Setup, SignIn};
pub use two_factor::TwoFactor;

pub struct Words {
    pub common: Common,
    pub frame: FrameWords,
    pub palette: Palette,
    pub sudo: SudoWords,
    pub stale: Stale,
    pub error: ErrorWords,
    pub sign_in: SignIn,
    pub setup: Setup,
    pub master_key: MasterKeyWords,
    pub invite: Invite,
    pub members: Members,
    pub roles: Roles,
    pub account: Account,
    pub two_factor: TwoFactor,
    pub projects: Projects,
    pub boards: Boards,
    pub archive: Archive,
    pub trash: Trash,
    pub item: Item,
    pub status: Status,
    pub activity: Activity,
    pub priority: Priority,
    pub imports: Imports,
    pub backups: Backups,
    pub keys: Keys,
}

pub static EN: Words = Words {
    common: Common::EN,
    frame: FrameWords::EN,
    palette: Palette::EN,
    sudo: SudoWords::EN,
    stale: Stale::EN,
    error: ErrorWords::EN,
    sign_in: SignIn::EN,
    setup: Setup::EN,
    master_key: MasterKeyWords::EN,
    invite: Invite::EN,
    members: Members::EN,
    roles: Roles::EN,
    account: Account::EN,
    two_factor: TwoFactor::EN,
    projects: Projects::EN,
    boards: Boards::EN,
    archive: Archive::EN,
    trash: Trash::EN,
    item: Item::EN,
    status: Status::EN,
    activity: Activity::EN,
    priority: Priority::EN,
    imports: Imports::EN,
    backups: Backups::EN,
    keys: Keys::EN,
};
