//! Finds the accounts that somebody has put out: those whose bans, kicks and archiving a rollback takes back
//! together with the rank changes. The log says who did it last.

use std::collections::{BTreeMap, HashSet};

use rankledger_domain::account::Account;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::log::{ActKind, LogEntry};
use rankledger_domain::rollback::Returned;
use rankledger_storage::history::{HistoryFilter, Order};
use rankledger_storage::log::{LogFilter, LogPage};

use super::MAX_CHANGES;
use crate::ops::authorized::Authorized;
use crate::ops::{OpError, View};
use crate::wire::problem::Problem;

/// Number of entries that are read at once.
const PORTION: u32 = 1000;

/// The acts that put an account out, each with the standing that taking it back returns.
const ACTS: [(ActKind, Returned); 3] = [
    (ActKind::AccountBanned, Returned { from_ban: true, from_archive: false }),
    (ActKind::AccountKicked, Returned { from_ban: false, from_archive: true }),
    (ActKind::AccountArchived, Returned { from_ban: false, from_archive: true }),
];

/// Returns the accounts that are out by an act that the filter selects, each with what is given back. A
/// filter by ranks or by a batch selects no such act. Refuses those of the actor, as the rollback of their
/// changes.
pub(super) async fn returned(
    view: &mut View<'_>,
    authorized: &Authorized,
    filter: &HistoryFilter,
) -> Result<BTreeMap<AccountId, Returned>, OpError> {
    let mut all: BTreeMap<AccountId, Returned> = BTreeMap::new();
    if filter.batch.is_some() || !filter.ranks.is_empty() {
        return Ok(all);
    }
    for (kind, returned) in ACTS {
        for id in selected(view, authorized.community, filter, kind).await? {
            let account = view.standing(authorized.community, id).await?.account;
            let is_out = (returned.from_ban && account.banned) || (returned.from_archive && account.archived);
            if is_out && is_last(view, authorized, &account, filter, returned).await? {
                let known = all.entry(id).or_default();
                known.from_ban |= returned.from_ban;
                known.from_archive |= returned.from_archive;
            }
        }
    }
    Ok(all)
}

/// The accounts of the acts of this kind that the filter selects.
async fn selected(
    view: &mut View<'_>,
    community: CommunityId,
    filter: &HistoryFilter,
    kind: ActKind,
) -> Result<HashSet<AccountId>, OpError> {
    let acts = LogFilter {
        kind: Some(kind),
        account: None,
        credential: filter.credential,
        actor: filter.actor,
        from: filter.from,
        to: filter.to,
    };
    let (mut accounts, mut after) = (HashSet::new(), None);
    loop {
        let page = view.tx.log(community, &acts, Order::NewestFirst, after, PORTION).await?;
        let LogPage { entries, next } = page;
        let found = entries.into_iter().filter_map(|linked| linked.entry.act.account);
        accounts.extend(found.filter(|id| filter.accounts.is_empty() || filter.accounts.contains(id)));
        if accounts.len() > MAX_CHANGES {
            return Err(Problem::rollback_too_large(MAX_CHANGES).into());
        }
        after = next;
        if after.is_none() {
            return Ok(accounts);
        }
    }
}

/// Whether the last act that put this account out is one that the filter selects: what others did since
/// stays.
async fn is_last(
    view: &mut View<'_>,
    authorized: &Authorized,
    account: &Account,
    filter: &HistoryFilter,
    returned: Returned,
) -> Result<bool, OpError> {
    let mut last: Option<LogEntry> = None;
    for (kind, _) in ACTS.into_iter().filter(|(_, other)| *other == returned) {
        let newest = newest(view, authorized.community, account.id, kind).await?;
        last = last.into_iter().chain(newest).max_by_key(|entry| entry.position.place);
    }
    let Some(act) = last.map(|entry| entry.act) else { return Ok(false) };
    let is_selected = (filter.actor.is_none() || filter.actor == act.actor)
        && (filter.credential.is_none() || filter.credential == act.credential)
        && filter.from.is_none_or(|from| from <= act.at)
        && filter.to.is_none_or(|to| act.at < to);
    if is_selected && authorized.did(act.actor, act.credential) && !authorized.is_unlimited_admin {
        return Err(Problem::own_rollback().into());
    }
    Ok(is_selected)
}

/// The newest act of this kind on an account.
async fn newest(
    view: &mut View<'_>,
    community: CommunityId,
    account: AccountId,
    kind: ActKind,
) -> Result<Option<LogEntry>, OpError> {
    let of = LogFilter { kind: Some(kind), account: Some(account), ..LogFilter::default() };
    let mut after = None;
    loop {
        let page = view.tx.log(community, &of, Order::NewestFirst, after, 1).await?;
        if let Some(found) = page.entries.into_iter().next() {
            return Ok(Some(found.entry));
        }
        after = page.next;
        if after.is_none() {
            return Ok(None);
        }
    }
}
