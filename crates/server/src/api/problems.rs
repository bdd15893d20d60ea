//! `GET /problems` and `GET /problems/{type}`: what a problem type means, in words.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::{FromRequestParts, Path, State};
use http::request::Parts;
use schemars::json_schema;

use crate::http::{App, describe, prefix};
use crate::wire::problem::ProblemType;
use crate::wire::problem::{Problem, types};

/// `{type}`: the name of a problem type.
pub struct KindPath(&'static ProblemType);

impl FromRequestParts<App> for KindPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let slug = Path::<String>::from_request_parts(parts, app).await;
        let kind = slug.ok().and_then(|Path(slug)| types::all().into_iter().find(|kind| kind.slug == slug));
        kind.map(Self).ok_or_else(|| Problem::path_not_found(parts.uri.path()))
    }
}

impl OperationInput for KindPath {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let slugs: Vec<_> = types::all().into_iter().map(|kind| kind.slug).collect();
        let schema = json_schema!({ "type": "string", "enum": slugs });
        describe::add_path_parameter(operation, "type", "The last part of the type's URI.", schema);
        describe::problems::add(operation, &[&types::NOT_FOUND]);
    }
}

/// `GET /problems`: every type, a line each.
pub async fn index(State(app): State<App>) -> String {
    let prefix = app.sites.prefix();
    let line = |kind: &ProblemType| format!("{} {prefix}{}  {}\n", kind.status, kind.uri(), kind.title);
    types::all().into_iter().map(line).collect::<Vec<_>>().concat()
}

/// `GET /problems/{type}`: cause, way out, and an example.
pub async fn show(State(app): State<App>, KindPath(kind): KindPath) -> String {
    let ProblemType { slug, status, title, cause, way_out, .. } = kind;
    let mut example = kind.example();
    prefix::before_uris(&mut example, app.sites.prefix());
    let example = serde_json::to_string_pretty(&example).expect("an example is plain JSON");
    format!("{title} ({slug}, {status})\n\nCause: {cause}\n\nWay out: {way_out}\n\nExample:\n\n{example}\n")
}
