//! All words of the interface, in one place, grouped by page.
//!
//! Templates read them as `page.w.boards.add_item`; scripts get theirs from [`Words::script`].
//! A word that takes an argument or counts is a function below the catalogue. To add a language,
//! make another `static` of the same type.

mod activity;
mod imports;

/// Makes the struct of each group, the struct of all groups, and the English catalogue.
macro_rules! catalogue {
    ($( $(#[$about:meta])* $group:ident: $Group:ident { $($key:ident: $text:literal,)* } )*) => {
        pub struct Words { $( $(#[$about])* pub $group: $Group, )* }
        $( pub struct $Group { $(pub $key: &'static str,)* } )*
        pub static EN: Words = Words { $( $group: $Group { $($key: $text,)* }, )* };
    };
}

catalogue! {
    common: Common {
        actions: "Actions",
        cancel: "Cancel",
        close: "Close",
        copied: "Copied",
        copy: "Copy",
        delete: "Delete",
        dismiss: "Dismiss",
        edit: "Edit",
        loading: "Loading",
        optional: "optional",
        rename: "Rename",
        save: "Save",
        undo: "Undo",
        updated: "Updated",
    }
    /// Sidebar, top bar and what floats above every page.
    frame: FrameWords {
        skip: "Skip to content",
        open_navigation: "Open navigation",
        sidebar: "Sidebar",
        fold: "Fold the sidebar",
        switch_workspace: "Switch workspace",
        workspaces: "Workspaces",
        search: "Search",
        trackers: "Trackers",
        work: "Work",
        yourself: "Workspace and account",
        panel: "Opened item",
        picker: "Choose",
        notifications: "Messages",
        offline: "Offline. What you change is kept here and sent when the server answers.",
    }
    palette: Palette {
        title: "Command palette",
        placeholder: "Search items or type a command",
        results: "Results",
        nothing: "Nothing found.",
    }
    sudo: SudoWords {
        title: "Confirm it is you",
        why: "This changes who can get in. Enter your password; it counts for 10 minutes.",
        password: "Your password",
        confirm: "Confirm",
    }
    /// This tab was made for another workspace than the session is in now.
    stale: Stale {
        title: "You switched workspaces",
        go_on: "Go to the current one",
    }
    error: ErrorWords {
        home: "Go to the start",
        retry: "Try again",
        request_id: "Request",
        copy_id: "Copy the request id",
        not_found: "There is nothing here",
        not_found_detail: "The address is wrong, the thing is gone, or it belongs to a workspace that you are not in.",
        forbidden: "You may not do this",
        forbidden_detail: "Your role in this workspace does not allow it. An admin can change that.",
        internal: "Something went wrong on our side",
        internal_detail: "Nothing you did is lost. Try again; if it stays, quote the request below.",
    }
    sign_in: SignIn {
        title: "Sign in",
        email: "E-mail",
        password: "Password",
        new_password: "New password",
        password_hint: "At least 12 characters. A few words are easier to remember than signs.",
        show_password: "Show the password",
        action: "Sign in",
        recover: "No way in? Whoever runs this server can give you a new password.",
        wrong: "E-mail and password do not match.",
        too_many: "Too many attempts. Wait a few minutes, then try again.",
        signed_out: "You are signed out.",
    }
    setup: Setup {
        title: "Claim this instance",
        lead: "This link works once. Whoever uses it runs this server.",
        steps: "Steps",
        step_account: "Account and workspace",
        step_key: "Master key",
        name: "Name",
        workspace: "Workspace",
        workspace_hint: "The team or company. Everything in it is kept apart from other workspaces.",
        action: "Create account and workspace",
    }
    master_key: MasterKeyWords {
        title: "Save the master key elsewhere",
        lead: "Everything on this server is encrypted under this key. Keep a copy away from this machine: in a password safe, or on paper in a drawer.",
        save_file: "Save as a file",
        read_from: "The server reads it from",
        without: "Without it, all of this is lost for good:",
        lost_data: "every workspace on this server, its items and its files",
        lost_backups: "every backup, since backups never contain the key",
        nobody: "nobody can restore it, and no support can help",
        saved: "I have saved the key away from this machine",
        saved_hint: "It is not shown again.",
        action: "Continue",
        must_save: "Save the key first, then tick the box.",
    }
    invite: Invite {
        invited_you: "invited you as",
        you_are_invited: "You are invited as",
        email_fixed: "The invitation is for this address.",
        register: "Create account and join",
        accept: "Join the workspace",
    }
    members: Members {
        title: "Members",
        invite: "Invite",
        name: "Name",
        role: "Role",
        last_seen: "Last seen",
        you: "you",
        imported: "from an import",
        remove: "Remove",
        remove_text: "They lose access at once. What they wrote stays.",
        invitations: "Invitations",
        no_invitations: "Nobody is invited at the moment.",
        invited_by: "Invited by",
        expires: "Expires",
        revoke: "Revoke",
        stands_for: "In place of",
        stands_for_nobody: "Nobody of an import",
        stands_for_hint: "What an import brought of this person becomes theirs.",
        make_link: "Make the link",
        link: "Invitation link",
        link_about: "Send it yourself; it works once, for 7 days, and is not shown again.",
        saved: "The role is changed.",
        removed: "The member is removed.",
        revoked: "The invitation is revoked.",
    }
    roles: Roles {
        admin: "Admin",
        admin_about: "Everything, with members, security and billing.",
        manager: "Manager",
        manager_about: "All work and members; no security, no billing.",
        team_lead: "Team lead",
        team_lead_about: "All items, projects and boards.",
        developer: "Developer",
        developer_about: "All items; sees projects.",
        tester: "Tester",
        tester_about: "Sees all, comments, changes status, files new items.",
        viewer: "Viewer",
        viewer_about: "Sees everything, changes nothing.",
    }
    account: Account {
        title: "Account",
        profile: "Profile",
        profile_about: "The name that others see, and the zone in which you see times.",
        profile_saved: "Profile saved.",
        time_zone: "Time zone",
        time_zone_browser: "As the browser says",
        theme: "Theme",
        theme_about: "For this browser.",
        theme_system: "System",
        theme_light: "Light",
        theme_dark: "Dark",
        password_about: "A new password ends all your other sessions.",
        password_saved: "Password changed. All other sessions are ended.",
        current_password: "Current password",
        change_password: "Change password",
        sessions: "Sessions",
        sessions_about: "Where you are signed in. End what you do not know.",
        session_ended: "The session is ended.",
        this_session: "this one",
        seen: "seen",
        end_session: "End",
        end_others: "End all others",
        sign_out: "Sign out",
    }
    projects: Projects {
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
    boards: Boards {
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
    archive: Archive {
        title: "Archived items",
        empty_title: "Nothing is archived",
        empty_text: "Items that you archive leave the board and wait here, with their history, until you restore them.",
        back: "Back to the board",
        archived: "Archived",
    }
    trash: Trash {
        open: "Trash",
        title: "Deleted items",
        about: "What is deleted is kept here for 30 days, then it is gone for good.",
        empty_title: "The trash is empty",
        empty_text: "Items that you delete are kept here for 30 days and can be restored until then.",
        deleted: "Deleted",
    }
    item: Item {
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
    status: Status {
        todo: "To do",
        doing: "Doing",
        done: "Done",
        cancelled: "Cancelled",
    }
    /// What happened to an item. An actor's name stands before it.
    activity: Activity {
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
    priority: Priority {
        none: "No priority",
        low: "Low",
        medium: "Medium",
        high: "High",
        urgent: "Urgent",
    }
    imports: Imports {
        title: "Import",
        action: "Import",
        from_trello: "Import from Trello",
        lead: "Bring a board in with its lists, cards, comments, checklists and history. The same file twice changes nothing.",
        source: "From",
        trello_about: "Board menu, Print and export, Export as JSON",
        file: "File",
        drop: "Choose the file or drop it here",
        file_hint: "JSON, up to 100 MB.",
        project: "Into",
        new_project: "A new project",
        dry_run: "Check first",
        dry_run_hint: "Reads the whole file and says what would be made. Nothing is written.",
        start: "Continue",
        recent: "Earlier imports",
        state: "State",
        created: "Created",
        when: "When",
        queued: "Waiting",
        running: "Running",
        done: "Done",
        failed: "Failed",
        waiting: "Waiting to begin",
        checking: "Checking the file",
        importing: "Importing",
        checked: "The file is good",
        imported: "The board is here",
        nothing_imported: "Nothing was imported",
        partly_imported: "Only a part was imported",
        partly_about: "What was written stays. The same file again goes on from there, and makes nothing twice.",
        same_file: "Import the file again",
        waits: "It waits for its turn.",
        reads: "The file is being read.",
        progress: "Progress",
        of: "of",
        may_leave: "You may leave this page; it goes on.",
        failed_because: "It stopped for this reason:",
        another_file: "Another file",
        report: "What was imported",
        what: "What",
        in_file: "In the file",
        would_create: "Would create",
        skipped: "There already",
        left_out: "Left out",
        run: "Import now",
        open_board: "Open the board",
        people: "People in the file",
        people_about: "They stand on their items by name. Invite them, and what is theirs becomes theirs.",
        left_out_title: "Left out, and why",
        place: "Place",
        why: "Why",
    }
    keys: Keys {
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

impl Stale {
    pub fn text(&self, workspace: &str) -> String {
        format!(
            "This page belongs to {workspace}, and another tab has since switched to a different workspace. Nothing was changed."
        )
    }
    pub fn back(&self, workspace: &str) -> String {
        format!("Back to {workspace}")
    }
}

impl Invite {
    pub fn title(&self, workspace: &str) -> String {
        format!("Join {workspace}")
    }
    pub fn has_account(&self, email: &str) -> String {
        format!("{email} has an account here. Sign in with it to join.")
    }
    pub fn signed_in_as(&self, email: &str) -> String {
        format!("You are signed in as {email}.")
    }
    pub fn wrong_account(&self, invited: &str, signed_in_as: &str) -> String {
        format!(
            "The invitation is for {invited}, and you are signed in as {signed_in_as}. Sign out, then open the link again."
        )
    }
}

impl Members {
    pub fn link_for(&self, email: &str) -> String {
        format!("The link for {email}.")
    }
    pub fn role_of(&self, name: &str) -> String {
        format!("Role of {name}")
    }
    pub fn remove_title(&self, name: &str) -> String {
        format!("Remove {name} from this workspace?")
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

impl Roles {
    /// Name and one sentence of a role by its value in the API; None for anything else.
    pub fn of(&self, value: &str) -> Option<(&'static str, &'static str)> {
        Some(match value {
            "admin" => (self.admin, self.admin_about),
            "manager" => (self.manager, self.manager_about),
            "team_lead" => (self.team_lead, self.team_lead_about),
            "developer" => (self.developer, self.developer_about),
            "tester" => (self.tester, self.tester_about),
            "viewer" => (self.viewer, self.viewer_about),
            _ => return None,
        })
    }
}

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
        ]
        .into_iter()
    }
}
