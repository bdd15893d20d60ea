//! `GET /v2/community/accounts/{accountId}/identifiers`.

use axum::extract::State;

use super::row::IdentifierBody;
use crate::api::App;
use crate::api::caller::{AccountsRead, Caller};
use crate::api::envelope::Reply;
use crate::api::path::AccountPath;
use crate::api::problem::Problem;

/// `GET /v2/community/accounts/{accountId}/identifiers`: oldest first.
pub async fn list(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    AccountPath(id): AccountPath,
) -> Result<Reply<Vec<IdentifierBody>>, Problem> {
    let mut tx = app.storage.read().await?;
    if tx.standing(caller.community(), id).await?.is_none() {
        return Err(Problem::account_not_found(id));
    }
    let identifiers = tx.identifiers(caller.community(), id).await?;
    Ok(Reply::new(identifiers.into_iter().map(IdentifierBody::from).collect()))
}
