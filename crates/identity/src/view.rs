//! What the slice's pages show.

use askama::Template;
use kernel::crypto::SecretText;
use web::page::{FormErrors, Page, Person, Time, WorkspaceLink};

use crate::factors::actions::Codes;
use crate::factors::totp::Offer;

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
    /// What was just done, as a sentence.
    pub(crate) done: Option<&'static str>,
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
    /// Shown to those who manage members.
    pub(crate) has_factor: bool,
    pub(crate) may_reset: bool,
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
    /// None where two-factor authentication is off.
    pub(crate) factor: Option<FactorRow>,
    /// Whether the account's own is put aside here.
    pub(crate) may_rejoin: bool,
    pub(crate) factor_errors: FormErrors,
    pub(crate) rejoin_errors: FormErrors,
    pub(crate) codes_errors: FormErrors,
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

/// POST /two-factor/codes, POST /two-factor/disable (password, code), POST /two-factor/rejoin (code)
pub(crate) struct FactorRow {
    pub(crate) since: Option<Time>,
    pub(crate) codes_left: usize,
}

/// GET, POST /login/code (code, next); POST /session/workspace (workspace_id, code, next)
#[derive(Template)]
#[template(path = "enter_code.html")]
pub(crate) struct EnterCodePage {
    pub(crate) page: Page,
    pub(crate) action: &'static str,
    /// Who signs in.
    pub(crate) email: Option<String>,
    /// Where none is asked for, since an admin has put it aside.
    pub(crate) round: Vec<WorkspaceLink>,
    /// Where to, for somebody who is signed in elsewhere.
    pub(crate) workspace: Option<String>,
    pub(crate) next: String,
    pub(crate) errors: FormErrors,
}

/// GET /two-factor/set-up; POST /two-factor/begin, POST /two-factor/confirm (code, next)
#[derive(Template)]
#[template(path = "two_factor.html")]
pub(crate) struct TwoFactorPage {
    pub(crate) page: Page,
    pub(crate) email: String,
    /// The authenticator that waits for its first code.
    pub(crate) offer: Option<Offer>,
    /// Nothing else of the workspace is open until then.
    pub(crate) required: bool,
    pub(crate) was_reset: bool,
    /// The account has one that an admin has put aside here.
    pub(crate) may_rejoin: bool,
    /// Where else they can go, while nothing is open here.
    pub(crate) others: Vec<WorkspaceLink>,
    pub(crate) next: String,
    pub(crate) errors: FormErrors,
    pub(crate) rejoin_errors: FormErrors,
}

/// The answer to POST /two-factor/confirm and /two-factor/codes: the only time that they are shown.
#[derive(Template)]
#[template(path = "recovery_codes.html")]
pub(crate) struct RecoveryCodesPage {
    pub(crate) page: Page,
    pub(crate) codes: Codes,
    /// Whose they are, and where: on paper they are apart from both.
    pub(crate) email: String,
    pub(crate) server: String,
    pub(crate) next: String,
}

impl RecoveryCodesPage {
    /// A line each, for the clipboard and the file.
    pub(crate) fn as_text(&self) -> String {
        self.codes.iter().map(SecretText::expose).collect::<Vec<_>>().join("\n")
    }
}

/// GET, POST /security (require_2fa)
#[derive(Template)]
#[template(path = "security.html")]
pub(crate) struct SecurityPage {
    pub(crate) page: Page,
    pub(crate) require_2fa: bool,
    /// Whether whoever looks at it has a second factor, without which they cannot ask for one.
    pub(crate) has_own: bool,
    pub(crate) saved: Option<&'static str>,
    pub(crate) errors: FormErrors,
}
