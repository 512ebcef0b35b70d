//! An item, on a board and on its own page.

words! {
    Item {
        key: "Key",
        title: "Title",
        status: "Status",
        priority: "Priority",
        labels: "Labels",
        assignees: "Assignees",
        dates: "Dates",
        start: "Start",
        due: "Due",
        overdue: "overdue",
        checklist: "Checklist",
        entries_done: "entries done",
        updates: "updates",
        attachments: "links",
        links: "Links",
        description: "Description",
        add_description: "Add a description",
        no_description: "No description.",
        markdown_hint: "Markdown. Ctrl+Enter saves.",
        set_status: "Set status",
        set_priority: "Set priority",
        assign: "Assign",
        add_labels: "Add labels",
        set_dates: "Set dates",
        clear_dates: "Clear",
        change_status: "Change status",
        change_group: "Change group",
        change_priority: "Change priority",
        change_assignees: "Change assignees",
        change_labels: "Change labels",
        change_dates: "Change dates",
        find_option: "Find",
        create_label: "Create",
        no_options: "There is nothing to choose.",
        add_entry: "Add entry",
        add_checklist: "Add checklist",
        delete_entry: "Delete entry",
        move_entry_up: "Move entry up",
        move_entry_down: "Move entry down",
        entry_done: "done",
        entry_open: "open",
        feed: "Updates and activity",
        earlier: "Show earlier",
        write_update: "Write an update",
        post_update: "Post",
        edited: "edited",
        edit_update: "Edit update",
        delete_update: "Delete this update?",
        archive: "Archive",
        restore: "Restore",
        is_archived: "This item is archived.",
        copy_link: "Copy link",
        open_page: "Open as a page",
        close: "Close",
    }
    Status {
        todo: "To do",
        doing: "Doing",
        done: "Done",
        cancelled: "Cancelled",
    }
    Priority {
        none: "No priority",
        low: "Low",
        medium: "Medium",
        high: "High",
        urgent: "Urgent",
    }
}

impl Item {
    pub fn status_of(&self, key: &str) -> String {
        format!("Status of {key}")
    }
    pub fn priority_of(&self, key: &str) -> String {
        format!("Priority of {key}")
    }
    pub fn labels_of(&self, key: &str) -> String {
        format!("Labels of {key}")
    }
    pub fn assignees_of(&self, key: &str) -> String {
        format!("Assignees of {key}")
    }
    pub fn dates_of(&self, key: &str) -> String {
        format!("Dates of {key}")
    }
    pub fn delete_checklist(&self, title: &str) -> String {
        format!("Delete the checklist “{title}”?")
    }
    pub fn delete_item(&self, key: &str) -> String {
        format!("Delete {key}")
    }
    pub fn ask_delete(&self, key: &str, title: &str) -> String {
        format!("Delete {key}, “{title}”? It stays in the board’s trash for 30 days.")
    }
    /// `field` is the last part of the picker's address.
    pub fn pick(&self, field: &str) -> &'static str {
        match field {
            "status" => self.change_status,
            "priority" => self.change_priority,
            "labels" => self.change_labels,
            "assignees" => self.change_assignees,
            _ => self.change_group,
        }
    }
    /// Days from today -> the name of the button.
    pub fn due_shortcuts(&self) -> [(u32, &'static str); 4] {
        [(0, "Today"), (1, "Tomorrow"), (7, "In a week"), (14, "In two weeks")]
    }
    pub fn archived(&self, key: &str) -> String {
        format!("{key} is archived.")
    }
    pub fn restored(&self, key: &str) -> String {
        format!("{key} is back on the board.")
    }
    pub fn deleted(&self, key: &str) -> String {
        format!("{key} is deleted.")
    }
    pub fn moved(&self, key: &str, group: &str) -> String {
        format!("{key} moved to {group}.")
    }
}
