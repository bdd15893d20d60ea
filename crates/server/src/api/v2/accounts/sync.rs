//! `POST /v2/community/accounts/{accountId}/sync`.

use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::log::{ActKind, EventType};
use rankledger_domain::subscription::{Subscription, SubscriptionKind};
use rankledger_storage::{ReadTx, StorageError};
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use crate::http::account_path::AccountPath;
use crate::http::body::JsonBody;
use crate::http::caller::{AccountsWrite, Caller};
use crate::http::checks;
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
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
        meta: r#"{"listeners": 0}"#,
        ..Example::EMPTY
    });

/// Emits the update event of an account again, and confirms it with a text.
pub async fn force(
    write: Write,
    caller: Caller<AccountsWrite>,
    AccountPath(account): AccountPath,
    JsonBody(body): JsonBody<SyncBody>,
) -> Result<Reply<String>, Problem> {
    let mut tx = write.app.storage.read().await?;
    let community = own_community(tx.as_mut(), caller.community()).await?;
    let listeners = listeners(tx.as_mut(), community.id).await?;
    drop(tx);
    let command = body.command(caller, account)?;
    // The sentence is that of the documentation.
    let told = move |name: String| {
        Reply::new(confirmation(&community.name, &name, account)).meta("listeners", listeners)
    };
    write.submit(command, told).await
}

/// Returns how many game servers are told of the account.
async fn listeners(tx: &mut dyn ReadTx, community: CommunityId) -> Result<usize, StorageError> {
    let update = EventType::Act(ActKind::AccountUpdated);
    let is_told = |subscription: &&Subscription| {
        let is_enabled = subscription.disabled.is_none();
        subscription.kind == SubscriptionKind::GameServer && is_enabled && subscription.wants(update)
    };
    Ok(tx.subscriptions(community).await?.iter().filter(is_told).count())
}

impl SyncBody {
    /// Returns the command for this account.
    pub(in crate::api) fn command(
        self,
        caller: Caller<AccountsWrite>,
        account: AccountId,
    ) -> Result<SyncAccount, Problem> {
        checks::same_account(self.acc_id.as_deref(), account)?;
        Ok(SyncAccount { actor: caller.actor(None), account })
    }
}

/// Returns the text that confirms the sync of the account with this name.
pub(in crate::api) fn confirmation(community: &str, name: &str, account: AccountId) -> String {
    format!("Sync triggered for: {community} ({name} - {account})")
}
