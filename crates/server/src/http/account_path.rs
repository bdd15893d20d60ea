//! `{accountId}`: the account that a path names by its UUID, or by the Discord id that is linked to it.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::FromRequestParts;
use http::Method;
use http::request::Parts;
use rankledger_domain::ids::AccountId;

use crate::http::App;
use crate::http::authenticate::Authenticated;
use crate::http::path::AccountNamePath;
use crate::http::read_view::{OpenView, RequestView};
use crate::ops::accounts::find::AccountName;
use crate::wire::problem::Problem;

/// The account of the path. Only one that is named by a Discord id is known to exist.
pub struct AccountPath(pub AccountId);

impl FromRequestParts<App> for AccountPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let AccountNamePath(name) = AccountNamePath::from_request_parts(parts, app).await?;
        if let AccountName::Id(id) = name {
            return Ok(Self(id));
        }
        let authenticated = parts.extensions.get::<Authenticated>();
        let community = authenticated.ok_or_else(Problem::missing_credential)?.0.community;
        let RequestView(mut tx) = RequestView::from_request_parts(parts, app).await?;
        let found = name.find(tx.as_mut(), community).await;
        // A handler that only reads goes on in the same view.
        if parts.method == Method::GET {
            parts.extensions.insert(OpenView::new(tx));
        }
        Ok(Self(found?))
    }
}

impl OperationInput for AccountPath {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        AccountNamePath::operation_input(ctx, operation);
    }
}
