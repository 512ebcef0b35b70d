//! The registry: each route once, with its access, its handler and what it says of itself.

mod doc;
pub(crate) mod guard;
mod info;
mod openapi;

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, on};
use http::Method;
use kernel::access::{Access, Role};

pub use doc::Doc;
pub use info::{Content, Kind, RouteInfo};

use crate::app::App;
use crate::failure::Failure;
use crate::front::{self, Front};
use guard::{Guarded, Handle};
use info::Insert;

const API_BASE: &str = "/api/v1";

/// One method of one path. Made with its access and its handler, or not at all.
pub struct Route {
    info: RouteInfo,
    doc: Doc,
    filter: MethodFilter,
    handle: Handle,
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident = $method:ident, $kind:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name<H, T>(path: &str, access: Access, handler: H) -> Self
        where
            H: Handler<T, App>,
            T: 'static,
        {
            Self::new(Method::$method, MethodFilter::$method, Kind::$kind, path, access, handler)
        }
    )*};
}

impl Route {
    methods! {
        get = GET, Api;
        post = POST, Api;
        put = PUT, Api;
        patch = PATCH, Api;
        delete = DELETE, Api;
        page_get = GET, Page;
        page_post = POST, Page;
        page_delete = DELETE, Page;
        /// Neither API nor page: probes, documents, files. No base.
        plain_get = GET, Plain;
    }

    fn new<H, T>(
        method: Method,
        filter: MethodFilter,
        kind: Kind,
        path: &str,
        access: Access,
        handler: H,
    ) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let path = if kind == Kind::Api { format!("{API_BASE}{path}") } else { path.to_owned() };
        let info = RouteInfo {
            method,
            path,
            kind,
            access,
            roles: Role::ALL.into_iter().filter(|role| access.allows(*role)).collect(),
            sudo: access.needs_sudo(),
            content: None,
            example: None,
            answers: Vec::new(),
            body_limit: None,
            counted: true,
            by_itself: false,
            before_factor: false,
            extensions: Vec::new(),
        };
        let handle: Handle = Arc::new(move |request, app| Box::pin(handler.clone().call(request, app)));
        Self { info, doc: Doc::default(), filter, handle }
    }

    #[must_use]
    pub fn doc(mut self, doc: Doc) -> Self {
        self.info.content = doc.body.as_ref().map(|body| body.content);
        self.info.example = doc.body.as_ref().map(|body| body.example.clone());
        self.info.answers = doc.answers.iter().map(|(status, ..)| *status).collect();
        self.doc = doc;
        self
    }

    /// Bytes of body that this route takes instead of the general limit.
    #[must_use]
    pub const fn body_limit(mut self, bytes: usize) -> Self {
        self.info.body_limit = Some(bytes);
        self
    }

    /// The general limit on requests does not count it: probes, files of the front end.
    #[must_use]
    pub const fn uncounted(mut self) -> Self {
        self.info.counted = false;
        self
    }

    /// Open also to those who have to set up a second factor before anything else of the workspace.
    #[must_use]
    pub const fn before_factor(mut self) -> Self {
        self.info.before_factor = true;
        self
    }

    /// Open pages ask it without anybody's doing: it does not keep a session from being idle.
    #[must_use]
    pub const fn by_itself(mut self) -> Self {
        self.info.by_itself = true;
        self
    }
}

/// Routes of a slice, or of all.
#[derive(Default)]
pub struct Routes(Vec<Route>);

/// Why the routes cannot be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartError {
    Twice(String),
    Path(String),
    Schema(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twice(route) => write!(f, "{route} is registered twice"),
            Self::Path(path) => write!(f, "{path} is not a path that can be routed"),
            Self::Schema(name) => write!(f, "two different types of the API are called {name}"),
        }
    }
}

impl std::error::Error for StartError {}

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn with(mut self, route: Route) -> Self {
        self.0.push(route);
        self
    }

    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Gives `value` to the handlers of all routes that are in this list now (`axum::Extension<T>`).
    #[must_use]
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        let insert: Insert = Arc::new(move |extensions| {
            extensions.insert(value.clone());
        });
        for route in &mut self.0 {
            route.info.extensions.push(insert.clone());
        }
        self
    }

    /// The test matrix: every route with its access and a valid body, in order of path and method.
    pub fn table(&self) -> Vec<RouteInfo> {
        let mut table: Vec<_> = self.0.iter().map(|route| route.info.clone()).collect();
        table.sort_by(|a, b| (&a.path, a.method.as_str()).cmp(&(&b.path, b.method.as_str())));
        table
    }

    /// The OpenAPI 3.1 document of all routes but pages.
    pub fn openapi(&self, version: &str) -> utoipa::openapi::OpenApi {
        openapi::document(&self.0, version)
    }

    /// The service; refuses routes that are there twice, whatever their parameters are called, and types
    /// that would take each other's place in the document.
    pub fn into_front(self, app: App) -> Result<Front, StartError> {
        if let Some(name) = openapi::ambiguous(&self.0) {
            return Err(StartError::Schema(name));
        }
        let mut seen = HashSet::new();
        let mut router: Router<App> = Router::new();
        for route in self.0 {
            let shape = shape(&route.info.path)?;
            if !seen.insert((route.info.method.clone(), shape)) {
                return Err(StartError::Twice(format!("{} {}", route.info.method, route.info.path)));
            }
            let path = route.info.path.clone();
            router = router.route(&path, on(route.filter, Guarded::new(route.handle, Arc::new(route.info))));
        }
        let router = router
            .method_not_allowed_fallback(async || front::method_not_allowed())
            .fallback(async || Failure::from(kernel::Error::NotFound))
            .with_state(app.clone());
        Ok(Front::new(router, app))
    }
}

/// The path without the names of its parameters; also whether the router would take it at all.
fn shape(path: &str) -> Result<String, StartError> {
    let part = |part: &str| match part.strip_prefix('{') {
        Some(name) if name.ends_with('}') && name.len() > 1 && !name.starts_with('*') => {
            Some("{}".to_owned())
        }
        None if !part.contains(['{', '}', ':', '*']) => Some(part.to_owned()),
        _ => None,
    };
    let rest = path.strip_prefix('/').ok_or_else(|| StartError::Path(path.to_owned()))?;
    let parts: Option<Vec<_>> = rest.split('/').map(part).collect();
    parts.map(|parts| parts.join("/")).ok_or_else(|| StartError::Path(path.to_owned()))
}
