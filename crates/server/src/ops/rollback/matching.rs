//! Finds the changes that a rollback undoes: resolves the names in the filter, loads the matching changes,
//! and refuses those of the actor.

use std::cmp::Reverse;
use std::collections::HashMap;

use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rankledger_domain::lineage::Lineage;
use rankledger_domain::rank::{CommunityRanks, RankName};
use rankledger_domain::rank_change::RankChange;
use rankledger_domain::refusal::Refusal;
use rankledger_domain::rollback::{AccountHistory, Returned, is_to_be_undone};
use rankledger_storage::history::{HistoryFilter, Order};

use super::{MAX_CHANGES, RollbackFilter, put_out};
use crate::ops::actor::find_person;
use crate::ops::authorized::Authorized;
use crate::ops::{OpError, View};
use crate::wire::problem::Problem;

/// The most matching changes that are looked at, undone ones included.
const MAX_LOOKED_AT: usize = 10 * MAX_CHANGES;

/// Number of changes that are read at once.
const PORTION: u32 = 1000;

/// Loads the histories that the rollback undoes, the account that was changed last first. Refuses to undo
/// changes that the actor made, whatever the filter says: somebody else has to look at them. Only a
/// credential of scope `admin` without a power ceiling may: whoever repairs is never kept from repairing
/// again.
pub(super) async fn histories(
    view: &mut View<'_>,
    authorized: &Authorized,
    filter: &RollbackFilter,
) -> Result<Vec<AccountHistory>, OpError> {
    let community = authorized.community;
    let filter = resolve(filter, authorized, view).await?;
    let mut returned = put_out::returned(view, authorized, &filter).await?;
    let mut histories = Vec::new();
    for (account, lineages) in lineages(authorized, &filter, view).await? {
        let returned = returned.remove(&account).unwrap_or_default();
        histories.push(load(community, account, lineages, returned, view).await?);
    }
    // Those of whom the filter selects no rank change.
    for (account, returned) in returned {
        histories.push(load(community, account, Vec::new(), returned, view).await?);
    }
    Ok(histories)
}

/// Returns the filter with its names resolved.
pub(super) async fn resolve(
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
        undone: None,
    })
}

fn resolve_ranks(names: &[RankName], ranks: &CommunityRanks) -> Result<Vec<RankId>, Refusal> {
    let mut unknown = Vec::new();
    let known = ranks.resolve_all(names, "/filter/ranks", &mut unknown);
    if unknown.is_empty() { Ok(known) } else { Err(Refusal::UnknownRank(unknown)) }
}

/// Whether the undo of the lineage's last change brings back a change of the actor that somebody else took
/// back.
fn brings_back_own(lineage: &Lineage, authorized: &Authorized) -> bool {
    let mut newest_first = lineage.newest_first();
    let was_taken_by_others = newest_first.next().is_some_and(|taking| !authorized.made(taking));
    was_taken_by_others && newest_first.next().is_some_and(|change| authorized.made(change))
}

/// Refuses to undo a change of the actor, or to bring one back that somebody else's rollback took back.
fn refuse_own(
    change: &RankChange,
    lineage: &Lineage,
    filter: &HistoryFilter,
    authorized: &Authorized,
) -> Result<(), OpError> {
    // One's own rollback may be undone as a batch.
    let is_own = filter.batch.is_none() && authorized.made(change);
    let is_own = is_own || brings_back_own(lineage, authorized);
    if is_own && !authorized.is_unlimited_admin { Err(Problem::own_rollback().into()) } else { Ok(()) }
}

/// Loads, for each account, the lineages whose last changes are to be undone, newest first. The account that
/// was changed last comes first.
async fn lineages(
    authorized: &Authorized,
    filter: &HistoryFilter,
    view: &mut View<'_>,
) -> Result<Vec<(AccountId, Vec<Lineage>)>, OpError> {
    let community = authorized.community;
    let mut found = Vec::new();
    let (mut after, mut looked_at) = (None, 0);
    loop {
        let page = view.tx.history(community, filter, Order::NewestFirst, after, PORTION).await?;
        looked_at += page.changes.len();
        for linked in page.changes {
            if !may_live_again(community, &linked.change, view).await? {
                continue;
            }
            let lineage = view.lineage_of(community, &linked.change).await?;
            if is_to_be_undone(&lineage, linked.change.number, |change| filter.matches(change)) {
                refuse_own(&linked.change, &lineage, filter, authorized)?;
                found.push(lineage);
            }
        }
        if found.len() > MAX_CHANGES || looked_at > MAX_LOOKED_AT {
            return Err(Problem::rollback_too_large(MAX_CHANGES).into());
        }
        after = page.next;
        if after.is_none() {
            return Ok(by_account(found));
        }
    }
}

/// Puts the lineages in order, the one that was changed last first, and those of an account together.
fn by_account(mut lineages: Vec<Lineage>) -> Vec<(AccountId, Vec<Lineage>)> {
    lineages.sort_by_key(|lineage| Reverse(lineage.last().number));
    let mut accounts: Vec<(AccountId, Vec<Lineage>)> = Vec::new();
    let mut positions = HashMap::new();
    for lineage in lineages {
        let account = lineage.root().account;
        let position = *positions.entry(account).or_insert(accounts.len());
        if position == accounts.len() {
            accounts.push((account, Vec::new()));
        }
        accounts[position].1.push(lineage);
    }
    accounts
}

/// Whether a matching change may have to be undone, before its whole lineage is loaded: it is not reversed,
/// or by a rollback, which may have been undone as well.
async fn may_live_again(
    community: CommunityId,
    change: &RankChange,
    view: &mut View<'_>,
) -> Result<bool, OpError> {
    let Some(number) = change.reversed_by else { return Ok(true) };
    let reversal = view.tx.rank_change(community, number).await?;
    Ok(reversal.is_some_and(|reversal| reversal.batch.is_some() && reversal.reversed_by.is_some()))
}

async fn load(
    community: CommunityId,
    account: AccountId,
    lineages: Vec<Lineage>,
    returned: Returned,
    view: &mut View<'_>,
) -> Result<AccountHistory, OpError> {
    let account = view.standing(community, account).await?.account;
    let Some(first) = lineages.iter().map(|lineage| lineage.root().number).min() else {
        return Ok(AccountHistory { account, lineages, live: Vec::new(), returned });
    };
    let mut live = Vec::new();
    let keep = &mut |change| {
        live.push(change);
        true
    };
    view.tx.look_back(community, account.id, first, keep).await?;
    live.reverse();
    Ok(AccountHistory { account, lineages, live, returned })
}
