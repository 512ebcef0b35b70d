//! Answers to the forms of pages: with script a fragment, without it a redirect; a wrong plain form
//! comes back with what was wrong.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use kernel::{Error, FieldError};
use web::page::FormErrors;
use web::{Failure, Visit, see_other};

/// What was wrong, where a person at a form can put it right; everything else, and all for htmx (which
/// shows problems itself), stays a failure.
pub(crate) fn wrong(error: Error, names: &[&'static str], visit: &Visit) -> Result<FormErrors, Failure> {
    if visit.htmx {
        return Err(error.into());
    }
    let mut errors = FormErrors::default();
    match error {
        Error::Invalid(fields) => beside(&mut errors, fields, names),
        Error::Conflict { code, detail } => {
            match names.iter().find(|name| code.strip_suffix("_taken") == Some(name)) {
                Some(name) => errors.fields.push((name, sentence(&detail))),
                None => errors.summary = Some(detail.into_owned()),
            }
        }
        other => return Err(other.into()),
    }
    Ok(errors)
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
pub(crate) fn sentence(detail: &str) -> String {
    let mut letters = detail.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if detail.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// The page once more, under 422.
pub(crate) fn again(page: impl IntoResponse) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// The fragment for htmx, else the page at `path`.
pub(crate) fn answer(visit: &Visit, path: &str, fragment: impl IntoResponse) -> Response {
    if visit.htmx { fragment.into_response() } else { see_other(path) }
}
