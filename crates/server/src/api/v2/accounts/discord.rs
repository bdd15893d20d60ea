//! `GET /v2/community/accounts/discord/{discordId}`.

use crate::api::v2::accounts::read_account;
use crate::http::caller::{AccountsRead, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::DiscordPath;
use crate::http::read_view::RequestView;
use crate::http::reply::{Reply, Versioned};
use crate::ops::accounts::find::find_by_discord_id;
use crate::wire::account::AccountBody;
use crate::wire::problem::Problem;

/// `GET /v2/community/accounts/discord/{discordId}`: the endpoint of [`show`].
pub static SHOW: Endpoint =
    Endpoint::new(Tag::Accounts, "getAccountByDiscordId", "Get the account that a Discord id is linked to")
        .per_minute(27)
        .example(Example {
            path: "/v2/community/accounts/discord/1234567890",
            ..crate::api::v2::accounts::SHOW.example
        });

/// Returns the row of the account that this Discord id is linked to, by its row or by a verified identifier.
pub async fn show(
    caller: Caller<AccountsRead>,
    DiscordPath(id): DiscordPath,
    RequestView(mut tx): RequestView,
) -> Result<Reply<AccountBody, Versioned>, Problem> {
    let account = find_by_discord_id(tx.as_mut(), caller.community(), &id).await?;
    let (account, version) = read_account(tx.as_mut(), caller.community(), account).await?;
    Ok(Reply::new(account).version(version))
}
