//! What handlers ask of a request. Every refusal is a [`Failure`](crate::Failure).

mod body;
mod caller;
mod form;
mod header;
mod ids;
mod json;
mod keyed;
mod text;

pub use body::{Body, Upload};
pub(crate) use caller::RequestContext;
pub(crate) use caller::context;
pub use caller::{ClientOrigin, MaybeSigned, Permitted, RequestIdentity, Signed};
pub(crate) use form::query;
pub use form::{FormBody, Params};
pub use header::{IdempotencyKey, IfMatch};
pub use ids::{PathId, PathIds};
pub(crate) use json::refuse_nul;
pub use keyed::Keyed;
