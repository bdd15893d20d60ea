//! `GET /docs/{page}`: the guides and a page for each endpoint, as Markdown (`/docs/guides/import.md`) and
//! as HTML (`/docs/guides/import`). With `?ask=QUESTION` the answer is the passages of all pages that fit
//! the question.
//!
//! `pages` has the pages, `endpoints` writes those of the endpoints, `ask` ranks passages, `html`
//! renders.

mod ask;
pub(in crate::api) mod document;
mod endpoints;
mod examples;
mod html;
mod links;
mod pages;
mod passages;
mod sources;

use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, Response as ResponseObject};
use aide::{OperationInput, OperationOutput};
use axum::extract::{FromRequestParts, Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::request::Parts;
use schemars::json_schema;

use crate::api::docs::pages::{PAGES, Page};
use crate::http::peer::Address;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::{App, describe};
use crate::wire::problem::{Problem, types};

/// Content security policy of a page: it loads its style sheet, sends its question to itself, and nothing
/// else.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Whether caches may keep a page: it is the same for everybody until the server is replaced.
const FOR_A_WHILE: &str = "public, max-age=300";

/// The longest question, in characters.
const LONGEST_QUESTION: usize = 500;

/// The style sheet of all pages, and its name among them.
const STYLE: (&str, &str) = ("style.css", include_str!("style.css"));

/// The form in which a page is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Markdown,
    Html,
}

/// `{page}`: a page and its form, or the style sheet.
pub enum DocsPath {
    /// A page.
    Page(&'static Page, DocsForm),
    /// The style sheet.
    Style,
}

/// The form in which the path asks for a page.
pub struct DocsForm(Form);

impl FromRequestParts<App> for DocsPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Ok(Path(name)) = Path::<String>::from_request_parts(parts, app).await else {
            return Err(Problem::path_not_found(parts.uri.path()));
        };
        if name == STYLE.0 {
            return Ok(Self::Style);
        }
        let (name, form) = match name.strip_suffix(".md") {
            Some(name) => (name, Form::Markdown),
            None => (name.as_str(), Form::Html),
        };
        match PAGES.find(name) {
            Some(page) => Ok(Self::Page(page, DocsForm(form))),
            None => Err(Problem::page_not_found(parts.uri.path(), &PAGES.nearest(name))),
        }
    }
}

impl OperationInput for DocsPath {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let schema = json_schema!({ "type": "string", "minLength": 1 });
        let what =
            "The name of a page, such as `guides/import`. With `.md` at its end it is answered as Markdown.";
        describe::add_path_parameter(operation, "page", what, schema);
        describe::problems::add(operation, &[&types::NOT_FOUND]);
    }
}

/// What is asked of the documentation.
pub struct AskQuery {
    question: Option<String>,
}

impl FromQuery for AskQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let schema =
            json_schema!({ "type": "string", "maxLength": LONGEST_QUESTION, "pattern": "[A-Za-z]{3}" });
        let what = "A question: the answer has the passages of all pages that fit it best.";
        let question = params.text_like("ask", schema, what)?;
        let is_too_long = question.as_ref().is_some_and(|text| text.chars().count() > LONGEST_QUESTION);
        let is_empty = question.as_ref().is_some_and(|text| ask::words(text).is_empty());
        if is_too_long || is_empty {
            return Err(params.refusal("ask", "a question in English words, of at most 500 characters"));
        }
        Ok(Self { question })
    }
}

/// A page, or the passages of pages, or the style sheet.
pub struct Shown {
    kind: &'static str,
    text: String,
    style_of: Option<&'static str>,
}

/// `GET /docs/{page}`: the page, or what is asked.
pub async fn show(
    State(app): State<App>,
    path: DocsPath,
    address: Address,
    Query(AskQuery { question }): Query<AskQuery>,
) -> Result<Shown, Problem> {
    let DocsPath::Page(page, DocsForm(form)) = path else {
        return Ok(Shown { kind: "text/css; charset=utf-8", text: STYLE.1.to_owned(), style_of: None });
    };
    let markdown = match &question {
        None => page.markdown.clone(),
        Some(question) => {
            app.limiter.check_question(address.0)?;
            ask::answer(question.clone(), page).await
        }
    };
    Ok(match form {
        Form::Markdown => Shown { kind: "text/markdown; charset=utf-8", text: markdown, style_of: None },
        Form::Html => Shown {
            kind: "text/html; charset=utf-8",
            text: html::page(page, &markdown, question.as_deref()),
            style_of: Some(POLICY),
        },
    })
}

impl IntoResponse for Shown {
    fn into_response(self) -> Response {
        let headers = [(CONTENT_TYPE, self.kind), (CACHE_CONTROL, FOR_A_WHILE)];
        let policy = self.style_of.map(|policy| [(CONTENT_SECURITY_POLICY, policy)]);
        (headers, policy, self.text).into_response()
    }
}

impl OperationOutput for Shown {
    type Inner = Self;

    fn inferred_responses(
        _: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, ResponseObject)> {
        describe::problems::add(operation, &[&types::RATE_LIMITED]);
        let text = |kind: &str| (kind.to_owned(), MediaType::default());
        let response = ResponseObject {
            description: "The page, or the passages that fit the question".to_owned(),
            content: [text("text/html"), text("text/markdown"), text("text/css")].into(),
            ..ResponseObject::default()
        };
        vec![(Some(200), response)]
    }
}
