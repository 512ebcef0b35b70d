//! Two-factor authentication: giving a code, setting it up, asking for it.

words! {
    TwoFactor {
        title: "Two-factor authentication",
        // Giving it.
        code: "Code",
        code_hint: "Six digits of your authenticator, or one of your recovery codes.",
        enter_title: "Enter your code",
        enter_lead: "Your password was right. Your account asks for a second factor as well.",
        switch_lead: "That workspace asks for a code of its own.",
        continue_: "Continue",
        wrong: "That code is not right, or was used already.",
        missing: "A code is asked for there, too.",
        wrong_either: "Password or code is not right.",
        not_shown: "That is not the code that the app shows now.",
        somebody_else: "Sign in as somebody else",
        too_late: "That took too long. Sign in again.",
        lost: "Authenticator and recovery codes lost? An admin of your workspace, or whoever runs this server, can reset your second factor.",
        // Setting it up.
        set_up: "Set up two-factor authentication",
        about: "Signing in asks for a code of your phone as well, so that a stolen password opens nothing.",
        required: "This workspace asks for a second factor. Set one up to go on.",
        was_reset: "An admin has reset your second factor in this workspace. Set up another one for it.",
        begin: "Set up an authenticator",
        scan: "Scan this with an authenticator app",
        scan_about: "Any app that knows one-time codes does: Aegis, 2FAS, Google Authenticator, a password manager.",
        picture: "QR code with the secret of your authenticator",
        open_app: "Open in an authenticator app on this device",
        by_hand: "Or type the secret by hand",
        by_hand_about: "As a time-based code, for",
        start_over: "Start over with another secret",
        go_elsewhere: "Go to another workspace",
        secret: "Secret",
        confirm_hint: "The six digits that the app shows now.",
        turn_on: "Turn on",
        other: "Not now",
        sign_out: "Sign out",
        // Recovery codes.
        codes_title: "Save your recovery codes",
        codes_lead: "Each stands once for a code of your authenticator, should you lose it. They are not shown again.",
        codes_name: "Recovery codes",
        save_file: "Save as a file",
        print: "Print",
        codes_saved: "I have saved them",
        // On the account's page.
        on: "On",
        since: "set up",
        no_codes: "No recovery codes are left. Make new ones before you need them.",
        new_codes: "New recovery codes",
        new_codes_about: "Ten new ones are shown once. The earlier ones are over.",
        make_codes: "Make new codes",
        turn_off: "Turn off",
        turn_off_about: "Your password alone will open your account. All other sessions end.",
        turned_off: "Two-factor authentication is off. All other sessions are ended.",
        rejoin: "Use your account's authenticator here again",
        rejoined: "Your account's authenticator counts here again.",
        // Asking for it.
        security: "Security",
        policy: "Second factor",
        policy_about: "What members need to come in.",
        require: "Every member needs a second factor",
        require_hint: "Whoever has none sees nothing of this workspace but the page to set one up.",
        policy_saved: "Policy saved.",
        own_first: "Set up your own second factor",
        own_first_about: "Whoever asks for one of others needs one first.",
        pill: "2FA",
        pill_about: "Has a second factor",
        reset: "Reset 2FA",
        was_put_aside: "The second factor is reset. They are signed out here, and come in with their password alone.",
        reset_text: "They are signed out here and come in with their password alone, until they set up another authenticator. Make sure it is really they who ask.",
    }
}

impl TwoFactor {
    pub fn codes_left(&self, count: usize) -> String {
        match count {
            1 => "1 recovery code left".to_owned(),
            count => format!("{count} recovery codes left"),
        }
    }
    pub fn go_to(&self, workspace: &str) -> String {
        format!("Go to {workspace}, where it was reset")
    }
    pub fn reset_title(&self, name: &str) -> String {
        format!("Reset the second factor of {name}?")
    }
}
