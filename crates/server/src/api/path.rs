//! What paths name, parsed once.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use rankledger_domain::ids::{AccountId, ChangeNumber, UndoId};
use uuid::Uuid;

use super::App;
use super::problem::Problem;
use crate::ops::undo_change::ChangeName;

/// `{accountId}`: a UUID.
pub struct AccountPath(pub AccountId);

/// `{undoId}`: the UUID or the number of a rank change.
pub struct ChangePath(pub ChangeName);

impl FromRequestParts<App> for AccountPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let text = segment(parts, app).await?;
        match Uuid::parse_str(&text) {
            Ok(uuid) => Ok(Self(AccountId(uuid))),
            Err(_) => Err(Problem::invalid_path("accountId", &text, "the UUID of an account")),
        }
    }
}

impl FromRequestParts<App> for ChangePath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let text = segment(parts, app).await?;
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && let Ok(number @ 1..) = text.parse() {
            return Ok(Self(ChangeName::Number(ChangeNumber(number))));
        }
        let uuid = Uuid::parse_str(&text);
        uuid.map(|uuid| Self(ChangeName::UndoId(UndoId(uuid)))).map_err(|_| {
            let expected = "the undo id of a rank change, a UUID, or its number, 1 or more";
            Problem::invalid_path("undoId", &text, expected)
        })
    }
}

async fn segment(parts: &mut Parts, app: &App) -> Result<String, Problem> {
    let path = Path::<String>::from_request_parts(parts, app).await;
    path.map(|Path(text)| text).map_err(|_| Problem::undecodable_path())
}
