//! What the operator decides. A flag wins over the environment, the environment over the file,
//! the file over the default; whatever is wrong is said with its place and ends the start.

mod backup;
mod file;
pub mod keys;
mod layers;
mod place;
pub mod value;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use identity::Registration;
use kernel::crypto::SecretText;
use web::PublicUrl;
use web::network::Network;

pub use backup::Backup;
pub use layers::Layer;
pub use place::{ConfigError, Place};
pub use value::LogFormat;

const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
const RATE_PER_MINUTE: u32 = 6_000;

/// Every setting, understood.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder of the embedded store and of what belongs to this process.
    pub data: PathBuf,
    pub listen: SocketAddr,
    /// None means `http://localhost:PORT`.
    pub public_url: Option<PublicUrl>,
    pub registration: Registration,
    /// Requests a minute of one session; 0 means no limit.
    pub rate_per_minute: u32,
    /// Whose word on the client's address is taken.
    pub behind_proxy: Vec<Network>,
    /// PostgreSQL instead of the embedded store.
    pub database: Option<Database>,
    pub master_key_file: Option<PathBuf>,
    pub log_format: LogFormat,
    /// None means what suits the command.
    pub log_level: Option<tracing::Level>,
    pub open_workspaces: usize,
    pub connections: usize,
    pub backup: Backup,
}

/// Where PostgreSQL is, and as whom.
#[derive(Debug, Clone)]
pub struct Database {
    pub serve: SecretText,
    pub migrate: Option<SecretText>,
}

impl Config {
    /// Puts flags over the environment over the file.
    pub fn load(flags: Layer, environment: Layer, file: Option<&Path>) -> Result<Self, ConfigError> {
        let file = file.map_or_else(|| Ok(Layer::default()), file::read)?;
        Self::understand(&flags.over(environment).over(file))
    }

    fn understand(given: &Layer) -> Result<Self, ConfigError> {
        let serve = given.read(keys::DATABASE_URL, value::database_url)?;
        let migrate = given.read(keys::MIGRATE_URL, value::database_url)?;
        if let (None, Some(_)) = (&serve, &migrate) {
            let problem =
                "does nothing without a database URL to serve by (database_url, TRACKHOLD_DATABASE_URL)";
            return Err(ConfigError::at(&given.place(keys::MIGRATE_URL), problem));
        }
        let data = given.read(keys::DATA, value::path)?.unwrap_or_else(|| "trackhold-data".into());
        Ok(Self {
            backup: Backup::understand(given, &data)?,
            data,
            listen: given.read(keys::LISTEN, value::address)?.unwrap_or(LISTEN),
            public_url: given.read(keys::PUBLIC_URL, value::public_url)?,
            registration: given.read(keys::REGISTRATION, value::registration)?.unwrap_or_default(),
            rate_per_minute: given.read(keys::RATE_PER_MINUTE, value::rate)?.unwrap_or(RATE_PER_MINUTE),
            behind_proxy: given.read_all(keys::BEHIND_PROXY, value::network)?,
            database: serve.map(|serve| Database { serve, migrate }),
            master_key_file: given.read(keys::MASTER_KEY_FILE, value::path)?,
            log_format: given.read(keys::LOG_FORMAT, value::log_format)?.unwrap_or(LogFormat::Auto),
            log_level: given.read(keys::LOG_LEVEL, value::log_level)?,
            open_workspaces: given.read(keys::OPEN_WORKSPACES, value::count(1, 100_000))?.unwrap_or(256),
            connections: given.read(keys::CONNECTIONS, value::count(4, 10_000))?.unwrap_or(32),
        })
    }

    /// Passwords and sessions would cross the network in clear.
    pub fn refuse_plain_http_in_the_open(&self) -> Result<(), ConfigError> {
        if self.listen.ip().is_loopback() || !self.behind_proxy.is_empty() {
            return Ok(());
        }
        let problem = format!(
            "{} is not a loopback address, and Trackhold serves plain HTTP: whoever sees the network would see \
             passwords. Listen on 127.0.0.1, or put a TLS proxy in front and name it: --behind-proxy 10.0.0.5",
            self.listen
        );
        Err(ConfigError { place: None, problem })
    }

    pub const fn is_embedded(&self) -> bool {
        self.database.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(place: &Place, settings: &[(keys::Key, &str)]) -> Layer {
        let mut layer = Layer::default();
        for (key, text) in settings {
            layer.set_text(*key, text, place.clone());
        }
        layer
    }

    #[test]
    fn a_flag_wins_over_the_environment_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.toml");
        std::fs::write(&path, "listen = \"127.0.0.1:1\"\nregistration = \"closed\"\nrate_per_minute = 0\n")
            .unwrap();
        let flags = layer(&Place::Flag("--listen"), &[(keys::LISTEN, "127.0.0.1:3")]);
        let environment = layer(
            &Place::Environment("E"),
            &[
                (keys::LISTEN, "127.0.0.1:2"),
                (keys::REGISTRATION, "open"),
                (keys::BEHIND_PROXY, "::1, 10.0.0.0/8"),
            ],
        );
        let config = Config::load(flags, environment, Some(&path)).unwrap();
        assert_eq!(config.listen.port(), 3);
        assert_eq!(config.registration, Registration::Open);
        assert_eq!(config.rate_per_minute, 0);
        assert_eq!(config.behind_proxy.len(), 2);
        assert_eq!(config.data, Path::new("trackhold-data"));
    }

    #[test]
    fn plain_http_needs_loopback_or_a_proxy() {
        let with = |listen, proxy| {
            let flags = layer(&Place::Flag("f"), &[(keys::LISTEN, listen), (keys::BEHIND_PROXY, proxy)]);
            Config::load(flags, Layer::default(), None).unwrap().refuse_plain_http_in_the_open()
        };
        for (listen, proxy, fine) in [
            ("127.0.0.1:80", "", true),
            ("127.9.9.9:80", "", true),
            ("[::1]:80", "", true),
            ("0.0.0.0:80", "", false),
            ("[::]:80", "", false),
            ("192.0.2.1:80", "", false),
            ("0.0.0.0:80", "10.0.0.5", true),
        ] {
            assert_eq!(with(listen, proxy).is_ok(), fine, "{listen} {proxy}");
        }
    }

    #[test]
    fn debug_prints_no_password() {
        let flags = layer(
            &Place::Flag("f"),
            &[
                (keys::DATABASE_URL, "postgres://a:hunter2@h/d"),
                (keys::MIGRATE_URL, "postgres://o:hunter3@h/d"),
            ],
        );
        let config = Config::load(flags.clone(), Layer::default(), None).unwrap();
        let printed = format!("{config:?} {flags:?}");
        assert!(!printed.contains("hunter"), "{printed}");
    }
}
