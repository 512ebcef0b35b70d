//! What the slice's pages show.

use askama::Template;
use web::page::{FormErrors, Page, Person, Time};

/// GET, POST /login (email, password, next). A wrong password is 401 with the page again.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage {
    pub(crate) page: Page,
    pub(crate) email: String,
    /// A path on this server to go to afterwards; empty for the usual one.
    pub(crate) next: String,
    /// After signing out, after a new password …
    pub(crate) notice: Option<String>,
    pub(crate) errors: FormErrors,
}

/// GET, POST /setup/{token} (name, email, password, workspace_name)
#[derive(Template)]
#[template(path = "setup.html")]
pub(crate) struct SetupPage {
    pub(crate) page: Page,
    pub(crate) token: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) workspace_name: String,
    pub(crate) errors: FormErrors,
}

/// GET, POST /setup/master-key (saved=on) -> 303 /projects. Only for the superadmin who claimed the
/// instance, and only until it is acknowledged.
#[derive(Template)]
#[template(path = "master_key.html")]
pub(crate) struct MasterKeyPage {
    pub(crate) page: Page,
    /// 64 hex digits; None when it came from the environment, which the operator keeps already.
    pub(crate) key: Option<String>,
    /// Where the server reads it: a path, or `TRACKHOLD_MASTER_KEY`.
    pub(crate) source: String,
    pub(crate) errors: FormErrors,
}

impl MasterKeyPage {
    /// The key in groups of eight digits, to be read aloud or copied by hand.
    pub(crate) fn key_groups(&self) -> Vec<&str> {
        let key = self.key.as_deref().unwrap_or_default();
        (0..key.len()).step_by(8).filter_map(|start| key.get(start..start + 8)).collect()
    }
}

/// GET, POST /invite/{token}
#[derive(Template)]
#[template(path = "invite.html")]
pub(crate) struct InvitePage {
    pub(crate) page: Page,
    pub(crate) token: String,
    pub(crate) workspace: String,
    pub(crate) inviter: Option<String>,
    pub(crate) role: &'static str,
    /// What the role may do, one sentence.
    pub(crate) role_about: &'static str,
    pub(crate) email: String,
    pub(crate) step: InviteStep,
    pub(crate) name: String,
    pub(crate) errors: FormErrors,
}

pub(crate) enum InviteStep {
    /// The address has no account: name and password.
    Register,
    /// It has one, and nobody is signed in.
    SignIn,
    /// It has one, and that account is signed in: one button.
    Accept,
    /// Somebody else is signed in.
    WrongAccount { signed_in_as: String },
}

/// GET /members
#[derive(Template)]
#[template(path = "members.html")]
pub(crate) struct MembersPage {
    pub(crate) page: Page,
    pub(crate) members: Vec<MemberRow>,
    pub(crate) invitations: Vec<InvitationRow>,
    /// People of imports, whose place somebody invited may take (`placeholder_id` of the form).
    pub(crate) placeholders: Vec<Person>,
    /// Roles that this person may give.
    pub(crate) roles: Vec<RoleOption>,
    /// Whether this person may see who was here when.
    pub(crate) sees: bool,
    pub(crate) may_invite: bool,
    pub(crate) form: InvitationForm,
    /// Just made (shown once).
    pub(crate) made: Option<NewInvitation>,
}

pub(crate) struct MemberRow {
    pub(crate) person: Person,
    /// None without access to members.
    pub(crate) email: Option<String>,
    pub(crate) role: RoleOption,
    pub(crate) is_self: bool,
    /// Roles one may give to them; empty when one may not touch them.
    pub(crate) may_become: Vec<RoleOption>,
    pub(crate) may_remove: bool,
    pub(crate) last_seen: Option<Time>,
}

#[derive(Clone)]
pub(crate) struct RoleOption {
    /// `team_lead`
    pub(crate) value: &'static str,
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
}

pub(crate) struct InvitationRow {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) role: &'static str,
    pub(crate) invited_by: String,
    pub(crate) expires_at: Time,
    pub(crate) may_revoke: bool,
}

/// POST /invitations (email, role, placeholder_id) -> 200 with the page and `made`, or 422 with the page.
#[derive(Default)]
pub(crate) struct InvitationForm {
    pub(crate) email: String,
    pub(crate) role: String,
    /// The id of somebody of an import, or empty.
    pub(crate) placeholder: String,
    pub(crate) errors: FormErrors,
}

pub(crate) struct NewInvitation {
    pub(crate) email: String,
    /// The whole link; the only time it is shown.
    pub(crate) link: String,
}

/// GET /account; POST /account/profile (name, time_zone), POST /account/password
/// (current_password, new_password) -> 303 /account?saved=profile|password, or 422 with the page.
#[derive(Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage {
    pub(crate) page: Page,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) time_zone: String,
    pub(crate) profile_errors: FormErrors,
    pub(crate) password_errors: FormErrors,
    pub(crate) sessions: Vec<SessionRow>,
    /// What was just saved, as a sentence.
    pub(crate) saved: Option<&'static str>,
}

/// POST /account/sessions/{id}/end, POST /account/sessions/end-others -> 303 /account
pub(crate) struct SessionRow {
    pub(crate) id: String,
    /// `Firefox on Linux`
    pub(crate) agent: String,
    pub(crate) address: String,
    pub(crate) current: bool,
    pub(crate) last_seen: Time,
}

/// GET, POST /sudo (password, next): the page of its own, for where there is no script.
/// With `HX-Request: true` POST answers 204, or 401 problem+json with `errors[/password]`.
#[derive(Template)]
#[template(path = "sudo.html")]
pub(crate) struct SudoPage {
    pub(crate) page: Page,
    pub(crate) next: String,
    pub(crate) errors: FormErrors,
}

/// GET, POST /recover/{token} (password) -> 303 /login
#[derive(Template)]
#[template(path = "recover.html")]
pub(crate) struct RecoverPage {
    pub(crate) page: Page,
    pub(crate) token: String,
    pub(crate) email: String,
    pub(crate) errors: FormErrors,
}
