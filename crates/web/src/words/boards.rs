//! Projects, their boards, and what was taken off a board.

words! {
    Projects {
        title: "Projects",
        new: "New project",
        create: "Create project",
        name: "Name",
        key: "Key",
        key_hint: "Begins each item's number, as in WEB-142. Up to 10 letters and digits.",
        description: "Description",
        boards: "Boards",
        open_items: "Open items",
        empty_title: "Projects hold your boards",
        empty_text: "Make one for each product or team, or bring a Trello board in: its lists, cards, comments and people come along.",
    }
    Boards {
        board: "Board",
        items: "Items",
        new: "New board",
        create: "Create board",
        name: "Name",
        empty_title: "No boards yet",
        empty_text: "A board has groups, such as To do and Done, and items that move through them.",
        views: "Views",
        kanban: "Kanban",
        table: "Table",
        archive: "Archive",
        group: "Group",
        group_name: "Name of the group",
        add_group: "Add a group",
        fold: "Fold the group",
        limit: "Limit",
        limit_none: "none",
        of_limit: "of at most",
        over_limit: "over the limit",
        find: "Find on this board",
        filter: "Filter",
        filter_clear: "Clear filter",
        new_item: "New item",
        add_item: "Add item",
        no_groups_title: "Give this board its first group",
        no_groups_text: "To do, Doing and Done are a good start. Type a name and press Enter.",
        no_groups_in_table: "To do, Doing and Done are a good start. They are made in the kanban.",
        nothing_here: "Nobody has added a group yet.",
        nothing_found: "No item passes the filter.",
        move_left: "Move left",
        move_right: "Move right",
        open_kanban: "Open the kanban",
        who_can_see: "Who can see this",
        nobody_else: "Nobody else. People of other workspaces cannot tell that it exists.",
        select: "Select",
        select_none: "Select none",
        selection: "Selected items",
        move_to: "Move to",
        can_change: "can change everything",
        can_change_items: "can change items",
        can_comment: "can comment and change status",
        can_look: "can look",
    }
    Archive {
        title: "Archived items",
        empty_title: "Nothing is archived",
        empty_text: "Items that you archive leave the board and wait here, with their history, until you restore them.",
        back: "Back to the board",
        archived: "Archived",
    }
    Trash {
        open: "Trash",
        title: "Deleted items",
        about: "What is deleted is kept here for 30 days, then it is gone for good.",
        empty_title: "The trash is empty",
        empty_text: "Items that you delete are kept here for 30 days and can be restored until then.",
        deleted: "Deleted",
    }
}

impl Boards {
    pub fn add_to(&self, group: &str) -> String {
        format!("Add an item to {group}")
    }
    pub fn group_menu(&self, group: &str) -> String {
        format!("Menu of {group}")
    }
    pub fn select_item(&self, key: &str) -> String {
        format!("Select {key}")
    }
}
