//! What stands around every page, and what is said on all of them.

words! {
    Common {
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
    FrameWords {
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
    Palette {
        title: "Command palette",
        placeholder: "Search items or type a command",
        results: "Results",
        nothing: "Nothing found.",
    }
    SudoWords {
        title: "Confirm it is you",
        why: "What you are about to do asks for more than an open session. Enter your password; it counts for 10 minutes.",
        password: "Your password",
        confirm: "Confirm",
    }
    /// This tab was made for another workspace than the session is in now.
    Stale {
        title: "You switched workspaces",
        go_on: "Go to the current one",
    }
    ErrorWords {
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
