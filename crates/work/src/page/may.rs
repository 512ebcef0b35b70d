//! What a caller may do, for leaving out what is never allowed. The actions ask again.

use kernel::UserId;
use kernel::access::{Area, Caller, Level};

/// Buttons that are never allowed are left out of the page.
#[derive(Clone, Copy, Default)]
pub(crate) struct May {
    /// Make items.
    pub create: bool,
    /// Change title, description, labels, assignees, dates, checklists; move; archive.
    pub edit: bool,
    /// Change the status (testers may, without `edit`).
    pub status: bool,
    /// Write updates.
    pub comment: bool,
    /// Delete items.
    pub delete: bool,
    /// Rename the board, its groups, their limits.
    pub arrange: bool,
}

impl May {
    /// On a board as a whole.
    pub fn on_board(caller: &Caller) -> Self {
        let files = caller.may(Area::Tasks, Level::Limited);
        let full = caller.may(Area::Tasks, Level::Full);
        Self {
            create: files,
            edit: full,
            status: files,
            comment: files,
            delete: full,
            arrange: caller.may(Area::Projects, Level::Full),
        }
    }

    /// On one item: whoever is limited edits what they filed.
    pub fn on_item(caller: &Caller, filed_by: Option<UserId>) -> Self {
        let board = Self::on_board(caller);
        let own = caller.may(Area::Tasks, Level::Limited) && filed_by == Some(caller.user());
        Self { edit: board.edit || own, ..board }
    }
}
