//! The variable parts of a page's path. A path in which a part cannot be read leads nowhere.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::http::App;
use crate::wire::problem::Problem;

/// The variable parts of a path.
pub(super) struct PagePath<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for PagePath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let read = Path::<T>::from_request_parts(parts, app).await;
        read.map(|Path(value)| Self(value)).map_err(|_| Problem::path_not_found(parts.uri.path()))
    }
}
