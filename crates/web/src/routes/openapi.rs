//! The OpenAPI 3.1 document, made from the same list as the router.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use http::Method;
use kernel::access::Access;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem, PathsBuilder,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ComponentsBuilder, ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Info, License, OpenApi, OpenApiBuilder, Ref, RefOr, Required, Response};
use utoipa::{PartialSchema, ToSchema};

use super::doc::Components;
use super::info::Content;
use super::{Doc, Kind, Route, RouteInfo};
use crate::front::problem::Problem;

const SESSION: &str = "session";

pub(super) fn document(routes: &[Route], version: &str) -> OpenApi {
    let mut info = Info::new("Trackhold", version);
    info.description = Some(ABOUT.into());
    info.license = Some(License::new("AGPL-3.0-or-later"));
    let mut items: BTreeMap<&str, Vec<&Route>> = BTreeMap::new();
    for route in routes.iter().filter(|route| route.info.kind != Kind::Page) {
        items.entry(&route.info.path).or_default().push(route);
    }
    let mut paths = PathsBuilder::new();
    for (path, routes) in items {
        let mut item = PathItem::default();
        for route in routes {
            let operation = operation(&route.info, &route.doc).build();
            item.merge_operations(PathItem::new(method(&route.info.method), operation));
        }
        paths = paths.path(path, item);
    }
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components(routes).build())).build()
}

const ABOUT: &str = "Errors are `application/problem+json` (RFC 9457) with a stable `code`. Lists page by \
    cursor. The workspace is the session's; `Trackhold-Workspace` is a precondition and never chooses one.";

fn schemas(routes: &[Route]) -> Components {
    let mut schemas: Components = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    let of_routes = routes.iter().filter(|route| route.info.kind != Kind::Page);
    schemas.extend(of_routes.flat_map(|route| route.doc.components.iter().cloned()));
    schemas
}

/// A name that stands for two different types.
pub(super) fn ambiguous(routes: &[Route]) -> Option<String> {
    let mut known = HashMap::new();
    schemas(routes).into_iter().find_map(|(name, schema)| match known.entry(name) {
        Entry::Vacant(place) => {
            place.insert(schema);
            None
        }
        Entry::Occupied(place) => (*place.get() != schema).then(|| place.key().clone()),
    })
}

fn components(routes: &[Route]) -> ComponentsBuilder {
    let mut components = ComponentsBuilder::new();
    for (name, schema) in schemas(routes) {
        components = components.schema(name, schema);
    }
    let cookie = ApiKeyValue::with_description(
        "trackhold",
        "Set by `POST /api/v1/auth/login`. Under TLS its name is `__Host-trackhold`.",
    );
    components.security_scheme(SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)))
}

fn method(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::PATCH => HttpMethod::Patch,
        Method::DELETE => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn operation(info: &RouteInfo, doc: &Doc) -> OperationBuilder {
    let nouns: Vec<_> =
        info.path.trim_start_matches("/api/v1").split('/').filter(|part| !part.is_empty()).collect();
    let id: String = nouns
        .iter()
        .map(|part| part.trim_matches(['{', '}']).replace(['-', '.'], "_"))
        .fold(info.method.as_str().to_lowercase(), |id, part| format!("{id}_{part}"));
    let tag = doc.tag.or_else(|| nouns.first().copied()).unwrap_or("server");
    let mut operation = OperationBuilder::new()
        .operation_id(Some(id))
        .tag(tag)
        .summary(Some(if doc.summary.is_empty() { info.path.as_str() } else { doc.summary }))
        .description(doc.about);
    for parameter in parameters(info, doc) {
        operation = operation.parameter(parameter);
    }
    operation = match info.access {
        Access::Public => operation.securities(Some([SecurityRequirement::default()])),
        _ => operation.security(SecurityRequirement::new(SESSION, Vec::<String>::new())),
    };
    if let Some(body) = &doc.body {
        let content = ContentBuilder::new().schema(body.schema.clone()).example(Some(body.example.clone()));
        let content_type = match body.content {
            Content::Json => "application/json",
            Content::Form => "application/x-www-form-urlencoded",
            Content::Multipart => "multipart/form-data",
        };
        let body =
            RequestBodyBuilder::new().required(Some(Required::True)).content(content_type, content.build());
        operation = operation.request_body(Some(body.build()));
    }
    for (status, schema, content_type) in &doc.answers {
        operation =
            operation.response(status.to_string(), success(doc, *status, schema.as_ref(), content_type));
    }
    for status in refusals(info, doc) {
        operation = operation.response(status.to_string(), refusal(status));
    }
    operation
}

fn parameters(info: &RouteInfo, doc: &Doc) -> Vec<Parameter> {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let header = |name: &str, about: &str| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(about))
            .schema(Some(text()))
            .build()
    };
    let path = info.parameters().map(|name| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(text()))
            .build()
    });
    let mut parameters: Vec<_> = path.chain(doc.parameters.iter().cloned()).collect();
    if info.access != Access::Public {
        parameters
            .push(header("Trackhold-Workspace", "The workspace that this is meant for; 409 in any other."));
    }
    if doc.creates {
        parameters.push(header("Idempotency-Key", "Sending it again within a day makes nothing twice."));
    }
    if doc.versioned && info.method != Method::GET {
        parameters.push(header("If-Match", "The `ETag` that was read; 412 when it has changed since."));
    }
    parameters
}

fn success(
    doc: &Doc,
    status: u16,
    schema: Option<&RefOr<utoipa::openapi::Schema>>,
    content: &str,
) -> Response {
    let words = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let mut response = ResponseBuilder::new().description(words.unwrap_or("Success"));
    if !content.is_empty() {
        response = response.content(content, ContentBuilder::new().schema(schema.cloned()).build());
    }
    let text = || HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::String))).build();
    if status == 201 {
        response = response.header("Location", text());
    }
    if doc.versioned && schema.is_some() {
        response = response.header("ETag", text());
    }
    response.build()
}

/// What a route may refuse with follows from its shape.
fn refusals(info: &RouteInfo, doc: &Doc) -> BTreeSet<u16> {
    let mut statuses: BTreeSet<u16> = doc.refusals.iter().copied().collect();
    if info.counted {
        statuses.insert(429);
    }
    if doc.body.is_some() {
        statuses.extend([400, 413, 415, 422]);
    }
    if !doc.parameters.is_empty() {
        statuses.insert(400);
    }
    if info.parameters().next().is_some() {
        statuses.insert(404);
    }
    if info.access != Access::Public {
        statuses.extend([401, 409]);
    }
    if info.method != Method::GET || matches!(info.access, Access::Area(..)) || info.access.needs_sudo() {
        statuses.insert(403);
    }
    if info.access.is_superadmins() {
        statuses.insert(404);
    }
    if doc.creates {
        statuses.extend([400, 409]);
    }
    if doc.versioned && info.method != Method::GET {
        statuses.insert(412);
    }
    statuses
}

fn refusal(status: u16) -> Response {
    let words = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let schema: RefOr<utoipa::openapi::Schema> = Ref::from_schema_name(Problem::name()).into();
    ResponseBuilder::new()
        .description(words.unwrap_or("Refused"))
        .content("application/problem+json", ContentBuilder::new().schema(Some(schema)).build())
        .build()
}
