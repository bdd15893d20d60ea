//! `PATCH /v2/community/accounts/{accountId}/name`.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::body::JsonBody;
use crate::api::caller::{AccountsWrite, Caller};
use crate::api::envelope::Reply;
use crate::api::input;
use crate::api::path::AccountPath;
use crate::api::problem::Problem;
use crate::api::texts::Name;
use crate::api::write::Write;
use crate::ops::accounts::name::SetName;

/// What Set Account Name takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetNameBody {
    /// The new name.
    #[schemars(with = "Name")]
    pub new_name: String,
}

/// `PATCH /v2/community/accounts/{accountId}/name`: a confirmation as text.
pub async fn set(
    write: Write,
    caller: Caller<AccountsWrite>,
    AccountPath(account): AccountPath,
    JsonBody(SetNameBody { new_name: name }): JsonBody<SetNameBody>,
) -> Result<Reply<String>, Problem> {
    input::name("/newName", &name)?;
    let confirmation = format!("New Community Name ({account}): {name}");
    let command = SetName { community: caller.community(), account, name };
    write.submit(command, |()| Reply::new(confirmation)).await
}
