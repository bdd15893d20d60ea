//! `PATCH /v2/community/accounts/{accountId}/profile-fields`.

use rankledger_domain::ids::AccountId;
use rankledger_storage::profiles::ProfileField;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::http::account_path::AccountPath;
use crate::http::body::JsonBody;
use crate::http::caller::{AccountsWrite, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::Command;
use crate::ops::accounts::profile_fields::EditProfileFields;
use crate::wire::account_parts::ProfileFieldBody;
use crate::wire::objects::objects;
use crate::wire::problem::Problem;

/// The body of Edit Profile Fields.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditBody {
    /// The fields to fill in.
    #[serde(deserialize_with = "objects")]
    profile_fields: Vec<FieldEntry>,
}

/// The value for one field.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct FieldEntry {
    /// The id of the field.
    id: String,
    /// The value, of the field's type. Null empties the field.
    #[serde(default)]
    value: Value,
}

/// `PATCH /v2/community/accounts/{accountId}/profile-fields`: the endpoint of [`edit`].
pub static EDIT: Endpoint =
    Endpoint::new(Tag::Accounts, "editProfileFields", "Fill in profile fields of an account")
        .per_minute(22)
        .refuses(EditProfileFields::REFUSES)
        .example(Example {
            path: "/v2/community/accounts/00000000-0000-0000-0000-000000000000/profile-fields",
            body: r#"{"profileFields": [{"id": "discord", "value": "1234567890"}]}"#,
            data: r#"[{"id": "discord", "value": "1234567890"}]"#,
            ..Example::EMPTY
        });

/// Fills in profile fields of an account, and returns all values that the account has afterwards.
pub async fn edit(
    write: Write,
    caller: Caller<AccountsWrite>,
    AccountPath(account): AccountPath,
    JsonBody(body): JsonBody<EditBody>,
) -> Result<Reply<Vec<ProfileFieldBody>>, Problem> {
    let command = body.command(caller, account);
    write.submit(command, |after| Reply::new(bodies(after))).await
}

impl EditBody {
    /// Returns the command for this account.
    pub(in crate::api) fn command(
        self,
        caller: Caller<AccountsWrite>,
        account: AccountId,
    ) -> EditProfileFields {
        let entries = self.profile_fields.into_iter();
        let fields =
            entries.map(|entry| ProfileField { id: entry.id.into(), value: entry.value.into() }).collect();
        EditProfileFields { actor: caller.actor(None), account, fields }
    }
}

/// Returns the bodies of all that the account has filled in.
pub(in crate::api) fn bodies(fields: Vec<ProfileField>) -> Vec<ProfileFieldBody> {
    fields.into_iter().map(ProfileFieldBody::from).collect()
}
