//! `PATCH /v2/community/accounts/{accountId}/profile-fields`.

use rankledger_storage::profiles::ProfileField;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::http::body::{JsonBody, objects};
use crate::http::caller::{AccountsWrite, Caller};
use crate::http::path::AccountPath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::accounts::profile_fields::EditProfileFields;
use crate::wire::account_parts::ProfileFieldBody;
use crate::wire::problem::Problem;

/// What Edit Profile Fields takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditBody {
    /// What is filled in.
    #[serde(deserialize_with = "objects")]
    profile_fields: Vec<FieldEntry>,
}

/// What is filled into one field.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct FieldEntry {
    /// The field.
    id: String,
    /// What is filled in, as the field's type wants it; null empties the field.
    #[serde(default)]
    value: Value,
}

/// `PATCH /v2/community/accounts/{accountId}/profile-fields`: all that the account has filled in afterwards.
pub async fn edit(
    write: Write,
    caller: Caller<AccountsWrite>,
    AccountPath(account): AccountPath,
    JsonBody(body): JsonBody<EditBody>,
) -> Result<Reply<Vec<ProfileFieldBody>>, Problem> {
    let entries = body.profile_fields.into_iter();
    let fields =
        entries.map(|entry| ProfileField { id: entry.id.into(), value: entry.value.into() }).collect();
    let command = EditProfileFields { community: caller.community(), account, fields };
    let tell = |after: Vec<ProfileField>| Reply::new(after.into_iter().map(ProfileFieldBody::from).collect());
    write.submit(command, tell).await
}
