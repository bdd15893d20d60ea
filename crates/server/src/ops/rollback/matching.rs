//! Finds the changes that a rollback undoes: resolves the names in the filter, loads the matching changes,
//! and refuses those of the actor.

use std::collections::HashMap;

use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, RankId};
use rankledger_domain::lineage::Lineage;
use rankledger_domain::rank::{CommunityRanks, RankName};
use rankledger_domain::rank_change::RankChange;
use rankledger_domain::refusal::Refusal;
use rankledger_domain::rollback::{AccountHistory, makes_a_difference};
use rankledger_storage::history::{HistoryFilter, Order};

use super::{MAX_CHANGES, RollbackFilter};
use crate::ops::actor::find_person;
use crate::ops::authorized::Authorized;
use crate::ops::{OpError, View};
use crate::wire::problem::Problem;

/// Number of changes that are read at once.
const PORTION: u32 = 1000;

/// Loads the histories that the rollback undoes, the account that was changed last first. Refuses a filter
/// that selects changes that the actor made.
pub(super) async fn histories(
    view: &mut View<'_>,
    authorized: &Authorized,
    filter: &RollbackFilter,
) -> Result<Vec<AccountHistory>, OpError> {
    let community = authorized.community;
    let filter = resolve(filter, authorized, view).await?;
    refuse_own(&filter, authorized)?;
    let mut histories = Vec::new();
    for (account, lineages) in lineages(community, &filter, view).await? {
        if filter.batch.is_some() {
            refuse_bringing_back_own(&lineages, authorized)?;
        }
        histories.push(load(community, account, lineages, view).await?);
    }
    Ok(histories)
}

/// Returns the filter with its names resolved.
async fn resolve(
    filter: &RollbackFilter,
    authorized: &Authorized,
    view: &mut View<'_>,
) -> Result<HistoryFilter, OpError> {
    let actor = match &filter.user {
        Some(name) => {
            let found = find_person(name, authorized.community, view).await?;
            Some(found.map_err(|not_one| not_one.at("/filter/userId"))?.id)
        }
        None => None,
    };
    Ok(HistoryFilter {
        accounts: filter.accounts.clone(),
        actor,
        credential: filter.credential,
        batch: filter.batch,
        ranks: resolve_ranks(&filter.ranks, &authorized.ranks)?,
        source: None,
        from: filter.from,
        to: filter.to,
        undone: Some(false),
    })
}

fn resolve_ranks(names: &[RankName], ranks: &CommunityRanks) -> Result<Vec<RankId>, Refusal> {
    let mut unknown = Vec::new();
    let known = ranks.resolve_all(names, "/filter/ranks", &mut unknown);
    if unknown.is_empty() { Ok(known) } else { Err(Refusal::UnknownRank(unknown)) }
}

/// Refuses a rollback of one's own changes: somebody else has to look at them.
fn refuse_own(filter: &HistoryFilter, authorized: &Authorized) -> Result<(), OpError> {
    let is_own_person = filter.actor.is_some() && filter.actor == authorized.person();
    let is_own_credential = filter.credential == Some(authorized.credential);
    if is_own_person || is_own_credential { Err(Problem::own_rollback().into()) } else { Ok(()) }
}

/// Refuses to bring back the actor's own changes that somebody else's rollback took back. One's own rollback
/// may be undone.
fn refuse_bringing_back_own(lineages: &[Lineage], authorized: &Authorized) -> Result<(), OpError> {
    let is_own = |change: &RankChange| match change.actor {
        Some(actor) => Some(actor) == authorized.person(),
        None => change.credential == Some(authorized.credential),
    };
    let brought_back = |lineage: &Lineage| {
        let mut newest_first = lineage.newest_first();
        let was_taken_by_others = newest_first.next().is_some_and(|taking| !is_own(taking));
        was_taken_by_others && newest_first.next().is_some_and(is_own)
    };
    if lineages.iter().any(brought_back) { Err(Problem::own_rollback().into()) } else { Ok(()) }
}

/// Loads, for each account, the lineages that end in a matching change, newest first. The account that was
/// changed last comes first.
async fn lineages(
    community: CommunityId,
    filter: &HistoryFilter,
    view: &mut View<'_>,
) -> Result<Vec<(AccountId, Vec<Lineage>)>, OpError> {
    let any = HistoryFilter { undone: None, ..filter.clone() };
    let mut found: Vec<(AccountId, Vec<Lineage>)> = Vec::new();
    let mut positions = HashMap::new();
    let (mut after, mut total) = (None, 0);
    loop {
        let page = view.tx.history(community, filter, Order::NewestFirst, after, PORTION).await?;
        total += page.changes.len();
        if total > MAX_CHANGES {
            return Err(Problem::rollback_too_large(MAX_CHANGES).into());
        }
        for linked in page.changes {
            let lineage = view.lineage_of(community, &linked.change).await?;
            if makes_a_difference(&lineage, |change| any.matches(change)) {
                let account = linked.change.account;
                let position = *positions.entry(account).or_insert(found.len());
                if position == found.len() {
                    found.push((account, Vec::new()));
                }
                found[position].1.push(lineage);
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(found);
        }
    }
}

async fn load(
    community: CommunityId,
    account: AccountId,
    lineages: Vec<Lineage>,
    view: &mut View<'_>,
) -> Result<AccountHistory, OpError> {
    let account = view.standing(community, account).await?.account;
    let first = lineages.iter().map(|lineage| lineage.root().number).min().unwrap_or(ChangeNumber(0));
    let mut live = Vec::new();
    let keep = &mut |change| {
        live.push(change);
        true
    };
    view.tx.look_back(community, account.id, first, keep).await?;
    live.reverse();
    Ok(AccountHistory { account, lineages, live })
}
