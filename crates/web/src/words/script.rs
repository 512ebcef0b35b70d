//! What the scripts say.

use super::Words;

impl Words {
    /// What the scripts say. Keys are attribute names without `data-`; `%` is the argument.
    pub fn script(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        [
            ("copied", "Copied"),
            ("undo", "Undo"),
            ("retry", "Try again"),
            ("sign-in", "Sign in"),
            ("signed-out", "You are signed out. Sign in again; this page keeps what you typed."),
            ("gone", "It is not there any more."),
            ("forbidden", "You may not do this."),
            ("conflict", "Somebody changed it meanwhile. Here is how it stands now."),
            ("too-many", "Too many requests. Wait % seconds."),
            ("failed", "That did not work on our side. Request %"),
            ("refused", "The server refused: %"),
            ("offline", "Offline. What you change is kept here and sent when the server answers."),
            ("offline-one", "Offline. 1 change waits here and is sent when the server answers."),
            ("offline-many", "Offline. % changes wait here and are sent when the server answers."),
            ("online", "Back online. Everything is sent."),
            ("move-start", "Moving %. Arrows choose the place, Enter drops, Escape puts it back."),
            ("move-place", "Place %"),
            ("move-done", "Dropped. %"),
            ("move-back", "Put back."),
            ("moved", "Moved to %."),
            ("place", "% of"),
            ("in", "in"),
            ("selected-one", "1 selected"),
            ("selected-many", "% selected"),
            ("palette-go", "Go to"),
            ("palette-do", "Do"),
            ("palette-items", "Items"),
            ("theme-light", "Light theme"),
            ("theme-dark", "Dark theme"),
            ("theme-system", "Theme of the system"),
            ("fold", "Fold the sidebar"),
            ("keys", "Keyboard"),
            ("sign-out", "Sign out"),
            ("new-item", "New item"),
            ("delete", "Delete"),
            ("shown", "% items shown"),
            ("sudo-wrong", "That is not the password."),
            ("not-saved", "Not saved: %"),
            ("live-new", "New: %."),
            ("live-changed", "% has changed."),
            ("live-moved", "% has moved."),
            ("live-update", "New update on %."),
            ("live-gone", "% is no longer here."),
            ("live-many", "% items have changed."),
            ("live-kept", "% was deleted elsewhere. What you typed stays here until you close it."),
        ]
        .into_iter()
    }
}
