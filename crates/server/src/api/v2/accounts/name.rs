//! `PATCH /v2/community/accounts/{accountId}/name`.

use rankledger_domain::ids::AccountId;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::http::account_path::AccountPath;
use crate::http::body::JsonBody;
use crate::http::caller::{AccountsWrite, Caller};
use crate::http::checks;
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::Command;
use crate::ops::accounts::name::SetName;
use crate::wire::problem::Problem;
use crate::wire::text_schemas::AccountName;

/// The body of Set Account Name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetNameBody {
    /// The new name. It has a character that is not a digit.
    #[schemars(with = "AccountName")]
    new_name: String,
}

/// `PATCH /v2/community/accounts/{accountId}/name`: the endpoint of [`set`].
pub static SET: Endpoint = Endpoint::new(Tag::Accounts, "setAccountName", "Rename an account")
    .per_minute(22)
    .refuses(SetName::REFUSES)
    .example(Example {
        path: "/v2/community/accounts/00000000-0000-0000-0000-000000000000/name",
        body: r#"{"newName": "Example Account"}"#,
        data: r#""New Community Name (00000000-0000-0000-0000-000000000000): Example Account""#,
        ..Example::EMPTY
    });

/// Renames an account, and confirms it with a text.
pub async fn set(
    write: Write,
    caller: Caller<AccountsWrite>,
    AccountPath(account): AccountPath,
    JsonBody(body): JsonBody<SetNameBody>,
) -> Result<Reply<String>, Problem> {
    let command = body.command(caller, account)?;
    let confirmation = confirmation(&command);
    write.submit(command, |()| Reply::new(confirmation)).await
}

impl SetNameBody {
    /// Returns the command for this account.
    pub(in crate::api) fn command(
        self,
        caller: Caller<AccountsWrite>,
        account: AccountId,
    ) -> Result<SetName, Problem> {
        let name = checks::account_name("/newName", &self.new_name)?;
        Ok(SetName { actor: caller.actor(None), account, name })
    }
}

/// Returns the text that confirms the new name.
pub(in crate::api) fn confirmation(command: &SetName) -> String {
    format!("New Community Name ({}): {}", command.account, command.name)
}
