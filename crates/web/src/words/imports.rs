//! What an import counts, in words.

use super::Imports;

impl Imports {
    /// What people call a kind of thing in a file, or what is being written (`cards`); nothing for
    /// what is not known.
    pub fn kind(&self, kind: &str) -> &'static str {
        match kind {
            "board" => "Board",
            "groups" | "lists" => "Lists",
            "labels" => "Labels",
            "people" => "People",
            "members" => "Members",
            "former_members" => "Former members",
            "cards" => "Cards",
            "attachments" => "Attachments",
            "checklists" => "Checklists",
            "checklist_entries" => "Checklist entries",
            "comments" => "Comments",
            "activity" => "History",
            "entry_due_dates" => "Due dates of checklist entries",
            "entry_members" => "Members of checklist entries",
            "due_reminders" => "Reminders",
            "covers" => "Covers",
            "stickers" => "Stickers",
            "votes" => "Votes",
            "locations" => "Locations",
            "custom_fields" => "Custom fields",
            "custom_field_values" => "Values of custom fields",
            "power_ups" => "Power-Ups",
            "power_up_data" => "Data of Power-Ups",
            "board_roles" => "Roles on the board",
            "board_background" => "Background",
            _ => "",
        }
    }
}
