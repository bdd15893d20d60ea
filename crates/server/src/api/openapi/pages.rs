//! `GET /openapi.json` and `GET /docs`: the document, for programs and for people.

use std::sync::{Arc, LazyLock};

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, Response as ResponseObject};
use aide::redoc::Redoc;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use schemars::json_schema;
use serde_json::{Value, json};

use crate::http::feature::Feature;
use crate::http::{App, describe, prefix};

/// Content security policy of the page: it loads nothing but itself and the document, from no other host.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; \
                      font-src data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'";

/// Whether caches may keep the document: it is the same for everybody until the server is replaced.
const FOR_A_WHILE: &str = "public, max-age=300";

/// An image that the script would load from its makers.
const LOGO: &str = "https://cdn.redoc.ly/redoc/logo-mini.svg";

// The address of the document is relative to that of the page, wherever a proxy shows the two.
static PAGE: LazyLock<String> = LazyLock::new(|| {
    let page = Redoc::new("openapi.json").with_title("Rankledger API").html();
    page.replace(LOGO, "data:,")
});

/// The document.
pub struct Document(Arc<Text>);

/// The text of the document, as one server shows it: with its public URL, and the prefix of a proxy.
pub struct Text(Bytes);

impl Feature for Text {
    fn new(app: &App) -> Self {
        let Some(url) = &app.sites.public_url else {
            return Self(Bytes::from_static(super::text().as_bytes()));
        };
        let mut document: Value = serde_json::from_str(super::text()).expect("the text was written as JSON");
        prefix::before_uris(&mut document, app.sites.prefix());
        document["servers"] = json!([{ "url": url.to_string() }]);
        Self(format!("{document:#}\n").into())
    }
}

/// The document as a page.
pub struct Page;

/// `GET /openapi.json`
pub async fn document(State(app): State<App>) -> Document {
    Document(app.feature())
}

/// `GET /docs`: a page that reads the document. All that it needs is in it.
pub async fn page() -> Page {
    Page
}

impl IntoResponse for Document {
    fn into_response(self) -> Response {
        let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, FOR_A_WHILE)];
        (headers, self.0.0.clone()).into_response()
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
