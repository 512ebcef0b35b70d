//! Every setting there is, with its names in the three places that it can stand in.

/// What a setting's value looks like in the file; elsewhere it is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A path; in the file, relative to the file's own folder.
    Path,
    /// A directory, as a path is; or an address (`s3://…`), which stays as it is.
    Destination,
    Number,
    /// A list of texts; elsewhere separated by commas.
    List,
}

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// In the file.
    pub name: &'static str,
    pub flag: &'static str,
    pub variable: &'static str,
    pub kind: Kind,
}

macro_rules! keys {
    ($($constant:ident = $name:literal, $flag:literal, $variable:literal, $kind:ident;)*) => {
        $(pub const $constant: Key = Key {
            name: $name,
            flag: concat!("--", $flag),
            variable: concat!("TRACKHOLD_", $variable),
            kind: Kind::$kind,
        };)*
        pub const ALL: &[Key] = &[$($constant),*];
    };
}

keys! {
    DATA = "data", "data", "DATA", Path;
    LISTEN = "listen", "listen", "LISTEN", Text;
    PUBLIC_URL = "public_url", "public-url", "PUBLIC_URL", Text;
    REGISTRATION = "registration", "registration", "REGISTRATION", Text;
    RATE_PER_MINUTE = "rate_per_minute", "rate-per-minute", "RATE_PER_MINUTE", Number;
    BEHIND_PROXY = "behind_proxy", "behind-proxy", "BEHIND_PROXY", List;
    DATABASE_URL = "database_url", "database-url", "DATABASE_URL", Text;
    MIGRATE_URL = "migrate_url", "migrate-url", "MIGRATE_URL", Text;
    MASTER_KEY_FILE = "master_key_file", "master-key-file", "MASTER_KEY_FILE", Path;
    LOG_FORMAT = "log_format", "log-format", "LOG_FORMAT", Text;
    LOG_LEVEL = "log_level", "log-level", "LOG_LEVEL", Text;
    OPEN_WORKSPACES = "open_workspaces", "open-workspaces", "OPEN_WORKSPACES", Number;
    CONNECTIONS = "connections", "connections", "CONNECTIONS", Number;
    BACKUP_TO = "backup_to", "backup-to", "BACKUP_TO", Destination;
    BACKUP_KEYRING_TO = "backup_keyring_to", "backup-keyring-to", "BACKUP_KEYRING_TO", Destination;
    BACKUP_RECIPIENT = "backup_recipient", "backup-recipient", "BACKUP_RECIPIENT", Text;
    BACKUP_KEEP_DAYS = "backup_keep_days", "backup-keep-days", "BACKUP_KEEP_DAYS", Number;
}

/// The key of this name, or the known one that it was most likely meant to be.
pub fn find(name: &str) -> Result<Key, Option<&'static str>> {
    ALL.iter().find(|key| key.name == name).copied().ok_or_else(|| {
        let meant = ALL.iter().map(|key| (distance(key.name, name), key.name)).min();
        meant.filter(|(distance, _)| *distance <= 3).map(|(_, name)| name)
    })
}

/// Letters to insert, remove or replace to make one text of the other (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.chars().count()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in right.chars().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised() {
        assert_eq!(find("listen"), Ok(LISTEN));
        assert_eq!(find("lisen"), Err(Some("listen")));
        assert_eq!(find("public-url"), Err(Some("public_url")));
        assert_eq!(find("colour_of_the_sky"), Err(None));
    }
}
