//! `GET /v2/community/servers/{serverId}/whitelist`: all who may join a game server.

pub mod check;

use std::collections::HashSet;

use axum::extract::State;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::members::{Member, MemberId};
use schemars::JsonSchema;
use serde::Serialize;

use super::read_server;
use crate::http::App;
use crate::http::caller::{AccountsRead, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::ServerPath;
use crate::http::reply::Reply;
use crate::wire::problem::Problem;

/// Somebody who may join.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberBody {
    name: String,
    /// The ids of the account: those with their type, then the same without it. Game servers compare with
    /// either.
    api_ids: Vec<String>,
}

impl From<Member> for MemberBody {
    fn from(member: Member) -> Self {
        let typed = |id: &MemberId| id.kind.as_ref().map(|kind| format!("{kind}:{}", id.value));
        let mut api_ids: Vec<String> = member.ids.iter().filter_map(typed).collect();
        api_ids.extend(member.ids.into_iter().map(|id| id.value));
        let mut seen = HashSet::new();
        api_ids.retain(|id| seen.insert(id.clone()));
        Self { name: member.name, api_ids }
    }
}

/// `GET /v2/community/servers/{serverId}/whitelist`: the endpoint of [`list`].
pub static LIST: Endpoint =
    Endpoint::new(Tag::Servers, "getFullWhitelist", "List all who may join a game server")
        .per_minute(13)
        .example(Example {
            path: "/v2/community/servers/1/whitelist",
            data: r#"[{"name": "ExampleUser", "apiIds": ["discord:1234567891", "1234567891"]}]"#,
            ..Example::EMPTY
        });

/// Lists the accounts that may join a game server now, by number.
pub async fn list(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    ServerPath(id): ServerPath,
) -> Result<Reply<Vec<MemberBody>>, Problem> {
    Ok(Reply::new(whitelist(&app, caller.community(), id).await?))
}

/// Returns those who may join a game server now.
pub(in crate::api) async fn whitelist(
    app: &App,
    community: CommunityId,
    server: i64,
) -> Result<Vec<MemberBody>, Problem> {
    let now = app.clock.now();
    let read = app.read_long(move |mut tx| {
        Box::pin(async move {
            let server = read_server(tx.as_mut(), community, server).await?;
            let members = tx.active_members(community).await?.into_iter();
            let may_join =
                |member: &Member| server.whitelist.check(&member.account, member.enabled, now).is_ok();
            Ok(members.filter(may_join).map(MemberBody::from).collect())
        })
    });
    read.await
}
