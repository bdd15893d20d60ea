//! Everything that this server answers: the API and the console, within the shell of every request.

use axum::response::Response;
use http::{Method, Uri};

use crate::http::App;
use crate::http::reply::Seal;
use crate::http::shell::Shell;
use crate::wire::problem::Problem;
use crate::{api, console};

/// The paths of those who watch over the server: they are answered also when there are too many connections.
const WATCHED: &[&str] = &["/healthz", "/readyz", "/metrics"];

/// Returns the API and the console.
pub fn router(app: App) -> Shell {
    let routes = api::routes(app.clone())
        .merge(console::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(app.clone());
    Shell::new(app, Seal { write_problem }, routes, WATCHED)
}

/// Writes a problem as a page if the path is one of the console's, else as the API does.
fn write_problem(path: &str, prefix: &str, response: Response, problem: &Problem) -> Response {
    if console::is_page(path) {
        console::refuse(prefix, response, problem)
    } else {
        api::write_problem(path, prefix, response, problem)
    }
}

async fn not_found(uri: Uri) -> Problem {
    Problem::path_not_found(uri.path())
}

async fn method_not_allowed(method: Method, uri: Uri) -> Problem {
    Problem::method_not_allowed(&method, uri.path())
}
