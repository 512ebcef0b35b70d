//! A form that is shown again with what was wrong with it.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use kernel::{Error, FieldError};
use web::page::FormErrors;
use web::words::EN;
use web::{Answer, Failure, Html, Visit};

const NOT_YOURS: &str = "This is not your password.";

/// What a page shows again, and under which status.
pub(crate) struct Again {
    status: StatusCode,
    retry_after: Option<u64>,
    pub(crate) errors: FormErrors,
}

impl Again {
    /// What `error` says beside the inputs `names`, or above them. What no person at a form can put
    /// right (404, 500) stays a failure; so does everything for htmx, which shows problems itself.
    pub(crate) fn of(error: Error, names: &[&'static str], visit: &Visit) -> Result<Self, Failure> {
        if visit.htmx {
            return Err(failure(error, names));
        }
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        let mut errors = FormErrors::default();
        let mut retry_after = None;
        match error {
            Error::Invalid(fields) => beside(&mut errors, fields, names),
            // Signing in does not say which of the two is wrong; who is signed in has but one to give.
            Error::Unauthenticated { code: "invalid_credentials" } => match names {
                ["email", ..] => errors.summary = Some(EN.sign_in.wrong.to_owned()),
                [name, ..] => errors.fields.push((name, sentence(NOT_YOURS))),
                [] => {}
            },
            Error::TooMany { retry_after: wait } => {
                errors.summary = Some(EN.sign_in.too_many.to_owned());
                retry_after = Some(wait.as_secs().max(1));
            }
            Error::Conflict { detail, .. } => errors.summary = Some(detail.into_owned()),
            Error::Forbidden { code, detail } if !matches!(code, "forbidden" | "sudo_required") => {
                errors.summary = Some(detail.into_owned());
            }
            Error::Unavailable { reason } => errors.summary = Some(reason.to_owned()),
            other => return Err(other.into()),
        }
        Ok(Self { status, retry_after, errors })
    }

    /// One wrong field.
    pub(crate) fn field(name: &'static str, text: &str) -> Self {
        let errors = FormErrors { summary: None, fields: vec![(name, text.to_owned())] };
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, retry_after: None, errors }
    }

    /// The page under the status that fits; `page` is given the errors.
    pub(crate) fn answer<T: Template>(self, page: impl FnOnce(FormErrors) -> T) -> Answer<Response> {
        let mut response = (self.status, Html(page(self.errors))).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        Ok(response)
    }
}

/// What is wrong with an input stands beside it; what has no input stands above the form.
fn beside(errors: &mut FormErrors, fields: Vec<FieldError>, names: &[&'static str]) {
    for FieldError { pointer, detail } in fields {
        match names.iter().find(|name| pointer.strip_prefix('/') == Some(name)) {
            Some(name) => errors.fields.push((name, sentence(&detail))),
            None => errors.summary = Some(sentence(&detail)),
        }
    }
}

/// Details go on after the name of the field; beside it they stand alone.
fn sentence(detail: &str) -> String {
    let mut letters = detail.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if detail.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// A wrong password belongs to its field, wherever the form stands.
fn failure(error: Error, names: &[&'static str]) -> Failure {
    let wrong = matches!(error, Error::Unauthenticated { code: "invalid_credentials" });
    match names.first() {
        Some(name) if wrong => {
            let field = FieldError { pointer: format!("/{name}"), detail: NOT_YOURS.into() };
            Failure::from(error).with_errors(vec![field])
        }
        _ => error.into(),
    }
}
