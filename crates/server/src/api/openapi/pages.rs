//! `GET /openapi.json` and `GET /docs`: the document, for programs and for people.

use std::sync::LazyLock;

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, Response as ResponseObject};
use aide::redoc::Redoc;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use schemars::json_schema;

use crate::http::describe;

/// Content security policy of the page: it loads nothing but itself and the document, from no other host.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; \
                      font-src data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'";

/// Whether caches may keep the document: it is the same for everybody until the server is replaced.
const FOR_A_WHILE: &str = "public, max-age=300";

/// An image that the script would load from its makers.
const LOGO: &str = "https://cdn.redoc.ly/redoc/logo-mini.svg";

static PAGE: LazyLock<String> = LazyLock::new(|| {
    let page = Redoc::new("/openapi.json").with_title("Rankledger API").html();
    page.replace(LOGO, "data:,")
});

/// The document.
pub struct Document;

/// The document as a page.
pub struct Page;

/// `GET /openapi.json`
pub async fn document() -> Document {
    Document
}

/// `GET /docs`: a page that reads the document. All that it needs is in it.
pub async fn page() -> Page {
    Page
}

impl IntoResponse for Document {
    fn into_response(self) -> Response {
        let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, FOR_A_WHILE)];
        (headers, super::text()).into_response()
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let headers = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CONTENT_SECURITY_POLICY, POLICY),
            (CACHE_CONTROL, FOR_A_WHILE),
        ];
        (headers, PAGE.as_str()).into_response()
    }
}

impl OperationOutput for Document {
    type Inner = Self;

    fn inferred_responses(_: &mut GenContext, _: &mut Operation) -> Vec<(Option<u16>, ResponseObject)> {
        let schema = json_schema!({ "type": "object", "required": ["openapi", "info", "paths"] });
        vec![(Some(200), describe::json_response("This document", schema, &[]))]
    }
}

impl OperationOutput for Page {
    type Inner = Self;

    fn inferred_responses(_: &mut GenContext, _: &mut Operation) -> Vec<(Option<u16>, ResponseObject)> {
        let response = ResponseObject {
            description: "The page".to_owned(),
            content: [("text/html".to_owned(), MediaType::default())].into(),
            ..ResponseObject::default()
        };
        vec![(Some(200), response)]
    }
}
