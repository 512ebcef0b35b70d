//! What a route says of itself, for the OpenAPI document and the tests.

use serde_json::Value;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{Ref, RefOr};
use utoipa::{IntoParams, ToSchema};

use super::info::Content;
use crate::answer::Page;

pub(crate) type Components = Vec<(String, RefOr<Schema>)>;

/// `Doc::new("Create an item").body::<NewItem>(json!({…})).answers::<Item>(201)`
#[derive(Default)]
pub struct Doc {
    pub(crate) summary: &'static str,
    pub(crate) about: Option<&'static str>,
    pub(crate) tag: Option<&'static str>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<BodyDoc>,
    pub(crate) answers: Vec<(u16, Option<RefOr<Schema>>, &'static str)>,
    pub(crate) refusals: Vec<u16>,
    pub(crate) components: Components,
    pub(crate) creates: bool,
    pub(crate) versioned: bool,
}

pub(crate) struct BodyDoc {
    pub(crate) content: Content,
    pub(crate) schema: Option<RefOr<Schema>>,
    pub(crate) example: Value,
}

impl Doc {
    /// `summary`: what the route does, in a few words, without a full stop.
    pub fn new(summary: &'static str) -> Self {
        Self { summary, ..Self::default() }
    }

    /// More of it, in Markdown.
    #[must_use]
    pub const fn about(mut self, text: &'static str) -> Self {
        self.about = Some(text);
        self
    }

    /// The chapter it stands in; the path's first noun where none is named.
    #[must_use]
    pub const fn tag(mut self, tag: &'static str) -> Self {
        self.tag = Some(tag);
        self
    }

    /// The query's parameters (`#[derive(IntoParams)]`).
    #[must_use]
    pub fn query<T: IntoParams>(mut self) -> Self {
        self.parameters.extend(T::into_params(|| Some(ParameterIn::Query)));
        self
    }

    /// A JSON body, and an example that is valid but for the ids in it.
    #[must_use]
    pub fn body<T: ToSchema>(self, example: Value) -> Self {
        self.content::<T>(Content::Json, example)
    }

    /// A multipart body; in the example, files are given by their text.
    #[must_use]
    pub fn multipart<T: ToSchema>(self, example: Value) -> Self {
        self.content::<T>(Content::Multipart, example)
    }

    /// A form's fields, for pages.
    #[must_use]
    pub fn form(mut self, example: Value) -> Self {
        self.body = Some(BodyDoc { content: Content::Form, schema: None, example });
        self
    }

    /// A multipart form, for pages.
    #[must_use]
    pub fn upload(mut self, example: Value) -> Self {
        self.body = Some(BodyDoc { content: Content::Multipart, schema: None, example });
        self
    }

    fn content<T: ToSchema>(mut self, content: Content, example: Value) -> Self {
        let schema = Some(self.component::<T>());
        self.body = Some(BodyDoc { content, schema, example });
        self
    }

    /// An answer of success with a body.
    #[must_use]
    pub fn answers<T: ToSchema>(mut self, status: u16) -> Self {
        let schema = self.component::<T>();
        self.answers.push((status, Some(schema), "application/json"));
        self
    }

    /// An answer of success without a body: 204, 202, 303.
    #[must_use]
    pub fn answers_empty(mut self, status: u16) -> Self {
        self.answers.push((status, None, ""));
        self
    }

    /// An answer of success that is not JSON.
    #[must_use]
    pub fn answers_other(mut self, status: u16, content_type: &'static str) -> Self {
        self.answers.push((status, None, content_type));
        self
    }

    /// 200 with [`Page<T>`], by `?limit=` and `?cursor=`.
    #[must_use]
    pub fn lists<T: ToSchema>(self) -> Self {
        self.query::<crate::cursor::ListingParams>().answers::<Page<T>>(200)
    }

    /// Takes an `Idempotency-Key`.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.creates = true;
        self
    }

    /// Answers with an `ETag` and takes `If-Match`.
    #[must_use]
    pub const fn versioned(mut self) -> Self {
        self.versioned = true;
        self
    }

    /// A status that it may refuse with besides those that follow from its shape (400, 401, 403, 404,
    /// 413, 415, 422, 429).
    #[must_use]
    pub fn refuses(mut self, status: u16) -> Self {
        self.refusals.push(status);
        self
    }

    fn component<T: ToSchema>(&mut self) -> RefOr<Schema> {
        T::schemas(&mut self.components);
        match T::schema() {
            // `Vec<A>` and `Vec<B>` have one name, so they stand where they are used.
            list @ RefOr::T(Schema::Array(_)) => list,
            schema => {
                let name = T::name().into_owned();
                self.components.push((name.clone(), schema));
                Ref::from_schema_name(name).into()
            }
        }
    }
}
