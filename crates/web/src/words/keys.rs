//! What the keyboard does.

words! {
    Keys {
        title: "Keyboard",
        anywhere: "Anywhere",
        list: "Boards and lists",
        opened: "On an item",
        go: "Go to",
    }
}

/// A section of the keyboard's page.
pub struct KeyGroup {
    pub name: &'static str,
    pub keys: &'static [Key],
}

pub struct Key {
    pub what: &'static str,
    pub keys: &'static [&'static str],
}

const fn key(what: &'static str, keys: &'static [&'static str]) -> Key {
    Key { what, keys }
}

impl Keys {
    pub fn groups(&self) -> [KeyGroup; 4] {
        const ANYWHERE: &[Key] = &[
            key("Command palette", &["Ctrl K"]),
            key("Search or filter", &["/"]),
            key("Make a new one", &["c"]),
            key("Fold the sidebar", &["["]),
            key("Close, or take back", &["Esc"]),
            key("This page", &["?"]),
        ];
        const LIST: &[Key] = &[
            key("Next, previous", &["j", "k"]),
            key("Left, right, up, down", &["←", "→", "↑", "↓"]),
            key("Open", &["Enter"]),
            key("Select", &["x"]),
            key("Move: arrows, then Enter", &["m"]),
        ];
        const OPENED: &[Key] = &[
            key("Edit the title", &["e"]),
            key("Assign", &["a"]),
            key("Labels", &["l"]),
            key("Status", &["s"]),
            key("Priority", &["p"]),
            key("Dates", &["d"]),
            key("Save a text", &["Ctrl Enter"]),
        ];
        const GO: &[Key] = &[
            key("Projects", &["g", "p"]),
            key("Board as kanban", &["g", "k"]),
            key("Board as table", &["g", "t"]),
            key("Archive", &["g", "r"]),
            key("Import", &["g", "i"]),
            key("Members", &["g", "m"]),
            key("Account", &["g", "a"]),
        ];
        [
            KeyGroup { name: self.anywhere, keys: ANYWHERE },
            KeyGroup { name: self.list, keys: LIST },
            KeyGroup { name: self.opened, keys: OPENED },
            KeyGroup { name: self.go, keys: GO },
        ]
    }
}
