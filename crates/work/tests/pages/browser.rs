//! A browser: asks for pages in somebody's name, sends forms, and looks at what comes.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use kernel::Result;
use kernel::access::{Caller, Origin};
use store::Store;
use web::page::{Frame, Page, Person, WorkspaceLink};
use web::{App, Authenticate, BoxFuture, FillFrame, Front, PublicUrl, Settings};

use crate::home::{Desk, Home};

pub struct Browser {
    pub home: Home,
    front: Front,
}

/// Whether a script makes the request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum By {
    Script,
    Hand,
}

pub use By::{Hand, Script};

struct Names(Vec<(String, Caller)>);

impl Authenticate for Names {
    fn authenticate<'a>(&'a self, token: &'a str, _: Origin) -> BoxFuture<'a, Result<Option<Caller>>> {
        let found = self.0.iter().find(|(name, _)| name == token).map(|(_, caller)| caller.clone());
        Box::pin(async move { Ok(found) })
    }
}

/// The part of the frame that belongs to another slice.
struct Outside;

impl FillFrame for Outside {
    fn fill<'a>(
        &'a self,
        _: &'a Store,
        _: &'a Caller,
        _: &'a str,
        page: &'a mut Page,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let person = Person {
                id: "user_1".into(),
                name: "Ada Moreno".into(),
                initials: "AM".into(),
                tag: 1,
                placeholder: false,
            };
            let workspace = || WorkspaceLink { id: "ws_1".into(), name: "Fernglow".into(), tag: 1 };
            page.frame = Some(Frame {
                workspace: workspace(),
                workspaces: vec![workspace()],
                person,
                role: "",
                projects: Vec::new(),
                may_create_project: false,
                may_import: false,
                may_secure: false,
                is_superadmin: false,
            });
            Ok(())
        })
    }
}

pub const ROLES: [&str; 6] = ["admin", "manager", "team_lead", "developer", "tester", "viewer"];

impl Browser {
    pub fn new(home: Home) -> Self {
        let names =
            ROLES.iter().flat_map(|role| [(*role).to_owned(), format!("{role}+"), format!("{role}@2")]);
        let callers = names.map(|name| (name.clone(), home.caller(&name))).collect();
        let mut settings = Settings::new(PublicUrl::parse("http://localhost:8080").unwrap());
        settings.rate_per_minute = 0;
        let frame: Vec<Arc<dyn FillFrame>> = vec![Arc::new(Outside), Arc::new(work::WorkFrame)];
        let app = App::new(home.store.clone(), Arc::new(settings), Arc::new(Names(callers)), frame);
        Self { front: work::routes().into_front(app).unwrap(), home }
    }

    pub async fn send(&self, who: &str, line: &str, by: By, form: &[(&str, &str)]) -> Shown {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost:8080")
            .header("origin", "http://localhost:8080")
            .header("accept", "text/html")
            .header("cookie", format!("trackhold={who}; zone=Asia/Tokyo"));
        if by == Script {
            request = request.header("hx-request", "true");
        }
        let body = if method == "POST" {
            request = request.header("content-type", "application/x-www-form-urlencoded");
            Body::from(serde_html_form::to_string(form).unwrap())
        } else {
            Body::empty()
        };
        let response = self.front.clone().answer(request.body(body).unwrap()).await;
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(to_bytes(body, 64 << 20).await.unwrap().to_vec()).unwrap();
        Shown { line: line.to_owned(), status: parts.status.as_u16(), headers: parts.headers, text }
    }

    pub async fn open(&self, who: &str, path: &str) -> Shown {
        self.send(who, &format!("GET {path}"), Hand, &[]).await
    }

    /// A fragment, as the script asks for it.
    pub async fn part(&self, who: &str, path: &str) -> Shown {
        self.send(who, &format!("GET {path}"), Script, &[]).await
    }

    pub async fn post(&self, who: &str, path: &str, by: By, form: &[(&str, &str)]) -> Shown {
        self.send(who, &format!("POST {path}"), by, form).await
    }

    pub async fn delete(&self, who: &str, path: &str, by: By) -> Shown {
        self.send(who, &format!("DELETE {path}"), by, &[]).await
    }

    /// A board with three groups, and an item of the developer's in the first.
    pub async fn desk(&self) -> (Desk, String) {
        let desk = self.home.desk("WEB", "").await;
        let item = self.home.item("developer", &desk, 0, "Write the news").await;
        (desk, item)
    }

    /// An item as the API shows it.
    pub async fn item(&self, id: &str) -> serde_json::Value {
        self.home.get("viewer", &format!("/items/{id}")).await.ok().json
    }
}

#[derive(Debug)]
pub struct Shown {
    pub line: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Shown {
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} gave {}", self.line, self.text);
        self
    }

    pub fn ok(self) -> Self {
        let shown = self.is(200);
        assert_eq!(shown.headers["content-type"], "text/html; charset=utf-8", "{}", shown.line);
        assert_eq!(shown.headers["cache-control"], "no-store", "{}", shown.line);
        shown
    }

    /// 200 with a fragment: no page around it.
    pub fn fragment(self) -> Self {
        let shown = self.ok();
        assert!(!shown.text.contains("<html") && !shown.text.contains("<body"), "{} gave a page", shown.line);
        shown
    }

    /// 303 to this path.
    pub fn leads_to(self, path: &str) -> Self {
        let shown = self.is(303);
        assert_eq!(shown.headers["location"], path, "{}", shown.line);
        shown
    }

    /// A problem of this status and code.
    pub fn refused(self, status: u16, code: &str) -> Self {
        let shown = self.is(status);
        assert_eq!(shown.headers["content-type"], "application/problem+json", "{}", shown.line);
        let problem: serde_json::Value = serde_json::from_str(&shown.text).unwrap();
        assert_eq!(problem["code"], code, "{} gave {}", shown.line, shown.text);
        shown
    }

    pub fn has(self, text: &str) -> Self {
        assert!(self.text.contains(text), "{} lacks {text:?}:\n{}", self.line, self.text);
        self
    }

    pub fn lacks(self, text: &str) -> Self {
        assert!(!self.text.contains(text), "{} has {text:?}:\n{}", self.line, self.text);
        self
    }

    pub fn count(&self, text: &str) -> usize {
        self.text.matches(text).count()
    }

    /// What the `<hx-partial>`s aim at, in their order.
    pub fn targets(&self) -> Vec<&str> {
        let parts = self.text.split("<hx-partial hx-target=\"").skip(1);
        parts.filter_map(|part| part.split('"').next()).collect()
    }
}
