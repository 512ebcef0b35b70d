//! How the texts of settings are understood. What is wrong is said without repeating the text
//! where it may be a secret.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use identity::Registration;
use kernel::crypto::SecretText;
use store::backup::Sealing;
use web::PublicUrl;
use web::network::Network;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people where people look (a terminal, a development build), else JSON.
    Auto,
    Human,
    Json,
}

pub fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("must not be empty".into()) } else { Ok(text.into()) }
}

/// A directory, made absolute (whoever reads it next may stand elsewhere), or an address of a bucket. What is
/// wrong is not repeated: keys of buckets are pasted there by mistake.
pub fn place(text: &str) -> Result<String, String> {
    const KINDS: &str = "must be a directory, file:///DIR or s3://BUCKET/PREFIX";
    match text.split_once("://") {
        None if text.is_empty() => Err(KINDS.into()),
        None => {
            let path = std::path::absolute(text).map_err(|error| error.to_string())?;
            path.into_os_string().into_string().map_err(|_| "must be UTF-8 text".into())
        }
        Some(("s3", bucket)) if !bucket.is_empty() && !bucket.contains('@') => Ok(text.to_owned()),
        Some(("file", path)) if path.starts_with('/') => Ok(text.to_owned()),
        Some(_) => Err(KINDS.into()),
    }
}

/// A place, or none: `off`.
pub fn place_or_off(text: &str) -> Result<Option<String>, String> {
    if text == "off" { Ok(None) } else { place(text).map(Some) }
}

/// `age1…`, as `age-keygen` prints it.
pub fn recipient(text: &str) -> Result<String, String> {
    Sealing::recipient(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

pub fn days(text: &str) -> Result<u32, String> {
    let days = text.parse().ok().filter(|days| (1..=3_650).contains(days));
    days.ok_or_else(|| format!("{text:?} is not a whole number from 1 to 3650"))
}

pub fn address(text: &str) -> Result<SocketAddr, String> {
    let loopback = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    if let Some(port) = loopback {
        return Ok((Ipv4Addr::LOCALHOST, port).into());
    }
    text.parse()
        .map_err(|_| format!("{text:?} is not an address and port such as 127.0.0.1:8080 or [::1]:8080"))
}

pub fn registration(text: &str) -> Result<Registration, String> {
    match text {
        "open" => Ok(Registration::Open),
        "invite" => Ok(Registration::Invite),
        "closed" => Ok(Registration::Closed),
        other => Err(format!("{other:?} is none of open, invite, closed")),
    }
}

/// Requests a minute; 0 means no limit.
pub fn rate(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("{text:?} is not a whole number from 0 to {}", u32::MAX))
}

/// A whole number from `least` to `most`.
pub fn count(least: usize, most: usize) -> impl Fn(&str) -> Result<usize, String> {
    move |text| {
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| format!("{text:?} is not a whole number from {least} to {most}"))
    }
}

pub fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "auto" => Ok(LogFormat::Auto),
        "human" => Ok(LogFormat::Human),
        "json" => Ok(LogFormat::Json),
        other => Err(format!("{other:?} is none of auto, human, json")),
    }
}

pub fn log_level(text: &str) -> Result<tracing::Level, String> {
    let known = ["error", "warn", "info", "debug", "trace"].contains(&text);
    text.parse()
        .ok()
        .filter(|_| known)
        .ok_or_else(|| format!("{text:?} is none of error, warn, info, debug, trace"))
}

pub fn network(text: &str) -> Result<Network, String> {
    if text.ends_with("/0") {
        return Err(format!(
            "{text:?} is everybody: whoever connects could claim any address; name the proxies"
        ));
    }
    text.parse().map_err(|_| format!("{text:?} is not a network such as 10.0.0.0/8, or an address"))
}

pub fn public_url(text: &str) -> Result<PublicUrl, String> {
    PublicUrl::parse(text).map_err(|why| format!("{text:?} {why}, such as https://track.example.org"))
}

/// Kept as it is; the store says what is wrong with it, without repeating it.
pub fn database_url(text: &str) -> Result<SecretText, String> {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        Ok(SecretText::new(text.to_owned()))
    } else {
        Err("must begin with postgres:// or postgresql://".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_taken_for_a_proxy_by_default() {
        assert!(network("10.0.0.0/8").is_ok() && network("::1").is_ok());
        for text in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/x", "0.0.0.0/0", "::/0", "proxy"] {
            assert!(network(text).is_err(), "{text}");
        }
    }

    #[test]
    fn places_are_directories_or_buckets() {
        assert_eq!(place("/var/backups").unwrap(), "/var/backups");
        assert!(
            place("backups").unwrap().ends_with("/backups") && place("backups").unwrap().starts_with('/')
        );
        assert_eq!(place("s3://bucket/prefix").unwrap(), "s3://bucket/prefix");
        assert_eq!(place("file:///var/backups").unwrap(), "file:///var/backups");
        for text in ["", "s3://", "ftp://h/d", "file://relative", "s3://key:hunter2@bucket"] {
            assert!(place(text).is_err_and(|why| !why.contains("hunter2")), "{text}");
        }
        assert_eq!(place_or_off("off"), Ok(None));
        assert!(days("0").is_err() && days("3651").is_err() && days("30").is_ok() && days("-1").is_err());
    }

    #[test]
    fn addresses_and_numbers() {
        assert_eq!(address("localhost:80").unwrap(), address("127.0.0.1:80").unwrap());
        for text in ["", "8080", ":8080", "localhost", "localhost:x", "127.0.0.1:70000", "example.org:80"] {
            assert!(address(text).is_err(), "{text}");
        }
        assert_eq!(rate("0"), Ok(0));
        assert!(
            rate("-1").is_err() && rate("").is_err() && rate("1e3").is_err() && rate("4294967296").is_err()
        );
        assert!(count(1, 9)("0").is_err() && count(1, 9)("10").is_err() && count(1, 9)("9").is_ok());
        assert!(log_level("verbose").is_err() && log_level("1").is_err() && log_level("debug").is_ok());
        assert!(database_url("mysql://x:secret@y").is_err_and(|why| !why.contains("secret")));
    }
}
