//! Path parameters. What is no id of the right kind is as missing as any other: 404.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use kernel::Error;

use crate::app::App;
use crate::failure::Failure;

/// The path's one parameter: `PathId(board): PathId<BoardId>`. Takes `String` for tokens as well.
#[derive(Debug)]
pub struct PathId<T>(pub T);

/// All parameters of the path, in its order: `PathIds((board, user)): PathIds<(BoardId, UserId)>`.
#[derive(Debug)]
pub struct PathIds<T>(pub T);

async fn texts(parts: &mut Parts, app: &App) -> Result<RawPathParams, Failure> {
    RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound.into())
}

fn parse<'a, T: FromStr>(values: &mut impl Iterator<Item = (&'a str, &'a str)>) -> Result<T, Failure> {
    let value = values.next().map(|(_, value)| value).filter(|value| !value.contains('\0'));
    value.and_then(|value| value.parse().ok()).ok_or_else(|| Error::NotFound.into())
}

impl<T: FromStr + Send> FromRequestParts<App> for PathId<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let raw = texts(parts, app).await?;
        parse(&mut raw.iter()).map(Self)
    }
}

macro_rules! tuples {
    ($(($($part:ident),+))*) => {$(
        impl<$($part: FromStr + Send),+> FromRequestParts<App> for PathIds<($($part,)+)> {
            type Rejection = Failure;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
                let raw = texts(parts, app).await?;
                let mut values = raw.iter();
                Ok(Self(($(parse::<$part>(&mut values)?,)+)))
            }
        }
    )*};
}

tuples! { (A, B) (A, B, C) }
