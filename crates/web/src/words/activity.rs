//! What happened to an item, in sentences that go on after an actor's name.

words! {
    /// What happened to an item. An actor's name stands before it.
    Activity {
        somebody: "Somebody",
        a_label: "a label",
        a_person: "somebody",
        created: "created this item",
        archived: "archived this item",
        restored: "restored this item",
        deleted: "deleted this item",
        moved: "moved this item",
        changed: "changed this item",
        update_removed: "deleted an update",
        title: "the title",
        status: "the status",
        priority: "the priority",
        start_on: "the start date",
        due_on: "the due date",
        described: "added a description",
        redescribed: "changed the description",
        undescribed: "removed the description",
        unparented: "took it out of its parent",
    }
}

impl Activity {
    /// A field that has one value: `changed the status from To do to Doing`.
    pub fn set(&self, what: &str, old: Option<&str>, new: Option<&str>) -> String {
        match (old, new) {
            (Some(old), Some(new)) => format!("changed {what} from {old} to {new}"),
            (None, Some(new)) => format!("set {what} to {new}"),
            (Some(old), None) => format!("removed {what}, which was {old}"),
            (None, None) => format!("changed {what}"),
        }
    }

    pub fn renamed(&self, old: &str, new: &str) -> String {
        format!("renamed it from “{old}” to “{new}”")
    }

    /// Labels that came and went, each by its name; at least one.
    pub fn labels(&self, added: &[&str], removed: &[&str]) -> String {
        let named = |names: &[&str]| {
            if names.len() == 1 { "the label " } else { "the labels " }.to_owned() + &names.join(", ")
        };
        both(
            added,
            removed,
            |names| format!("added {}", named(names)),
            |names| format!("removed {}", named(names)),
        )
    }

    /// People who came and went, each by name; at least one.
    pub fn assignees(&self, added: &[&str], removed: &[&str]) -> String {
        both(
            added,
            removed,
            |names| format!("assigned {}", names.join(", ")),
            |names| format!("unassigned {}", names.join(", ")),
        )
    }

    pub fn parented(&self, title: &str) -> String {
        format!("made it part of “{title}”")
    }

    /// Between groups, or `Board / Group` where the board changes.
    pub fn moved_between(&self, old: Option<&str>, new: Option<&str>) -> String {
        match (old, new) {
            (Some(old), Some(new)) => format!("moved this item from {old} to {new}"),
            (None, Some(new)) => format!("moved this item to {new}"),
            (Some(old), None) => format!("moved this item here from {old}"),
            (None, None) => self.moved.to_owned(),
        }
    }

    pub fn checklist(&self, kind: &str, old: &str, new: &str) -> String {
        match kind {
            "checklist_added" => format!("added the checklist “{new}”"),
            "checklist_removed" => format!("removed the checklist “{old}”"),
            _ => format!("renamed the checklist “{old}” to “{new}”"),
        }
    }

    pub fn entry(&self, kind: &str, old: &str, new: &str, checklist: &str) -> String {
        match kind {
            "entry_added" => format!("added “{new}” to “{checklist}”"),
            "entry_removed" => format!("removed “{old}” from “{checklist}”"),
            "entry_done" => format!("ticked off “{new}”"),
            "entry_reopened" => format!("reopened “{new}”"),
            _ => format!("renamed “{old}” to “{new}” in “{checklist}”"),
        }
    }

    pub fn link(&self, kind: &str, name: &str) -> String {
        match kind {
            "link_added" => format!("added the link “{name}”"),
            _ => format!("removed the link “{name}”"),
        }
    }
}

fn both(
    added: &[&str],
    removed: &[&str],
    add: impl Fn(&[&str]) -> String,
    remove: impl Fn(&[&str]) -> String,
) -> String {
    match (added.is_empty(), removed.is_empty()) {
        (false, false) => format!("{} and {}", add(added), remove(removed)),
        (true, false) => remove(removed),
        _ => add(added),
    }
}
