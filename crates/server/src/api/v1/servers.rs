//! Calls about game servers: which there are, who may join, and who is on them.

use rankledger_domain::game_server::GameServer;
use rankledger_domain::ids::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::api::v1::reply::LegacyReply;
use crate::api::v1::request::Call;
use crate::api::v2::accounts::identifiers::RegisterBody;
use crate::api::v2::servers::activity::start::ClosedBody;
use crate::api::v2::servers::activity::{ActivityBody, TrackBody};
use crate::api::v2::servers::r#type::TypeBody;
use crate::api::v2::servers::whitelist::check::may_join;
use crate::api::v2::servers::whitelist::whitelist;
use crate::api::v2::servers::{PutBody, read_server};
use crate::http::body::from_value;
use crate::http::caller::{AccountsRead, AccountsWrite, Admin, Caller, CommunityRead};
use crate::http::path;
use crate::http::selectors::Selectors;
use crate::ops::accounts::identifiers::{Registration, RegistrationOutcome};
use crate::ops::game_servers::activity::StartServer;
use crate::wire::game_servers::{AceConfigBody, ServerBody, ServerEntry, ServersBody};
use crate::wire::loose_text::Text;
use crate::wire::problem::Problem;

/// An answer that programs decode, and look into for `success`.
#[derive(Serialize)]
struct Succeeded<T> {
    success: bool,
    data: T,
}

fn succeeded(data: impl Serialize) -> Result<LegacyReply, Problem> {
    LegacyReply::json(&Succeeded { success: true, data })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfServer {
    server_id: Option<Text>,
}

impl Call {
    /// Returns the id of the game server that the call is about: that of the request object, else that of the
    /// call itself. An empty one counts as none.
    fn server(&self) -> Result<i64, Problem> {
        let OfServer { server_id } = self.whole_object()?;
        let named = server_id.and_then(Text::given).or_else(|| self.server_id.clone());
        let Some(named) = named else { return Err(Problem::no_server_named()) };
        path::server_id(&named).ok_or_else(|| Problem::no_server_called(&named))
    }
}

/// The game servers.
pub(super) async fn list(call: Call) -> Result<LegacyReply, Problem> {
    let community = call.caller::<CommunityRead>()?.community();
    let servers = call.app.storage.read().await?.game_servers(community).await?;
    LegacyReply::json(&ServersBody::from(servers))
}

/// Adds game servers: every request object is one.
pub(super) async fn add(call: Call) -> Result<LegacyReply, Problem> {
    let (app, caller) = (call.app.clone(), call.caller::<AccountsWrite>()?);
    let command = rows(call)?.add(&app, caller)?.at("/data");
    all_of(app.ledger.submit(command).await?)
}

/// Replaces all game servers by the request objects.
pub(super) async fn set(call: Call) -> Result<LegacyReply, Problem> {
    let (app, caller) = (call.app.clone(), call.caller::<Admin>()?);
    let command = rows(call)?.set(&app, caller).at("/data");
    all_of(app.ledger.submit(command).await?)
}

fn rows(call: Call) -> Result<PutBody, Problem> {
    let items = call.into_items().into_iter().enumerate();
    let rows = items.map(|(index, item)| from_value::<ServerEntry>(&format!("/data/{index}"), item));
    Ok(PutBody::of(rows.collect::<Result<_, _>>()?))
}

fn all_of(servers: Vec<GameServer>) -> Result<LegacyReply, Problem> {
    succeeded(ServersBody::from(servers).servers)
}

/// The permissions on a game server.
pub(super) async fn ace_config(call: Call) -> Result<LegacyReply, Problem> {
    let community = call.caller::<CommunityRead>()?.community();
    let server = call.server()?;
    let mut tx = call.app.storage.read().await?;
    succeeded(AceConfigBody::from(read_server(tx.as_mut(), community, server).await?.aces))
}

/// Notes the type of a game server.
pub(super) async fn set_type(call: Call) -> Result<LegacyReply, Problem> {
    let caller = call.caller::<AccountsWrite>()?;
    let command = call.body::<TypeBody>()?.command(caller, call.server()?)?;
    succeeded(ServerBody::from(call.app.ledger.submit(command).await?))
}

/// The name of the account that is meant, if it may join.
pub(super) async fn verify(call: Call) -> Result<LegacyReply, Problem> {
    let community = call.caller::<AccountsRead>()?.community();
    let (server, selectors) = (call.server()?, call.whole_object::<Selectors>()?);
    Ok(LegacyReply::text(may_join(&call.app, community, server, selectors).await?))
}

/// All who may join.
pub(super) async fn full_whitelist(call: Call) -> Result<LegacyReply, Problem> {
    let community = call.caller::<AccountsRead>()?.community();
    LegacyReply::json(&whitelist(&call.app, community, call.server()?).await?)
}

/// Closes all time in game on a server that has started.
pub(super) async fn started(call: Call) -> Result<LegacyReply, Problem> {
    let caller = call.caller::<AccountsWrite>()?;
    let command = StartServer { actor: caller.actor(None), server: call.server()? };
    let closed = call.app.ledger.submit(command).await?;
    succeeded(closed.into_iter().map(ClosedBody::from).collect::<Vec<_>>())
}

/// Notes that a player comes or goes.
pub(super) async fn activity(call: Call) -> Result<LegacyReply, Problem> {
    let caller = call.caller::<AccountsWrite>()?;
    let (server, body) = (call.server()?, call.whole_object::<TrackBody>()?);
    let mut tx = call.app.storage.read().await?;
    let command = body.command(tx.as_mut(), caller, server).await?;
    drop(tx);
    succeeded(call.app.ledger.submit(command).await?.map(ActivityBody::from))
}

/// Registers what a game server knows of a player.
pub(super) async fn identifiers(call: Call) -> Result<LegacyReply, Problem> {
    let (caller, account): (Caller<_>, AccountId) = call.about::<AccountsWrite>().await?;
    let (command, _) = call.body::<RegisterBody>()?.command(caller, account)?;
    let told = call.app.ledger.submit(command).await?;
    let is_registered = |one: &&Registration| matches!(one.outcome, RegistrationOutcome::Registered { .. });
    let registered = told.iter().filter(is_registered).count();
    LegacyReply::json(&json!({ "success": true, "message": format!("IDENTIFIERS REGISTERED: {registered}") }))
}

/// Takes what a game server says of itself every minute. Nothing reads it.
pub(super) async fn state(call: Call) -> Result<LegacyReply, Problem> {
    call.caller::<CommunityRead>()?;
    Ok(LegacyReply::text("OK"))
}
