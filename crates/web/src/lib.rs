//! The HTTP kit: one registry of routes that makes the router, the OpenAPI document and the tests'
//! matrix; who asks; what is refused, in which order; and what stands on every answer.
//!
//! Invariants: a route without [`Access`](kernel::access::Access) does not compile; nothing of a request
//! is parsed before its caller was checked; every answer, also a refusal, carries the security headers.

mod answer;
mod app;
pub mod check;
pub mod cookie;
mod cursor;
mod extract;
mod failure;
mod front;
pub mod idempotency;
mod limits;
mod listener;
pub mod live;
pub mod network;
pub mod page;
mod patch;
mod routes;
mod settings;
pub mod time;
mod visit;
pub mod words;

pub use answer::{Answer, Created, Html, Json, NoContent, NoTransform, Page, Tagged, Written, see_other};
pub use app::{App, Authenticate, BoxFuture, FillFrame};
pub use check::Check;
pub use cursor::{Cursor, Listing};
pub use extract::{
    Body, ClientOrigin, FormBody, IdempotencyKey, IfMatch, Keyed, MaybeSigned, Params, PathId, PathIds,
    Permitted, RequestIdentity, Signed, Upload,
};
pub use failure::Failure;
pub use front::Front;
pub use listener::serve;
pub use patch::Patch;
pub use routes::{Content, Doc, Kind, Route, RouteInfo, Routes, StartError};
pub use settings::{PublicUrl, Settings, Timeouts};
pub use visit::{Visit, local_path, next_of};
