//! Which names the server answers to: its public one, and loopback's. Anything else is a page of another
//! site whose name was pointed at us (DNS rebinding), or a proxy that is set up wrongly.

use std::net::IpAddr;

use http::StatusCode;
use http::header::HOST;
use http::request::Parts;

use crate::failure::Failure;
use crate::settings::Settings;

/// Probes of an orchestrator ask by the container's address; there is nothing here to rebind to.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];

pub(crate) fn check(settings: &Settings, parts: &Parts) -> Result<(), Failure> {
    if PROBES.contains(&parts.uri.path()) {
        return Ok(());
    }
    let mut named = parts.headers.get_all(HOST).iter();
    let header = named.next();
    if named.next().is_some() {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "two_hosts", "The request names two hosts."));
    }
    let header = match header {
        Some(value) => Some(value.to_str().map_err(|_| misdirected())?),
        None => None,
    };
    let target = parts.uri.authority().map(|authority| authority.as_str());
    if header.is_none() && target.is_none() {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "no_host", "The request names no host."));
    }
    let known = |name: &str| is_known(settings, name_of(name));
    if header.into_iter().chain(target).all(known) { Ok(()) } else { Err(misdirected()) }
}

fn misdirected() -> Failure {
    Failure::new(StatusCode::MISDIRECTED_REQUEST, "wrong_host", "This server does not answer to that name.")
}

fn is_known(settings: &Settings, name: &str) -> bool {
    name.eq_ignore_ascii_case(settings.public_url.host()) || is_loopback(name)
}

/// The host of `host:port`; IPv6 stays in its brackets.
pub(crate) fn name_of(authority: &str) -> &str {
    let end = match authority.strip_prefix('[') {
        Some(rest) => rest.find(']').map(|at| at + 2),
        None => authority.find(':'),
    };
    let (name, rest) = authority.split_at(end.unwrap_or(authority.len()));
    let port = rest.strip_prefix(':').unwrap_or(rest);
    // Anything but digits after the name makes it no name that we know.
    if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { "" }
}

pub(crate) fn is_loopback(name: &str) -> bool {
    if name.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    bare.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::PublicUrl;

    fn status(uri: &str, hosts: &[&str]) -> u16 {
        let settings = Settings::new(PublicUrl::parse("https://track.example.com").unwrap());
        let mut request = http::Request::get(uri);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        check(&settings, &parts).map_or_else(|refused| refused.status().as_u16(), |()| 200)
    }

    #[test]
    fn only_our_own_names_are_answered_to() {
        for good in [
            "track.example.com",
            "TRACK.example.com:8443",
            "localhost:8080",
            "127.0.0.1",
            "127.9.9.9:80",
            "[::1]:8080",
        ] {
            assert_eq!(status("/", &[good]), 200, "{good}");
        }
        for bad in [
            "evil.example",
            "track.example.com.evil.example",
            "track.example.com:80@evil.example",
            "localhost.evil.example",
            "10.0.0.1",
            "[::2]",
            "[::1",
            "",
        ] {
            assert_eq!(status("/", &[bad]), 421, "{bad}");
        }
        assert_eq!(status("/", &[]), 400);
        assert_eq!(status("/", &["localhost", "localhost"]), 400);
        assert_eq!(status("http://evil.example/", &["localhost"]), 421, "the target counts as well");
        assert_eq!(status("/healthz", &["10.0.0.1"]), 200);
    }
}
