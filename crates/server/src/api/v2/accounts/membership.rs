//! `POST /v2/community/accounts/{accountId}/` `ban`, `unban`, `kick`, `archive` and `restore`.

use rankledger_domain::ids::AccountId;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::v2::community::own_community;
use crate::http::body::StrictBody;
use crate::http::caller::{AccountsWrite, Caller};
use crate::http::checks;
use crate::http::path::AccountPath;
use crate::http::reply::{Recorded, Reply};
use crate::http::write::Write;
use crate::ops::accounts::membership::{ChangeMembership, MembershipAction, MembershipChanged};
use crate::wire::account::FullAccountBody;
use crate::wire::problem::Problem;
use crate::wire::texts::Reason;

/// What they take that may take ranks away.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PutOutBody {
    /// Whether the account keeps its ranks and its status. Otherwise it loses both, by a recorded change that can be undone.
    keep_ranks: Option<bool>,
    /// Who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
    /// Why, for the record.
    #[schemars(with = "Option<Reason>")]
    reason: Option<String>,
}

/// What they take that bring an account back.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BringBackBody {
    /// Who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
}

impl From<BringBackBody> for PutOutBody {
    fn from(body: BringBackBody) -> Self {
        Self { keep_ranks: Some(true), user_id: body.user_id, reason: None }
    }
}

macro_rules! handlers {
    ($($name:ident = $action:ident, $body:ident;)*) => {$(
        #[doc = concat!("`POST /v2/community/accounts/{accountId}/", stringify!($name), "`")]
        pub async fn $name(
            write: Write,
            caller: Caller<AccountsWrite>,
            AccountPath(id): AccountPath,
            StrictBody(body): StrictBody<$body>,
        ) -> Result<Reply<FullAccountBody, Recorded>, Problem> {
            change(write, caller, id, MembershipAction::$action, body.into()).await
        }
    )*};
}

handlers! {
    ban = Ban, PutOutBody;
    kick = Kick, PutOutBody;
    archive = Archive, PutOutBody;
    unban = Unban, BringBackBody;
    restore = Restore, BringBackBody;
}

async fn change(
    write: Write,
    caller: Caller<AccountsWrite>,
    account: AccountId,
    action: MembershipAction,
    body: PutOutBody,
) -> Result<Reply<FullAccountBody, Recorded>, Problem> {
    let reason = checks::reason(body.reason)?;
    let community = own_community(write.app.storage.read().await?.as_mut(), caller.community()).await?;
    let actor = caller.actor(body.user_id.as_deref());
    let command =
        ChangeMembership { actor, account, action, keep_ranks: body.keep_ranks.unwrap_or(false), reason };
    let reply = |MembershipChanged { account, change }: MembershipChanged| {
        let version = account.standing.version;
        let held = account.standing.account.ranks.clone();
        Reply::new(FullAccountBody::new(account, community.name))
            .version(version)
            .held(&held)
            .meta("undoId", change.as_ref().map(|change| change.undo_id.to_string()))
            .recorded(change.as_ref())
    };
    write.submit(command, reply).await
}
