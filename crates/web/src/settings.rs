//! What an operator can set about HTTP.

use std::time::Duration;

use crate::front::host::is_loopback;
use crate::network::Network;
use crate::page::Assets;

#[derive(Debug, Clone)]
pub struct Settings {
    /// Where people reach the server; links, Origin checks and the allowed host come from it.
    pub public_url: PublicUrl,
    /// TLS stands in front, here or at the proxy: `Secure` cookies with the `__Host-` prefix, and HSTS.
    pub secure: bool,
    /// Proxies whose `X-Forwarded-For` is believed; nobody else's is.
    pub behind_proxy: Vec<Network>,
    /// Requests a minute for each session, and for each address that nobody is signed in from; 0 is no limit.
    pub rate_per_minute: u32,
    /// Bytes of a JSON or form body where the route says nothing else.
    pub body_limit: usize,
    pub max_connections: usize,
    /// Of one address that is not a proxy's.
    pub max_connections_of_one: usize,
    pub timeouts: Timeouts,
    pub assets: Assets,
}

#[derive(Debug, Clone)]
pub struct Timeouts {
    /// For the whole of a request's head, and for an idle HTTP/1 connection.
    pub head: Duration,
    /// A connection on which nothing happens is closed after once to twice this.
    pub connection_idle: Duration,
    /// Between two pieces of a body.
    pub body_idle: Duration,
    /// For a client that does not take what it asked for.
    pub write_idle: Duration,
    /// What is under way at shutdown gets this long.
    pub shutdown: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            connection_idle: Duration::from_secs(60),
            body_idle: Duration::from_secs(30),
            write_idle: Duration::from_secs(60),
            shutdown: Duration::from_secs(9),
        }
    }
}

impl Settings {
    /// The defaults; `secure` where the address begins with `https`.
    pub fn new(public_url: PublicUrl) -> Self {
        Self {
            secure: public_url.is_https(),
            public_url,
            behind_proxy: Vec::new(),
            rate_per_minute: 6_000,
            body_limit: 1024 * 1024,
            max_connections: 4_096,
            max_connections_of_one: 256,
            timeouts: Timeouts::default(),
            assets: Assets { css: "", js: "", sprite: "", favicon: "", font: "" },
        }
    }

    /// Believes these proxies. They speak TLS to the outside, whatever the address says: only on loopback may
    /// somebody be trying it without.
    #[must_use]
    pub fn behind(mut self, proxies: Vec<Network>) -> Self {
        self.secure |= !proxies.is_empty() && !self.public_url.is_loopback();
        self.behind_proxy = proxies;
        self
    }
}

/// `https://track.example.com` or `http://localhost:8080`: scheme, host and port, nothing more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    /// As browsers send it in `Origin`: lower case, no default port, no slash at the end.
    origin: String,
    host: String,
}

impl PublicUrl {
    /// The reason is a sentence for the operator.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let (scheme, authority) = text.split_once("://").ok_or("must begin with http:// or https://")?;
        let default = match scheme {
            "http" => ":80",
            "https" => ":443",
            _ => return Err("must begin with http:// or https://"),
        };
        let parsed: http::uri::Authority = authority.parse().map_err(|_| "has no valid host")?;
        if authority.contains('@') || parsed.host().is_empty() {
            return Err("must be a host and, if need be, a port, without a path");
        }
        if parsed.as_str().len() > parsed.host().len() && parsed.port_u16().is_none() {
            return Err("has no valid port");
        }
        let authority = authority.strip_suffix(default).unwrap_or(authority);
        Ok(Self { origin: format!("{scheme}://{authority}"), host: parsed.host().to_owned() })
    }

    /// `https://track.example.com`, as browsers send it in `Origin`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Without the port; IPv6 in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }

    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// The absolute address of a path that begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_for_tls_where_tls_or_a_proxy_is() {
        let secure = |url: &str, proxies: Vec<Network>| {
            Settings::new(PublicUrl::parse(url).unwrap()).behind(proxies).secure
        };
        let proxy = || vec!["10.0.0.5".parse().unwrap()];
        assert!(secure("https://track.example.com", vec![]));
        assert!(secure("https://track.example.com", proxy()));
        assert!(secure("http://track.example.com", proxy()));
        assert!(!secure("http://localhost:8080", proxy()));
        assert!(!secure("http://127.0.0.1:8080", vec![]));
    }

    #[test]
    fn an_address_is_scheme_host_and_port() {
        for (text, origin, host) in [
            ("http://localhost:8080", "http://localhost:8080", "localhost"),
            ("HTTPS://Track.Example.com:443/", "https://track.example.com", "track.example.com"),
            ("http://[::1]:9000", "http://[::1]:9000", "[::1]"),
        ] {
            let url = PublicUrl::parse(text).unwrap();
            assert_eq!((url.origin(), url.host()), (origin, host));
        }
        for wrong in [
            "localhost:8080",
            "ftp://a",
            "http://",
            "http://a/b",
            "http://u@a",
            "http://a:b",
            "http://a?b",
            "",
        ] {
            assert!(PublicUrl::parse(wrong).is_err(), "{wrong}");
        }
    }
}
