//! A visit to a page: what of the request shapes how it looks, and the page's frame.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, Method};
use jiff::tz::TimeZone;
use kernel::access::Caller;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::app::App;
use crate::cookie;
use crate::extract::MaybeSigned;
use crate::failure::Failure;
use crate::front::context::Context;
use crate::live::Place;
use crate::page::Page;
use crate::words::EN;

/// For handlers of pages; on public pages `caller` may be none.
#[derive(Debug)]
pub struct Visit {
    pub caller: Option<Caller>,
    /// `HX-Request: true`: the answer is a fragment.
    pub htmx: bool,
    /// Path and query of this page.
    pub path: String,
    theme: &'static str,
    folded: bool,
    /// The place among the workspace's events behind which lies what this page does not show.
    events: String,
    /// The browser's zone, as its script said.
    zone: Option<TimeZone>,
}

impl Visit {
    pub(crate) fn outside(headers: &HeaderMap, context: &Context) -> Self {
        // Only these exact values may reach a page.
        let theme = match cookie::value(headers, "theme") {
            Some("light") => "light",
            Some("dark") => "dark",
            _ => "",
        };
        Self {
            caller: None,
            htmx: context.htmx,
            path: context.path_and_query().to_owned(),
            theme,
            folded: cookie::value(headers, "side") == Some("folded"),
            events: String::new(),
            zone: cookie::value(headers, "zone").and_then(crate::time::zone),
        }
    }

    /// The zone that this person sees times in: of the profile, else of the browser, else UTC. A fragment
    /// knows the browser's alone, which the script makes the profile's where there is one.
    pub fn zone(&self, page: &Page) -> TimeZone {
        crate::time::zone(&page.time_zone).or_else(|| self.zone.clone()).unwrap_or(TimeZone::UTC)
    }

    /// A page outside the frame (signing in, errors), or what a fragment needs of one.
    pub fn bare(&self, app: &App, title: impl Into<String>) -> Page {
        Page {
            w: &EN,
            assets: app.settings.assets,
            title: title.into(),
            here: "",
            lang: "en",
            theme: self.theme,
            folded: self.folded,
            time_zone: String::new(),
            events: self.events.clone(),
            frame: None,
        }
    }

    /// A whole page. `here` names the entry of the sidebar: `projects`, `import`, `members`, `account` or empty.
    /// Without a caller, for htmx, and for whoever has to set up a second factor first, it has no frame.
    pub async fn page(
        &self,
        app: &App,
        title: impl Into<String>,
        here: &'static str,
    ) -> kernel::Result<Page> {
        let mut page = self.bare(app, title);
        page.here = here;
        let caller = self.caller.as_ref().filter(|caller| !self.htmx && !caller.lacks_factor());
        if let Some(caller) = caller {
            for part in &app.frame {
                part.fill(&app.store, caller, &self.path, &mut page).await?;
            }
        }
        Ok(page)
    }

    /// A page for a fragment: words and assets alone.
    pub fn fragment(&self, app: &App) -> Page {
        self.bare(app, "")
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let MaybeSigned(caller) = MaybeSigned::from_request_parts(parts, app).await?;
        let context = crate::extract::context(parts)?;
        // Before anything of the page is read: what comes later is told.
        let events = match &caller {
            Some(caller) if !context.htmx && parts.method == Method::GET => {
                let number = app.store.tenant(caller).newest_event().await?;
                Place { workspace: caller.workspace(), number }.text()
            }
            _ => String::new(),
        };
        Ok(Self { caller, events, ..Self::outside(&parts.headers, &context) })
    }
}

/// Letters that mean something in a query are written as `%XX`; paths stay readable.
const IN_QUERY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A path as the value of `?next=`.
pub fn next_of(path: &str) -> String {
    utf8_percent_encode(local_path(path).unwrap_or("/"), IN_QUERY).to_string()
}

/// Where `next` may lead: a path on this server, beginning with exactly one slash. Browsers take `\` for
/// `/` and drop tabs and line ends, so that `/\evil.example` would lead away.
pub fn local_path(next: &str) -> Option<&str> {
    let rest = next.strip_prefix('/')?;
    let away = rest.starts_with('/') || next.contains('\\') || next.chars().any(char::is_control);
    (!away && next.len() <= 2_048).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_stays_on_this_server() {
        for good in ["/", "/boards/board_1?q=a%20b", "/items/1#x"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "a",
            "/\t/evil.example",
            "/a\nb",
        ] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
        assert_eq!(next_of("/boards/b_1?q=a&status=x"), "/boards/b_1%3Fq%3Da%26status%3Dx");
        assert_eq!(next_of("//evil.example"), "/");
    }
}
