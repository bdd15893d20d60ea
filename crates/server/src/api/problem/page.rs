//! `GET /problems` and `GET /problems/{type}`: what a problem type means, in words.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::{IntoResponse, Response};
use http::Uri;

use super::Problem;
use super::kinds::{self, ProblemKind};

/// `GET /problems`: every type, a line each.
pub async fn index() -> String {
    let line = |kind: &&ProblemKind| format!("{} {}  {}\n", kind.status, kind.uri(), kind.title);
    kinds::ALL.iter().map(line).collect::<Vec<_>>().concat()
}

/// `GET /problems/{type}`: cause and way out.
pub async fn show(uri: Uri, slug: Result<Path<String>, PathRejection>) -> Response {
    let kind = slug.ok().and_then(|Path(slug)| kinds::ALL.iter().find(|kind| kind.slug == slug));
    kind.map_or_else(
        || Problem::path_not_found(uri.path()).into_response(),
        |kind| text(kind).into_response(),
    )
}

fn text(kind: &ProblemKind) -> String {
    let ProblemKind { slug, status, title, cause, way_out } = kind;
    format!("{title} ({slug}, {status})\n\nCause: {cause}\n\nWay out: {way_out}\n")
}
