//! What a route is, for the guard, the documents and the test matrix.

use std::sync::Arc;

use http::Extensions;
use kernel::access::{Access, Role};
use serde::{Serialize, Serializer};

/// What a route speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// JSON below `/api/v1`.
    Api,
    /// HTML, without base.
    Page,
    /// Anything else without base (probes, documents, files); refusals are problems.
    Plain,
}

/// What a request's body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    Json,
    Form,
    Multipart,
}

/// One registered route. As JSON it is a line of the test matrix.
#[derive(Clone, Serialize)]
pub struct RouteInfo {
    /// `GET`, `POST` …
    #[serde(serialize_with = "text")]
    pub method: http::Method,
    /// The whole path with the names of its parameters: `/api/v1/boards/{board}/items`.
    pub path: String,
    pub kind: Kind,
    pub access: Access,
    /// Roles that pass, sudo aside; all six where the role does not matter.
    pub roles: Vec<Role>,
    pub sudo: bool,
    /// None where the route takes no body.
    pub content: Option<Content>,
    /// A body that is valid but for the ids in it.
    pub example: Option<serde_json::Value>,
    /// Statuses of success.
    pub answers: Vec<u16>,
    /// Bytes.
    pub body_limit: Option<usize>,
    /// Whether the general limit on requests counts this route.
    pub counted: bool,
    /// Open pages ask it, not people: a session is not used by it.
    pub by_itself: bool,
    /// Open also to those who have to set up a second factor first.
    pub before_factor: bool,
    #[serde(skip)]
    pub(crate) extensions: Vec<Insert>,
}

/// Puts one value into a request's extensions.
pub(crate) type Insert = Arc<dyn Fn(&mut Extensions) + Send + Sync>;

fn text<S: Serializer>(method: &http::Method, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(method.as_str())
}

impl RouteInfo {
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

impl std::fmt::Debug for RouteInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({:?})", self.method, self.path, self.access)
    }
}
