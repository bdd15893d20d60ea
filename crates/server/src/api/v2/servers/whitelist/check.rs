//! `POST /v2/community/servers/{serverId}/whitelist/check`: may this player in? A game server asks at each
//! connect, so that this is three look-ups and no write. Its refusals are words that programs know: see
//! [`Problem::in_words_of_whitelists`].

use axum::extract::State;
use rankledger_domain::ids::CommunityId;

use crate::api::v2::servers::read_server;
use crate::http::App;
use crate::http::body::JsonBody;
use crate::http::caller::{AccountsRead, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::ServerPath;
use crate::http::reply::Reply;
use crate::http::selectors::Selectors;
use crate::wire::problem::{Problem, types};

/// `POST /v2/community/servers/{serverId}/whitelist/check`: the endpoint of [`check`].
pub static CHECK: Endpoint =
    Endpoint::new(Tag::Servers, "verifyWhitelist", "Check whether an account may join a game server")
        // Documented are 27. A game server takes a 429 for a service that is down: see decision 29.
        .per_minute(540)
        .waits()
        .refuses(&[&types::NOT_WHITELISTED, &types::BLOCKED_FOR_WHITELIST, &types::ACCOUNT_NOT_FOUND])
        .in_words(Problem::in_words_of_whitelists)
        .example(Example {
            path: "/v2/community/servers/1/whitelist/check",
            body: r#"{"accId": "66666666-6666-6666-6666-666666666666"}"#,
            data: r#""ExampleUser""#,
            ..Example::EMPTY
        });

/// Returns the name of the account if it may join. The account must match all that the request names.
pub async fn check(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    ServerPath(server): ServerPath,
    JsonBody(selectors): JsonBody<Selectors>,
) -> Result<Reply<String>, Problem> {
    Ok(Reply::new(may_join(&app, caller.community(), server, selectors).await?))
}

/// Returns the name of the account that is meant, if it may join.
pub(in crate::api) async fn may_join(
    app: &App,
    community: CommunityId,
    server: i64,
    selectors: Selectors,
) -> Result<String, Problem> {
    let mut tx = app.storage.read().await?;
    let server = read_server(tx.as_mut(), community, server).await?;
    let found = selectors.find(tx.as_mut(), community).await?.ok_or_else(Problem::nobody_meant)?;
    let standing = tx.standing(community, found.id).await?.ok_or_else(Problem::nobody_meant)?;
    let verdict = server.whitelist.check(&standing.account, found.sys_status, app.clock.now());
    match verdict {
        Ok(()) => Ok(found.name),
        Err(why) => {
            let ranks = tx.ranks(community).await?;
            Err(Problem::kept_out(why, |rank| ranks.label(rank)))
        }
    }
}
