//! Members, their roles, and one's own account.

words! {
    Members {
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
    Roles {
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
    Account {
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
