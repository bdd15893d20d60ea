//! Reading a community from the hosted original: what it defines, then its accounts one by one, until the
//! list of accounts names none that was not read.

use std::collections::HashSet;

use anyhow::{Context, Result, bail};
use http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use super::answers::{Account, Community, Definitions, Page, Servers};
use super::client::{Failure, HostedApi};
use super::kept::Kept;
use crate::cli::print;
use crate::cli::progress::Reporter;

/// Number of accounts that a page of the list is asked for, and the documented number, which is asked for
/// where that is too many.
const PAGE: usize = 100;
const DOCUMENTED_PAGE: usize = 25;

/// Number of times that the list is read which does not name as many accounts as it counts.
const LISTINGS: usize = 4;

/// The accounts of a community, in the order of the list.
pub(super) struct Accounts {
    pub(super) accounts: Vec<Account>,
    /// How many were in the list, or were read, and are there no longer.
    pub(super) gone: usize,
}

/// Reads the community that the key is of, which must be the one that is meant.
pub(super) fn community(api: &mut HostedApi, id: &str) -> Result<Community> {
    let community: Community = api.get("getCommunity", "")?;
    if !community.id.eq_ignore_ascii_case(id) {
        bail!(
            "the key is one of the community {} ({}), not of {id}: use a key of {id}, or name that community with \
             --community",
            print::harmless(&community.id),
            print::harmless(&community.name)
        );
    }
    Ok(community)
}

/// Reads everything that the community defines.
pub(super) fn definitions(api: &mut HostedApi) -> Result<Definitions, Failure> {
    Ok(Definitions {
        departments: api.get("getDepartments", "")?,
        flows: api.get("getPromotionFlows", "")?,
        profile_fields: api.get("getProfileFields", "")?,
        clock_in_types: api.get("getClockInTypes", "")?,
        log_types: api.get("getCustomLogTypes", "")?,
        servers: api.get::<Servers>("getServers", "")?.servers,
    })
}

/// Reads the accounts that are not kept yet, and keeps them. The list is read again after that: it may name
/// others by then, and a page may have lacked an account because another was deleted meanwhile.
pub(super) fn accounts(api: &mut HostedApi, kept: &mut Kept) -> Result<Accounts> {
    let (mut gone, mut reporter) = (HashSet::new(), Reporter::new());
    let mut is_first = true;
    let listed = loop {
        let listed = listed(api)?;
        let unread: Vec<_> =
            listed.iter().copied().filter(|id| !kept.has(*id) && !gone.contains(id)).collect();
        if is_first {
            announce(api, kept, listed.len(), unread.len());
            is_first = false;
        }
        if unread.is_empty() {
            break listed;
        }
        let (before, total) = (listed.len() - unread.len(), listed.len());
        for (index, id) in unread.into_iter().enumerate() {
            reporter.report("accounts", (before + index) as u64, total as u64);
            match account(api, id)? {
                Some((account, answer)) => kept.add(account, &answer)?,
                None => {
                    gone.insert(id);
                }
            }
        }
    };
    reporter.finish();
    let accounts: Vec<_> = listed.iter().filter_map(|id| kept.take(*id)).collect();
    Ok(Accounts { accounts, gone: gone.len() + kept.count() })
}

/// Says what comes, how long it takes, and where it is kept.
fn announce(api: &HostedApi, kept: &Kept, listed: usize, unread: usize) {
    let before = if unread < listed {
        format!(", of which {} were read before, since {}", listed - unread, kept.begun())
    } else {
        String::new()
    };
    print::say!(
        "There are {}{before}. Each is a request, which the limits of that API let pass one by one: reading {unread} takes \
         about {}. They are kept in {}: if this is cut off, the same command goes on from there.",
        print::count(listed, "account"),
        api.duration("getAccount", unread),
        kept.path().display()
    );
}

/// Reads an account, and returns the answer, too. `None` if it is there no longer.
fn account(api: &mut HostedApi, id: Uuid) -> Result<Option<(Account, Value)>> {
    let Some(answer) = api.account(&id.to_string())? else { return Ok(None) };
    let target = format!("/v2/community/accounts/{id}");
    let account: Account = api.read(&target, &answer)?;
    if account.id != id {
        bail!(
            "the answer to GET {target} is about another account, {}: nothing can be told from it",
            account.id
        );
    }
    Ok(Some((account, answer)))
}

/// Returns the ids of all accounts in the order of the list, each once.
fn listed(api: &mut HostedApi) -> Result<Vec<Uuid>> {
    let (mut best, mut total) = (0, 0);
    for _ in 0..LISTINGS {
        let (ids, counted) = pages(api).context("cannot read the list of accounts")?;
        if ids.len() >= counted {
            return Ok(ids);
        }
        (best, total) = (best.max(ids.len()), counted);
    }
    bail!(
        "the list of accounts counts {total}, and names only {best} however often it is read: its pages repeat \
         themselves. Run the command again later"
    )
}

/// Reads the list once, page by page. Returns the ids, and how many accounts the list counts. Pages may
/// overlap; after one that names nobody new, no other is read.
fn pages(api: &mut HostedApi) -> Result<(Vec<Uuid>, usize), Failure> {
    let (mut ids, mut seen, mut skip) = (Vec::new(), HashSet::new(), 0);
    loop {
        let page = page(api, skip)?;
        let new: Vec<_> = page.items.iter().map(|item| item.acc_id).filter(|id| seen.insert(*id)).collect();
        skip += page.items.len();
        let is_last = new.is_empty() || skip >= page.total;
        ids.extend(new);
        if is_last {
            return Ok((ids, page.total));
        }
    }
}

fn page(api: &mut HostedApi, skip: usize) -> Result<Page, Failure> {
    let page = api.get("getAccounts", &format!("?skip={skip}&take={PAGE}"));
    match page {
        Err(failure) if failure.is_refusal(StatusCode::BAD_REQUEST) => {
            api.get("getAccounts", &format!("?skip={skip}&take={DOCUMENTED_PAGE}"))
        }
        page => page,
    }
}
