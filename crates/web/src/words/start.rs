//! The way in: signing in, the first run, invitations.

words! {
    SignIn {
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
    Setup {
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
    MasterKeyWords {
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
    Invite {
        invited_you: "invited you as",
        you_are_invited: "You are invited as",
        email_fixed: "The invitation is for this address.",
        register: "Create account and join",
        accept: "Join the workspace",
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
