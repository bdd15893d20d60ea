//! `POST /v2/community/accounts/{accountId}/sync`.

use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use crate::http::body::JsonBody;
use crate::http::caller::{AccountsWrite, Caller};
use crate::http::checks;
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::http::path::AccountPath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::accounts::sync::SyncAccount;
use crate::wire::problem::{Problem, types};

/// The body of Force Sync.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncBody {
    /// The id of the account again. If it is given, it must be the account of the path.
    #[schemars(with = "Option<Uuid>")]
    acc_id: Option<String>,
}

/// `POST /v2/community/accounts/{accountId}/sync`: the endpoint of [`force`].
pub static FORCE: Endpoint = Endpoint::new(Tag::Accounts, "forceSync", "Emit the account's update event again")
    .per_minute(27)
    .refuses(&[&types::ACCOUNT_MISMATCH])
    .example(Example {
        path: "/v2/community/accounts/00000000-0000-0000-0000-000000000000/sync",
        body: r#"{"accId": "00000000-0000-0000-0000-000000000000"}"#,
        data: r#""Sync triggered for: Example Community (Example Account - 00000000-0000-0000-0000-000000000000)""#,
        ..Example::EMPTY
    });

/// Emits the update event of an account again, and confirms it with a text.
pub async fn force(
    write: Write,
    caller: Caller<AccountsWrite>,
    AccountPath(account): AccountPath,
    JsonBody(body): JsonBody<SyncBody>,
) -> Result<Reply<String>, Problem> {
    checks::same_account(body.acc_id.as_deref(), account)?;
    let community = own_community(write.app.storage.read().await?.as_mut(), caller.community()).await?;
    let command = SyncAccount { community: community.id, account };
    let tell = move |name| Reply::new(format!("Sync triggered for: {} ({name} - {account})", community.name));
    write.submit(command, tell).await
}
