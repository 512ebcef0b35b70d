//! What stands before every handler. The order is always the same: cross-site, no caller 401,
//! another workspace 409, a second factor that is asked for, role and sudo 403; only then is anything of the request's content looked at.

use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use http_body_util::Limited;
use kernel::access::{Access, Caller};
use kernel::{Error, Result, WorkspaceId};

use super::RouteInfo;
use crate::app::{App, BoxFuture};
use crate::cookie;
use crate::failure::Failure;
use crate::front::context::Context;
use crate::front::csrf;

const WORKSPACE: HeaderName = HeaderName::from_static("trackhold-workspace");
/// Bytes of body that nobody in particular may have us hold.
const PUBLIC_BODY: usize = 64 * 1024;

/// A handler whose own type is forgotten: what stands before and around it is compiled once, not for each.
pub(super) type Handle = Arc<dyn Fn(Request, App) -> BoxFuture<'static, Response> + Send + Sync>;

/// A handler that is reached only by those whom its route lets in.
#[derive(Clone)]
pub(super) struct Guarded {
    handle: Handle,
    info: Arc<RouteInfo>,
}

impl Guarded {
    pub(super) const fn new(handle: Handle, info: Arc<RouteInfo>) -> Self {
        Self { handle, info }
    }
}

impl Handler<Access, App> for Guarded {
    type Future = BoxFuture<'static, Response>;

    fn call(self, request: Request, app: App) -> Self::Future {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            if let Err(refused) = admit(&app, &self.info, &mut parts).await {
                return Failure::from(refused).into_response();
            }
            let usual = app.settings.body_limit;
            let usual = if self.info.access == Access::Public { usual.min(PUBLIC_BODY) } else { usual };
            let limit = self.info.body_limit.unwrap_or(usual);
            match limited(parts, body, limit) {
                Ok(request) => (self.handle)(request, app).await,
                Err(refused) => refused.into_response(),
            }
        })
    }
}

async fn admit(app: &App, info: &Arc<RouteInfo>, parts: &mut Parts) -> Result<()> {
    let context = Context::of(parts).ok_or_else(|| Error::internal("a route without its front"))?;
    let _ = context.route.set(info.clone());
    for insert in &info.extensions {
        insert(&mut parts.extensions);
    }
    let public = info.access == Access::Public;
    let cookie = cookie::session(&app.settings, &parts.headers);
    if csrf::is_unsafe(&parts.method) && (public || cookie.is_some()) {
        csrf::check(&app.settings, info.kind, parts)?;
    }
    if public {
        return if info.counted { count_address(app, &context) } else { Ok(()) };
    }
    let stranger = !cookie.is_some_and(|token| app.auth.remembers(token));
    if stranger {
        count_address(app, &context)?;
    }
    let asked = if info.by_itself {
        look_again(app, &context, &parts.headers).await?
    } else {
        authenticate(app, &context, &parts.headers).await?
    };
    let Some(caller) = asked else {
        if !stranger {
            count_address(app, &context)?;
        }
        return Err(Error::Unauthenticated { code: "unauthenticated" });
    };
    let caller = context.caller.get_or_init(|| caller);
    if let Some(session) = caller.session()
        && let Some(budget) = app.limits.session(session)?
    {
        let _ = context.budget.set(budget);
    }
    same_workspace(caller, &parts.headers)?;
    if caller.lacks_factor() && !info.before_factor {
        let detail = "This workspace asks for a second factor; set one up to go on.";
        return Err(Error::forbidden("two_factor_required", detail));
    }
    if info.access.is_superadmins() && !app.auth.is_superadmin(caller.user()).await? {
        return Err(Error::NotFound);
    }
    caller.check(info.access, app.now())
}

fn count_address(app: &App, context: &Context) -> Result<()> {
    if let Some(budget) = app.limits.address(context.client)? {
        let _ = context.budget.set(budget);
    }
    Ok(())
}

/// Whose credential came with the request. A token in `Authorization` is that credential, also when it
/// is no good: the cookie beside it then counts for nothing.
pub(crate) async fn authenticate(
    app: &App,
    context: &Context,
    headers: &HeaderMap,
) -> Result<Option<Caller>> {
    if headers.contains_key(AUTHORIZATION) {
        return Ok(None);
    }
    match cookie::session(&app.settings, headers) {
        Some(token) => app.auth.authenticate(token, context.origin(headers)).await,
        None => Ok(None),
    }
}

/// Whether the credential of a request that goes on is still good; nothing of this counts as use.
pub(crate) async fn look_again(app: &App, context: &Context, headers: &HeaderMap) -> Result<Option<Caller>> {
    if headers.contains_key(AUTHORIZATION) {
        return Ok(None);
    }
    match cookie::session(&app.settings, headers) {
        Some(token) => app.auth.look_again(token, context.origin(headers)).await,
        None => Ok(None),
    }
}

/// `Trackhold-Workspace` is what the page was made for, never what is asked for.
pub(crate) fn same_workspace(caller: &Caller, headers: &HeaderMap) -> Result<()> {
    let mut named = headers.get_all(WORKSPACE).iter();
    let same = named.all(|value| {
        value.to_str().ok().and_then(|text| text.parse::<WorkspaceId>().ok()) == Some(caller.workspace())
    });
    if same {
        Ok(())
    } else {
        Err(Error::conflict("workspace_changed", "You are in another workspace now; load the page again."))
    }
}

/// Bounds the body for whatever reads it. A length that is announced and too large is refused unread.
fn limited(parts: Parts, body: Body, limit: usize) -> std::result::Result<Request, Failure> {
    let hint = body.size_hint();
    if hint.lower() > limit as u64 {
        return Err(Failure::too_large());
    }
    let bounded = hint.upper().is_some_and(|upper| upper <= limit as u64);
    let body = if bounded { body } else { Body::new(Limited::new(body, limit)) };
    let mut request = Request::from_parts(parts, body);
    DefaultBodyLimit::disable().apply(&mut request);
    Ok(request)
}
