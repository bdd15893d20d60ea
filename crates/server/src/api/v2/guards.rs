//! `GET` and `PUT /v2/community/guards`, `POST /v2/community/freeze` and `POST /v2/community/unfreeze`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use axum::extract::State;
use jiff::Timestamp;
use rankledger_domain::guard::{Counted, CountedFor, CountedSpan, LEAST_LIMIT, MOST_LIMIT, Removals};
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId};
use rankledger_storage::ReadTx;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::Command;
use crate::ops::guards::freeze::{FreezeCommunity, UnfreezeCommunity};
use crate::ops::guards::settings::SetGuards;
use crate::wire::guards::{CountedBody, GuardsAndCountsBody, GuardsBody};
use crate::wire::problem::Problem;
use crate::wire::text_schemas::Reason;
use crate::wire::whole_number;

/// The body of Set Guards. Absent members stay unchanged.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetBody {
    /// Whether removals are counted and limited: ranks, time of ranks, the active status, memberships and
    /// identifiers that are taken away.
    enabled: Option<bool>,
    /// The number of removals that each person, and each credential, may make within any 60 seconds.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(min = LEAST_LIMIT, max = MOST_LIMIT))]
    removals_per_minute: Option<u32>,
    /// The number of removals that each person, and each credential, may make within any 3600 seconds.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(min = LEAST_LIMIT, max = MOST_LIMIT))]
    removals_per_hour: Option<u32>,
    /// The number of removals that all together may make within any 60 seconds. Until it is set, three times
    /// that of one.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(min = LEAST_LIMIT, max = MOST_LIMIT))]
    community_removals_per_minute: Option<u32>,
    /// The number of removals that all together may make within any 3600 seconds. Until it is set, three
    /// times that of one.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(min = LEAST_LIMIT, max = MOST_LIMIT))]
    community_removals_per_hour: Option<u32>,
}

/// The body of Freeze Community.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FreezeRequestBody {
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
    /// The reason, which each refusal shows.
    #[schemars(with = "Option<Reason>")]
    reason: Option<String>,
}

/// The body of Unfreeze Community.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnfreezeRequestBody {
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
}

/// `GET /v2/community/guards`: the endpoint of [`show`].
pub static SHOW: Endpoint =
    Endpoint::new(Tag::Administration, "getGuards", "Get the guard, and whether the community is frozen")
        .per_minute(60)
        .example(Example {
            path: "/v2/community/guards",
            data: r#"{
                "enabled": false, "removalsPerMinute": 20, "removalsPerHour": 100,
                "communityRemovalsPerMinute": 60, "communityRemovalsPerHour": 300, "frozen": null, "counted": []
            }"#,
            ..Example::EMPTY
        });

/// Returns the guards of the community, its freeze, and what is counted now and for whom.
pub async fn show(
    State(app): State<App>,
    caller: Caller<Admin>,
) -> Result<Reply<GuardsAndCountsBody>, Problem> {
    let (mut tx, now) = (app.storage.read().await?, app.clock.now());
    let guards = tx.guards(caller.community()).await?;
    let counted = counted(tx.as_mut(), caller.community(), now).await?;
    let counted = counted.into_iter().map(CountedBody::from).collect();
    Ok(Reply::new(GuardsAndCountsBody { guards: guards.into(), counted }))
}

/// Loads what is counted now, and for whom: the most first.
async fn counted(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    now: Timestamp,
) -> Result<Vec<Counted>, Problem> {
    let credentials: HashSet<_> =
        tx.credentials(community).await?.into_iter().map(|credential| credential.id).collect();
    let mut of: BTreeMap<_, Vec<Removals>> = BTreeMap::new();
    for (id, removals) in tx.all_rank_removals(community, CountedSpan::at(now)).await? {
        let who = match CredentialId(id) {
            _ if id == CountedFor::Community.uuid() => CountedFor::Community,
            credential if credentials.contains(&credential) => CountedFor::Credential(credential),
            _ => CountedFor::Person(AccountId(id)),
        };
        of.entry(who).or_default().push(removals);
    }
    let mut counted: Vec<_> = of.into_iter().map(|(who, lately)| Counted::at(now, who, &lately)).collect();
    counted.sort_by_key(|counted| Reverse(counted.last_hour));
    Ok(counted)
}

