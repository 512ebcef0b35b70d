//! A body together with its `Idempotency-Key`.

use axum::extract::{FromRequest, FromRequestParts, Request};
use kernel::crypto::sha256;

use super::IdempotencyKey;
use super::body::collect;
use super::caller::context;
use crate::app::App;
use crate::failure::Failure;
use crate::idempotency::Key;

/// `Keyed(Body(new), key): Keyed<Body<NewItem>>`, or with any other body. The key is none where the
/// client sent none.
#[derive(Debug)]
pub struct Keyed<B>(pub B, pub Option<Key>);

impl<B> FromRequest<App> for Keyed<B>
where
    B: FromRequest<App, Rejection = Failure>,
{
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let IdempotencyKey(key) = IdempotencyKey::from_request_parts(&mut parts, app).await?;
        let Some(key) = key else {
            let request = Request::from_parts(parts, body);
            return Ok(Self(B::from_request(request, app).await?, None));
        };
        let context = context(&parts)?;
        let route =
            context.route.get().map(|route| format!("{} {}", route.method, route.path)).unwrap_or_default();
        let bytes = collect(Request::new(body)).await?;
        // The path is in it: the same key for another board's item is another request.
        let body_hash = sha256(&[context.path_and_query().as_bytes(), b"\0", &bytes]);
        let request = Request::from_parts(parts, bytes.into());
        let body = B::from_request(request, app).await?;
        Ok(Self(body, Some(Key { route, key, body_hash })))
    }
}
