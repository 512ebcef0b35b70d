//! Who asks, and from where.

use axum::extract::FromRequestParts;
use http::request::Parts;
use kernel::access::{Access, AreaKind, Caller, Level, Origin, Permit};
use kernel::{Error, RequestId};

use crate::app::App;
use crate::failure::Failure;
use crate::front::Shared;
use crate::front::context::Context;
use crate::routes::guard;

pub(crate) fn context(parts: &Parts) -> Result<Shared, Failure> {
    Context::of(parts).ok_or_else(|| Error::internal("a route without its front").into())
}

/// The caller that the guard let in; 401 on public routes, which have none.
#[derive(Debug)]
pub struct Signed(pub Caller);

impl FromRequestParts<App> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        let caller = context(parts)?.caller.get().cloned();
        Ok(Self(caller.ok_or(Error::Unauthenticated { code: "unauthenticated" })?))
    }
}

/// The caller, if somebody is signed in; on public routes the credential is looked at only for this.
#[derive(Debug)]
pub struct MaybeSigned(pub Option<Caller>);

impl FromRequestParts<App> for MaybeSigned {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let context = context(parts)?;
        if let Some(caller) = context.caller.get() {
            return Ok(Self(Some(caller.clone())));
        }
        let caller = guard::authenticate(app, &context, &parts.headers).await?;
        if let Some(caller) = &caller {
            guard::same_workspace(caller, &parts.headers)?;
            let _ = context.caller.set(caller.clone());
        }
        Ok(Self(caller))
    }
}

/// The permit of the area that the route's access names, at its level; on any other route it is our fault.
#[derive(Debug)]
pub struct Permitted<A>(pub Permit<A>);

impl<A: AreaKind> FromRequestParts<App> for Permitted<A> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        let context = context(parts)?;
        let level = match context.route.get().map(|route| route.access) {
            Some(Access::Area(area, level) | Access::Sudo(area, level)) if area == A::AREA => level,
            _ => return Err(Error::internal("the route's access is not of the permit's area").into()),
        };
        let caller = context.caller.get().ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
        Ok(Self(caller.permit::<A>(Level::max(level, Level::View))?))
    }
}

/// Where the request came from, for actors that are nobody yet.
#[derive(Debug)]
pub struct ClientOrigin(pub Origin);

impl FromRequestParts<App> for ClientOrigin {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        Ok(Self(context(parts)?.origin(&parts.headers)))
    }
}

/// The request itself, for what goes on after its handler.
pub(crate) struct RequestContext(pub(crate) Shared);

impl FromRequestParts<App> for RequestContext {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        context(parts).map(Self)
    }
}

/// The request's id, as the answer's `X-Request-Id` will say.
#[derive(Debug, Clone, Copy)]
pub struct RequestIdentity(pub RequestId);

impl FromRequestParts<App> for RequestIdentity {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        Ok(Self(context(parts)?.id))
    }
}