/// `PUT /v2/community/guards`: the endpoint of [`set`].
pub static SET: Endpoint =
    Endpoint::new(Tag::Administration, "setGuards", "Set the guard: how many ranks anybody may take away")
        .per_minute(60)
        .refuses(SetGuards::REFUSES)
        .example(Example {
            path: "/v2/community/guards",
            body: r#"{"enabled": true}"#,
            data: r#"{"enabled": true, "removalsPerMinute": 20, "removalsPerHour": 100, "communityRemovalsPerMinute": 60, "communityRemovalsPerHour": 300, "frozen": null}"#,
            ..Example::EMPTY
        });

/// Sets the guards.
pub async fn set(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(body): StrictBody<SetBody>,
) -> Result<Reply<GuardsBody>, Problem> {
    check_limit("/removalsPerMinute", body.removals_per_minute)?;
    check_limit("/removalsPerHour", body.removals_per_hour)?;
    check_limit("/communityRemovalsPerMinute", body.community_removals_per_minute)?;
    check_limit("/communityRemovalsPerHour", body.community_removals_per_hour)?;
    let command = SetGuards {
        actor: caller.actor(None),
        enabled: body.enabled,
        per_minute: body.removals_per_minute,
        per_hour: body.removals_per_hour,
        together_per_minute: body.community_removals_per_minute,
        together_per_hour: body.community_removals_per_hour,
    };
    write.submit(command, |guards| Reply::new(guards.into())).await
}

/// `POST /v2/community/freeze`: the endpoint of [`freeze`].
pub static FREEZE: Endpoint =
    Endpoint::new(Tag::Administration, "freezeCommunity", "Freeze the community: nobody can change ranks")
        .per_minute(60)
        .refuses(FreezeCommunity::REFUSES)
        .example(Example {
            path: "/v2/community/freeze",
            body: r#"{"reason": "Somebody demotes everybody"}"#,
            data: r#"{
            "enabled": false, "removalsPerMinute": 20, "removalsPerHour": 100,
            "communityRemovalsPerMinute": 60, "communityRemovalsPerHour": 300,
            "frozen": {
                "at": "2026-04-15T00:00:00.000Z", "userId": null,
                "credentialId": "77777777-7777-7777-7777-777777777777",
                "reason": "Somebody demotes everybody"
            }
        }"#,
            ..Example::EMPTY
        });

/// Freezes the community: only a credential of scope `admin` without a power
/// ceiling changes anything until the freeze is lifted.
pub async fn freeze(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(body): StrictBody<FreezeRequestBody>,
) -> Result<Reply<GuardsBody>, Problem> {
    let reason = checks::reason(body.reason)?;
    let command = FreezeCommunity { actor: caller.actor(body.user_id.as_deref()), reason };
    write.submit(command, |guards| Reply::new(guards.into())).await
}

/// `POST /v2/community/unfreeze`: the endpoint of [`unfreeze`].
pub static UNFREEZE: Endpoint =
    Endpoint::new(Tag::Administration, "unfreezeCommunity", "Lift the freeze of the community")
        .per_minute(60)
        .refuses(UnfreezeCommunity::REFUSES)
        .example(Example {
            path: "/v2/community/unfreeze",
            body: "{}",
            data: r#"{"enabled": false, "removalsPerMinute": 20, "removalsPerHour": 100, "communityRemovalsPerMinute": 60, "communityRemovalsPerHour": 300, "frozen": null}"#,
            ..Example::EMPTY
        });

/// Lifts the freeze.
pub async fn unfreeze(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(body): StrictBody<UnfreezeRequestBody>,
) -> Result<Reply<GuardsBody>, Problem> {
    let command = UnfreezeCommunity { actor: caller.actor(body.user_id.as_deref()) };
    write.submit(command, |guards| Reply::new(guards.into())).await
}

fn check_limit(pointer: &str, limit: Option<u32>) -> Result<(), Problem> {
    let range = LEAST_LIMIT.into()..=MOST_LIMIT.into();
    limit.map_or(Ok(()), |limit| checks::number(pointer, limit.into(), range))
}
