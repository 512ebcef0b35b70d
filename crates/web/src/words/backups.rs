//! The instance's backups.

words! {
    Backups {
        title: "Backups",
        about: "Every day the whole instance is saved, encrypted, and proven to come back. Only those who run the instance see this page.",
        start: "Back up now",
        running: "A backup is being made.",
        failed: "The last backup failed.",
        place: "Saved to",
        keyring_place: "Keyring saved to",
        sealed_for: "Opened by",
        off_machine: "A key that is not on this machine",
        on_machine: "The keyring of this machine",
        kept: "Kept for",
        rpo: "Lost if it broke now (RPO)",
        rto: "Brought back in (RTO)",
        not_opened: "Not opened here",
        proven: "Last proven",
        made: "Made",
        size: "Size",
        workspaces: "Workspaces",
        rows: "Rows",
        took: "Took",
        check: "Proof",
        full: "Brought back and equal",
        hashes: "Ciphertext whole",
        unproven: "Not proven yet",
        without_keyring: "without the keyring",
        id: "Backup",
        signature: "Signature",
        key: "Signed by",
        empty_title: "No backup yet",
        empty_text: "The first one is made within minutes of the start, or at once.",
        off_title: "Backups are turned off.",
        off_text: "Set backup_to to a directory on another disk or to a bucket, and start the server again.",
        unread_title: "The backups cannot be listed.",
        unread_text: "What lies in their place cannot be read now:",
        none_title: "There is no backup yet.",
        none_text: "The first one is made within minutes of the start. If none comes, the server's log says why.",
        late_title: "The newest backup is more than a day old.",
        late_text: "One is made every day. The server's log says why none came.",
        unproven_title: "The newest backup is not proven yet.",
        unproven_text: "It is checked right after it is made. If that stays out, run trackhold backup verify.",
        keyring_title: "The keyring is saved nowhere.",
        keyring_text: "Without it no backup can be opened. Set backup_keyring_to to a place apart from the backups, and keep the master key elsewhere, too.",
        on_machine_title: "Whoever takes this machine can open its backups.",
        on_machine_text: "Set backup_recipient to an age key whose identity is kept elsewhere. Full proofs then take trackhold backup verify --identity.",
    }
}

impl Backups {
    pub fn days(&self, days: u32) -> String {
        if days == 1 { "1 day".into() } else { format!("{days} days") }
    }
}
