//! The OpenAPI document, made from the table of URLs: an operation is described by its row, by its
//! [`Endpoint`], and by the types in its handler's signature, each of which says what it takes and how it
//! refuses.

mod components;
mod examples;
mod legacy;
pub mod pages;

use std::sync::LazyLock;

use aide::generate::in_context;
use aide::openapi::{
    Components, Info, License, OpenApi, Operation, PathItem, Paths, ReferenceOr, StatusCode,
};
use aide::operation::OperationHandler;
use aide::{OperationInput, OperationOutput};
use axum::handler::Handler;
use http::Method;
use schemars::generate::SchemaSettings;
use serde_json::json;

use crate::api::routes;
use crate::api::table::Table;
use crate::api::v1::LegacyType;
use crate::http::endpoint::Tag;
use crate::http::{App, Endpoint, authenticate, describe};
use crate::wire::problem::types;

/// The document's own description.
const DESCRIPTION: &str = include_str!("description.md");

static TEXT: LazyLock<String> = LazyLock::new(|| {
    let document = document();
    serde_json::to_string_pretty(&document).expect("the document holds plain data with string keys") + "\n"
});

/// Returns the document as indented JSON. The first call makes it.
#[must_use]
pub fn text() -> &'static str {
    &TEXT
}

fn document() -> OpenApi {
    in_context(|ctx| {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        let settings = settings.with(|settings| settings.definitions_path = "/components/schemas".into());
        ctx.schema = settings.into_generator();
    });
    let Description { paths, mut components } = routes::table(Description::default());
    components::fill(&mut components);
    OpenApi {
        openapi: "3.1.0".into(),
        info: Info {
            title: "Rankledger".to_owned(),
            summary: Some("The self-hosted rank service for game communities.".to_owned()),
            description: Some(DESCRIPTION.to_owned()),
            license: Some(License {
                name: "MIT OR Apache-2.0".to_owned(),
                identifier: Some("MIT OR Apache-2.0".to_owned()),
                ..License::default()
            }),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ..Info::default()
        },
        tags: Tag::ALL.map(components::tag).to_vec(),
        paths: Some(paths),
        components: Some(components),
        ..OpenApi::default()
    }
}

/// The paths of the rows taken so far, and the responses that they share.
#[derive(Default)]
struct Description {
    paths: Paths,
    components: Components,
}

impl Description {
    fn add(&mut self, method: &Method, path: &'static str, mut operation: Operation) {
        self.finish(&mut operation);
        // The document does not tell a parameter that may hold slashes from another.
        let item = self.paths.paths.entry(path.replace("{*", "{"));
        let ReferenceOr::Item(item) = item.or_insert_with(|| ReferenceOr::Item(PathItem::default())) else {
            unreachable!("only items are put in")
        };
        let place = match *method {
            Method::GET => &mut item.get,
            Method::POST => &mut item.post,
            Method::PUT => &mut item.put,
            Method::PATCH => &mut item.patch,
            Method::DELETE => &mut item.delete,
            _ => unreachable!("the table has rows for five methods"),
        };
        *place = Some(operation);
    }

    /// Sorts the responses by status, and moves refusals to where operations share them.
    fn finish(&mut self, operation: &mut Operation) {
        let Some(responses) = &mut operation.responses else { return };
        responses.responses.sort_keys();
        for entry in responses.responses.values_mut() {
            let ReferenceOr::Item(response) = entry else { continue };
            describe::add_headers(response, &["X-Request-Id"]);
            if let Some(name) = describe::problems::name(response) {
                let shared = describe::component("responses", &name);
                let response = std::mem::replace(entry, shared);
                self.components.responses.insert(name, response);
            }
        }
    }
}

impl Table for Description {
    fn endpoint<H, I, O, T>(
        mut self,
        method: Method,
        path: &'static str,
        endpoint: &'static Endpoint,
        _: H,
    ) -> Self
    where
        H: Handler<T, App> + OperationHandler<I, O>,
        I: OperationInput,
        O: OperationOutput,
        T: 'static,
    {
        let mut operation = operation(endpoint.operation_id, endpoint.summary, endpoint.tag);
        operation.extensions.insert("x-rate-limit".to_owned(), json!({ "perMinute": endpoint.per_minute }));
        describe::<I, O>(&mut operation);
        authenticate::describe(&mut operation);
        if method != Method::GET {
            let of_writes = [&types::QUEUE_FULL, &types::OUTCOME_UNKNOWN, &types::BROKEN_LEDGER];
            describe::problems::add(&mut operation, &of_writes);
            describe::add_headers_of_answer(&mut operation, 200, &["Idempotency-Replayed"]);
        }
        describe::problems::add(&mut operation, endpoint.refuses);
        for &(status, kind) in endpoint.refuses_as {
            describe::problems::add_as(&mut operation, status, kind);
        }
        examples::show(&mut operation, path, endpoint);
        self.add(&method, path, operation);
        self
    }

    fn legacy(mut self, legacy: &'static LegacyType) -> Self {
        self.add(&Method::POST, legacy.path, legacy::operation(legacy));
        self
    }

    fn open<H, I, O, T>(
        mut self,
        path: &'static str,
        operation_id: &'static str,
        summary: &'static str,
        _: H,
    ) -> Self
    where
        H: Handler<T, App> + OperationHandler<I, O>,
        I: OperationInput,
        O: OperationOutput,
        T: 'static,
    {
        let mut operation = operation(operation_id, summary, Tag::Server);
        describe::<I, O>(&mut operation);
        self.add(&Method::GET, path, operation);
        self
    }
}

fn operation(operation_id: &str, summary: &str, tag: Tag) -> Operation {
    Operation {
        operation_id: Some(operation_id.to_owned()),
        summary: Some(summary.to_owned()),
        tags: vec![tag.texts().0.to_owned()],
        ..Operation::default()
    }
}

/// Adds the descriptions of the types in a handler's signature.
fn describe<I: OperationInput, O: OperationOutput>(operation: &mut Operation) {
    in_context(|ctx| {
        I::operation_input(ctx, operation);
        for (status, response) in O::inferred_responses(ctx, operation) {
            let responses = operation.responses.get_or_insert_default();
            let status = StatusCode::Code(status.unwrap_or(200));
            responses.responses.insert(status, ReferenceOr::Item(response));
        }
    });
    let everywhere = [&types::INTERNAL, &types::UNAVAILABLE, &types::TOO_MANY_CONNECTIONS, &types::TIMEOUT];
    describe::problems::add(operation, &everywhere);
}
