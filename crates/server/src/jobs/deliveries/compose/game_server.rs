//! Push events to game servers: the account that an event is about, as it is when this is sent. A receiver
//! knows the sender by the key in the body.
//!
//! Receivers of all versions are served by one form of an account: the older ones read its primary and
//! secondary ranks, the newer ones fail without the lists of ranks and ids, and want ids without their type.

use jiff::tz::{self, TimeZone};
use rankledger_domain::identifier::split_kind;
use rankledger_domain::ids::{AccountId, CommunityId, DepartmentId, RankId};
use rankledger_domain::log::{ActKind, EventType};
use rankledger_domain::rank::CommunityRanks;
use rankledger_domain::subscription::Subscription;
use rankledger_storage::departments::DepartmentRank;
use rankledger_storage::events::Event;
use rankledger_storage::standings::{AccountSnapshot, ActiveApiId};
use rankledger_storage::{Storage, StorageError};
use serde::Serialize;
use serde_json::{Value, json};

use crate::jobs::deliveries::client::Message;

/// How the receivers write a time.
const TIME: &str = "%Y-%m-%d %H:%M:%S.%3f %z";

/// The time zone in which they write it.
const ZONE: TimeZone = TimeZone::fixed(tz::offset(-8));

/// A type that no receiver knows, by which it is tried out.
const TEST: &str = "CONNECTION_TEST";

/// Returns the type by which game servers know an event. `None` if they know nothing like it.
pub(super) fn push_type(event_type: EventType) -> Option<&'static str> {
    let EventType::Act(kind) = event_type else { return Some("ACCOUNT_UPDATED") };
    match kind {
        ActKind::AccountCreated => Some("ACCOUNT_CREATED"),
        ActKind::AccountBanned => Some("ACCOUNT_BANNED"),
        ActKind::AccountKicked => Some("ACCOUNT_KICKED"),
        ActKind::AccountRenamed
        | ActKind::AccountUpdated
        | ActKind::AccountUnbanned
        | ActKind::AccountArchived
        | ActKind::AccountRestored
        | ActKind::IdentifiersChanged => Some("ACCOUNT_UPDATED"),
        _ => None,
    }
}

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
        let all = tx.department_ranks(community).await?;
        let known = tx.ranks(community).await?;
        let ranks = Ranks::of(&snapshot, &known, &all);
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

/// The ranks of an account as game servers see them.
struct Ranks {
    all: Vec<RankId>,
    primary: Option<(RankId, DepartmentId)>,
    secondary: Vec<(RankId, DepartmentId)>,
}

impl Ranks {
    /// The primary rank is the one of the highest power that can be one; of equals the first that is held.
    fn of(snapshot: &AccountSnapshot, ranks: &CommunityRanks, rows: &[DepartmentRank]) -> Self {
        let held = &snapshot.standing.account.ranks;
        let is_secondary = |id: RankId| rows.iter().any(|row| row.rank.id == id && row.secondary_only);
        let known: Vec<_> = held.iter().filter_map(|held| ranks.get(held.rank)).collect();
        let mut primary = None;
        for &rank in known.iter().filter(|rank| !is_secondary(rank.id)) {
            if primary.is_none_or(|highest: &rankledger_domain::rank::Rank| rank.power > highest.power) {
                primary = Some(rank);
            }
        }
        let secondary = known.iter().filter(|rank| primary.is_none_or(|primary| primary.id != rank.id));
        Self {
            all: held.iter().map(|held| held.rank).collect(),
            primary: primary.map(|rank| (rank.id, rank.department)),
            secondary: secondary.map(|rank| (rank.id, rank.department)).collect(),
        }
    }

    /// The departments of the secondary ranks, each once.
    fn secondary_departments(&self) -> Vec<DepartmentId> {
        let mut departments = Vec::new();
        for (_, department) in &self.secondary {
            if !departments.contains(department) {
                departments.push(*department);
            }
        }
        departments
    }
}

fn account_body(id: AccountId, snapshot: &AccountSnapshot, com_name: &str, ranks: &Ranks) -> Value {
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
        "primaryRank": ranks.primary.map(|(rank, _)| rank),
        "secondaryRanks": ranks.secondary.iter().map(|(rank, _)| rank).collect::<Vec<_>>(),
        "primaryDepartment": ranks.primary.map(|(_, department)| department),
        "secondaryDepartments": ranks.secondary_departments(),
        "joinDate": time(profile.join_date),
        "owner": account.owner,
        "banned": account.banned,
        "lastLogin": profile.last_login.map(time),
        "activeApiIds": bare_ids,
        "ranks": ranks.all,
    })
}

/// Returns an id without its type.
fn bare(id: ActiveApiId<'_>) -> &str {
    match id {
        ActiveApiId::Typed(identifier) => &identifier.value,
        ActiveApiId::Untyped(id) => split_kind(id).map_or(id, |(_, bare)| bare),
    }
}
