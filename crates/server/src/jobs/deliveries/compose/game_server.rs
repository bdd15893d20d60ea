//! Push events to game servers: the account that an event is about, as it is when this is sent. A receiver
//! knows the sender by the key in the body.
//!
//! Receivers of all versions are served by one form of an account: the older ones read its primary and
//! secondary ranks, the newer ones fail without the lists of ranks and ids, and want ids without their type.

use jiff::tz::{self, TimeZone};
use rankledger_domain::identifier::split_kind;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::subscription::{Subscription, push_type};
use rankledger_storage::events::Event;
use rankledger_storage::standings::{AccountSnapshot, ActiveApiId};
use rankledger_storage::{Storage, StorageError};
use serde::Serialize;
use serde_json::{Value, json};

use crate::jobs::deliveries::client::Message;
use crate::ops::primary_rank::{PlacedRanks, RankUses};

/// How the receivers write a time.
const TIME: &str = "%Y-%m-%d %H:%M:%S.%3f %z";

/// The time zone in which they write it.
const ZONE: TimeZone = TimeZone::fixed(tz::offset(-8));

/// A type that no receiver knows, by which it is tried out.
const TEST: &str = "CONNECTION_TEST";

/// Writes the request that tells of an event. `None` if game servers know nothing like it, or the account is
/// gone.
pub(super) async fn message(
    storage: &dyn Storage,
    community: CommunityId,
    subscription: &Subscription,
    event: &Event,
) -> Result<Option<Message>, StorageError> {
    let (Some(account), Some(push_type)) = (event.account(), push_type(event.event_type())) else {
        return Ok(None);
    };
    let mut tx = storage.read().await?;
    let Some(snapshot) = tx.snapshot(community, account).await? else { return Ok(None) };
    let data = if matches!(push_type, "ACCOUNT_BANNED" | "ACCOUNT_KICKED") {
        json!({"discordId": snapshot.details.profile.discord_id, "accountId": account})
    } else {
        let com_name = tx.community(community).await?.map(|community| community.name).unwrap_or_default();
        let uses = RankUses::read(tx.as_mut(), community).await?;
        let ranks = uses.of(&snapshot.standing.account.rank_ids());
        account_body(account, &snapshot, &com_name, &ranks)
    };
    drop(tx);
    // The view may have seen what is not on the disk yet. Nobody is told of that.
    storage.flush().await?;
    Ok(Some(push(subscription, push_type, &data)))
}

/// Writes a request that tells of no event: a receiver looks at its key and says that it does not know the
/// type.
pub(super) fn test(subscription: &Subscription) -> Message {
    push(subscription, TEST, &json!({}))
}

#[derive(Serialize)]
struct Push<'a> {
    key: &'a str,
    r#type: &'a str,
    data: &'a Value,
}

fn push(subscription: &Subscription, push_type: &str, data: &Value) -> Message {
    let key = subscription.secret.as_deref().unwrap_or_default();
    let body = serde_json::to_string(&Push { key, r#type: push_type, data });
    let body = body.expect("a push event holds plain data with string keys");
    Message { url: subscription.url.clone(), headers: Vec::new(), body }
}

fn account_body(id: AccountId, snapshot: &AccountSnapshot, com_name: &str, ranks: &PlacedRanks) -> Value {
    let (account, profile) = (&snapshot.standing.account, &snapshot.details.profile);
    let time = |time: jiff::Timestamp| time.to_zoned(ZONE).strftime(TIME).to_string();
    let bare_ids: Vec<_> = snapshot.details.active_api_ids().map(bare).collect();
    json!({
        "discordId": profile.discord_id,
        "accId": id,
        "comStatus": account.com_status,
        "accName": profile.name,
        "comName": com_name,
        "primaryIdentifier": null,
        "secondaryIdentifiers": [],
        "primaryRank": ranks.primary(),
        "secondaryRanks": ranks.secondary(),
        "primaryDepartment": ranks.primary_department(),
        "secondaryDepartments": ranks.secondary_departments(),
        "joinDate": time(profile.join_date),
        "owner": account.owner,
        "banned": account.banned,
        "lastLogin": profile.last_login.map(time),
        "activeApiIds": bare_ids,
        "ranks": account.rank_ids(),
    })
}

/// Returns an id without its type.
fn bare(id: ActiveApiId<'_>) -> &str {
    match id {
        ActiveApiId::Typed { value, .. } => value,
        ActiveApiId::Untyped(id) => split_kind(id).map_or(id, |(_, bare)| bare),
    }
}
