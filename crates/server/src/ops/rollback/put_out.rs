//! Finds the accounts that somebody has put out: those whose bans, kicks and archiving a rollback takes back
//! together with the rank changes. The log says who did it last.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use rankledger_domain::account::Account;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::log::{Act, ActKind, LogEntry};
use rankledger_domain::rollback::Returned;
use rankledger_storage::history::{HistoryFilter, Order};
use rankledger_storage::log::{LogFilter, LogPage};
use serde_json::Value;

use super::MAX_CHANGES;
use crate::ops::accounts::membership::check_as_before;
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
            if is_out
                && is_last(view, authorized, &account, filter, returned).await?
                && may_return(authorized, &account, view).await?
            {
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
        kinds: vec![kind],
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

/// Whether the act that put this account out is one that the filter selects, and every act since then that
/// confirmed it: what others did since stays.
async fn is_last(
    view: &mut View<'_>,
    authorized: &Authorized,
    account: &Account,
    filter: &HistoryFilter,
    returned: Returned,
) -> Result<bool, OpError> {
    let mut newest_first: Vec<LogEntry> = Vec::new();
    for (kind, _) in ACTS.into_iter().filter(|(_, other)| *other == returned) {
        newest_first.extend(since_it_went_out(view, authorized.community, account.id, kind).await?);
    }
    newest_first.sort_by_key(|entry| Reverse(entry.position.place));
    for entry in newest_first {
        let act = &entry.act;
        if !selects(filter, act) {
            return Ok(false);
        }
        if authorized.did(act.actor, act.credential) && !authorized.is_unlimited_admin {
            return Err(Problem::own_rollback().into());
        }
        if !was_out(&entry) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn selects(filter: &HistoryFilter, act: &Act) -> bool {
    (filter.actor.is_none() || filter.actor == act.actor)
        && (filter.credential.is_none() || filter.credential == act.credential)
        && filter.from.is_none_or(|from| from <= act.at)
        && filter.to.is_none_or(|to| act.at < to)
}

/// Whether whoever acts may bring an account back by itself: what they may not do alone, no rollback does.
async fn may_return(
    authorized: &Authorized,
    account: &Account,
    view: &mut View<'_>,
) -> Result<bool, OpError> {
    let is_below = authorized.check_account(account, view.now).is_ok();
    match check_as_before(authorized, account, view).await {
        Ok(()) => Ok(is_below),
        Err(error @ OpError::Storage(_)) => Err(error),
        Err(_) => Ok(false),
    }
}

/// Whether the account was out already before an act: then that only changed the reason or the end of a ban.
fn was_out(entry: &LogEntry) -> bool {
    let before = entry.act.before.as_deref().and_then(|before| serde_json::from_str::<Value>(before).ok());
    let flag = if entry.act.kind == ActKind::AccountBanned { "banned" } else { "archived" };
    before.is_some_and(|before| before[flag] == true)
}

/// The acts of this kind on an account, newest first, up to and with the one before which it was not out.
async fn since_it_went_out(
    view: &mut View<'_>,
    community: CommunityId,
    account: AccountId,
    kind: ActKind,
) -> Result<Vec<LogEntry>, OpError> {
    let of = LogFilter { kinds: vec![kind], account: Some(account), ..LogFilter::default() };
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = view.tx.log(community, &of, Order::NewestFirst, after, 1).await?;
        for linked in page.entries {
            let is_first = !was_out(&linked.entry);
            found.push(linked.entry);
            if is_first {
                return Ok(found);
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(found);
        }
    }
}
