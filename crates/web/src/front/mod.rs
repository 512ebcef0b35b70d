//! The outermost layer, one for all routes: host, request id, panics, refusals, headers, gzip, log.

pub(crate) mod compress;
pub(crate) mod context;
pub(crate) mod csrf;
pub(crate) mod headers;
pub(crate) mod host;
pub(crate) mod problem;

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures_util::FutureExt as _;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tower::Service;
use tracing::Instrument as _;

use crate::app::{App, BoxFuture};
use crate::failure::Failure;
use context::Context;

/// All routes behind the front; made by [`Routes::into_front`](crate::Routes::into_front). Cheap to
/// clone.
#[derive(Clone)]
pub struct Front {
    router: Router,
    app: App,
}

impl Front {
    pub(crate) const fn new(router: Router, app: App) -> Self {
        Self { router, app }
    }

    /// Answers one request; never fails, never panics.
    pub async fn answer(mut self, request: Request) -> Response {
        let begun = Instant::now();
        let (mut parts, body) = request.into_parts();
        let context = Context::new(&self.app.settings, &parts, self.app.now());
        let admitted = host::check(&self.app.settings, &parts);
        // A refusal and the page it may become need these after the request is gone.
        let kept = Kept::of(&context, &parts.headers);
        parts.extensions.insert(context.clone());
        let span = tracing::info_span!("request", id = %context.id);
        let response = async {
            let response = match admitted {
                Ok(()) => self.route(Request::from_parts(parts, body)).await,
                Err(refused) => axum::response::IntoResponse::into_response(refused),
            };
            self.finish(&context, &kept, response, begun).await
        };
        response.instrument(span).await
    }

    /// Ends what would go on for ever.
    pub(crate) fn close(&self) {
        self.app.closing.cancel();
    }

    /// What goes out in answer to a head that nobody could read, whole. The connection ends with it.
    pub(crate) fn unreadable(&self, status: StatusCode) -> Vec<u8> {
        let (parts, ()) = http::Request::new(()).into_parts();
        let context = Context::new(&self.app.settings, &parts, self.app.now());
        let failure =
            Failure::new(status, "unreadable", "The head of the request cannot be read, or is too long.");
        let body = problem::problem(&context, failure.refusal());
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, problem::PROBLEM_JSON);
        headers.insert(http::header::CONTENT_LENGTH, body.len().into());
        headers.insert(http::header::CONNECTION, HeaderValue::from_static("close"));
        headers::put(&self.app, &context, &mut headers);
        tracing::info!(request = %context.id, status = status.as_u16(), "refused a head that cannot be read");
        let mut answer = format!("HTTP/1.1 {status}\r\n").into_bytes();
        for (name, value) in &headers {
            for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
                answer.extend_from_slice(part);
            }
        }
        answer.extend_from_slice(b"\r\n");
        answer.extend_from_slice(&body);
        answer
    }

    async fn route(&mut self, request: Request) -> Response {
        let answer = match std::panic::catch_unwind(AssertUnwindSafe(|| self.router.call(request))) {
            Ok(future) => AssertUnwindSafe(future).catch_unwind().await,
            Err(panic) => Err(panic),
        };
        match answer {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(panic) => {
                let said = panic.downcast_ref::<&str>().copied();
                let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
                let cause = format!("panic: {}", said.unwrap_or("without a message"));
                axum::response::IntoResponse::into_response(Failure::from(kernel::Error::internal(cause)))
            }
        }
    }

    async fn finish(
        &self,
        context: &Context,
        kept: &Kept,
        mut response: Response,
        begun: Instant,
    ) -> Response {
        if let Some(failure) = refusal(&mut response) {
            let mut rendered = problem::render(&self.app, context, &kept.headers, &failure);
            // The router has counted the empty body that the refusal came with.
            response.headers_mut().remove(http::header::CONTENT_LENGTH);
            for (name, value) in response.headers() {
                rendered.headers_mut().append(name, value.clone());
            }
            response = rendered;
            if context.method == Method::HEAD {
                *response.body_mut() = Body::empty();
            }
        }
        if kept.gzip {
            response = compress::compress(response).await;
        }
        headers::put(&self.app, context, response.headers_mut());
        log(context, response.status(), begun);
        response
    }
}

/// What of a request's headers is needed for its answer.
struct Kept {
    headers: HeaderMap,
    gzip: bool,
}

impl Kept {
    fn of(context: &Context, headers: &HeaderMap) -> Self {
        use http::header::{COOKIE, HOST, REFERER};
        let mut kept = HeaderMap::new();
        if !context.wants_problem() {
            for name in [COOKIE, HOST, REFERER] {
                if let Some(value) = headers.get(&name) {
                    kept.insert(name, value.clone());
                }
            }
        }
        Self { headers: kept, gzip: compress::accepted(headers) }
    }
}

/// The refusal of a handler; or one for what a library refused with a bare text.
fn refusal(response: &mut Response) -> Option<Failure> {
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        return Some(failure);
    }
    let status = response.status();
    let typed = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|value| !value.as_bytes().starts_with(b"text/plain"));
    if !(status.is_client_error() || status.is_server_error()) || typed {
        return None;
    }
    response.headers_mut().remove(CONTENT_TYPE);
    response.headers_mut().remove(http::header::CONTENT_LENGTH);
    Some(match status {
        StatusCode::NOT_FOUND => kernel::Error::NotFound.into(),
        StatusCode::PAYLOAD_TOO_LARGE => Failure::too_large(),
        StatusCode::METHOD_NOT_ALLOWED => method_not_allowed(),
        _ => Failure::new(status, "refused", "The request cannot be answered."),
    })
}

pub(crate) fn method_not_allowed() -> Failure {
    let detail = "This address does not take that method.";
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
}

/// The route as it is registered, never the path: paths hold tokens, and queries what people look for.
fn log(context: &Context, status: StatusCode, begun: Instant) {
    let route = context.route.get().map_or("-", |route| route.path.as_str());
    tracing::info!(
        method = %context.method,
        route,
        status = status.as_u16(),
        micros = begun.elapsed().as_micros(),
        user = context.caller.get().map(|caller| tracing::field::display(caller.user())),
        "answered"
    );
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> BoxFuture<'static, Result<Response, Infallible>> {
        let front = self.clone();
        Box::pin(async move { Ok(front.answer(request).await) })
    }
}

impl std::fmt::Debug for Front {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Front(…)")
    }
}

pub(crate) type Shared = Arc<Context>;
