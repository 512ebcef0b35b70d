//! Cookies: the session's, and the few that the browser's script sets.

use std::time::Duration;

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

use crate::settings::Settings;

/// Longer ones are nobody's, and not worth a look into the store.
const LONGEST_TOKEN: usize = 256;

/// `__Host-` binds the cookie to this very host, without a path or domain that others could set.
pub const fn session_name(settings: &Settings) -> &'static str {
    if settings.secure { "__Host-trackhold" } else { "trackhold" }
}

/// Of a page between the password and the second factor.
const fn waiting_name(settings: &Settings) -> &'static str {
    if settings.secure { "__Host-trackhold-waiting" } else { "trackhold-waiting" }
}

/// The value of the first cookie of this name.
pub fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

/// The session's token, where there is one of a possible form.
pub(crate) fn session<'a>(settings: &Settings, headers: &'a HeaderMap) -> Option<&'a str> {
    token(headers, session_name(settings))
}

/// The token of whoever gave their password and waits to give the second factor.
pub fn waiting<'a>(settings: &Settings, headers: &'a HeaderMap) -> Option<&'a str> {
    token(headers, waiting_name(settings))
}

fn token<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let token = value(headers, name)?;
    let possible =
        (1..=LONGEST_TOKEN).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic());
    possible.then_some(token)
}

/// `Set-Cookie` for a new session. `token` is visible ASCII without `;` and `,` (base64url).
pub fn start_session(settings: &Settings, token: &str, lives: Duration) -> kernel::Result<HeaderValue> {
    set(settings, session_name(settings), token, lives.as_secs())
}

/// `Set-Cookie` that takes the session's cookie away.
pub fn end_session(settings: &Settings) -> kernel::Result<HeaderValue> {
    set(settings, session_name(settings), "", 0)
}

/// `Set-Cookie` for the way from the password to the second factor.
pub fn start_waiting(settings: &Settings, token: &str, lives: Duration) -> kernel::Result<HeaderValue> {
    set(settings, waiting_name(settings), token, lives.as_secs())
}

/// `Set-Cookie` that ends it.
pub fn end_waiting(settings: &Settings) -> kernel::Result<HeaderValue> {
    set(settings, waiting_name(settings), "", 0)
}

fn set(settings: &Settings, name: &str, token: &str, seconds: u64) -> kernel::Result<HeaderValue> {
    let secure = if settings.secure { "; Secure" } else { "" };
    let cookie = format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let mut value = HeaderValue::try_from(cookie).map_err(kernel::Error::internal)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::PublicUrl;

    #[test]
    fn under_tls_the_cookie_belongs_to_the_host_alone() {
        let https = Settings::new(PublicUrl::parse("https://track.example.com").unwrap());
        let http = Settings::new(PublicUrl::parse("http://localhost:8080").unwrap());
        let cookie = start_session(&https, "abc", Duration::from_secs(60)).unwrap();
        assert_eq!(cookie, "__Host-trackhold=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "theme=dark; trackhold=one".parse().unwrap());
        headers.append(COOKIE, "xtrackhold=no; __Host-trackhold=two".parse().unwrap());
        assert_eq!(session(&https, &headers), Some("two"), "the plain name counts for nothing here");
        assert_eq!(session(&http, &headers), Some("one"));
        assert_eq!(value(&headers, "theme"), Some("dark"));
        let long = format!("trackhold={}", "a".repeat(257));
        headers.insert(COOKIE, long.parse().unwrap());
        assert_eq!(session(&http, &headers), None);
    }
}
