//! The process's environment, read once, before there are threads.

use kernel::crypto::SecretText;

use crate::config::keys::{self, Kind};
use crate::config::{ConfigError, Layer, Place};

pub const MASTER_KEY: &str = "TRACKHOLD_MASTER_KEY";
const SECRETS: [&str; 3] = [MASTER_KEY, keys::DATABASE_URL.variable, keys::MIGRATE_URL.variable];

/// What the environment says.
pub struct Environment {
    pub settings: Layer,
    pub master_key: Option<SecretText>,
}

impl Environment {
    /// Reads all `TRACKHOLD_…` settings and takes the secret ones away, so that no process started
    /// from here inherits them. An empty variable counts as not set.
    pub fn take() -> Result<Self, ConfigError> {
        let mut settings = Layer::default();
        for key in keys::ALL {
            let place = Place::Environment(key.variable);
            let Some(text) = text(key.variable)? else { continue };
            if key.kind == Kind::List || !text.is_empty() {
                settings.set_text(*key, &text, place);
            }
        }
        let master_key = text(MASTER_KEY)?.map(SecretText::new);
        SECRETS.into_iter().for_each(forget);
        Ok(Self { settings, master_key })
    }
}

fn text(variable: &'static str) -> Result<Option<String>, ConfigError> {
    match std::env::var(variable) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => Ok(Some(text)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(ConfigError::at(&Place::Environment(variable), "is not UTF-8 text"))
        }
    }
}

#[expect(unsafe_code, reason = "the only way; sound while no other thread runs, and none does yet")]
fn forget(variable: &str) {
    // SAFETY: `main` calls this before it starts the runtime or any other thread.
    unsafe { std::env::remove_var(variable) };
}
