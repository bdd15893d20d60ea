//! What a rollback would do.

use std::collections::HashMap;

use jiff::Timestamp;
use rankledger_domain::account::Account;
use rankledger_domain::authority::{Authority, PowerRefusal};
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, RankId};
use rankledger_domain::lineage::Lineage;
use rankledger_domain::rank::{CommunityRanks, RankName};
use rankledger_domain::rank_change::RankChange;
use rankledger_domain::refusal::Refusal;
use rankledger_domain::rollback::{AccountHistory, Outcome, Step, makes_a_difference, plan_rollback};
use rankledger_storage::ReadTx;
use rankledger_storage::history::{HistoryFilter, Order};

use super::MAX_CHANGES;
use super::RollbackFilter;
use super::RollbackRequest;
use crate::ops::OpError;
use crate::ops::actor::find_person;
use crate::ops::lineage::lineage_of;

/// How many changes are read at once.
const PORTION: u32 = 1000;

/// What a rollback would do, account by account.
#[derive(Debug, Clone, Default)]
pub struct RollbackPlan {
    /// The accounts, the one that was changed last first.
    pub accounts: Vec<AccountPlan>,
}

/// What a rollback would do to one account.
#[derive(Debug, Clone)]
pub struct AccountPlan {
    /// The account before.
    pub before: Account,
    /// The account afterwards.
    pub after: Account,
    /// The changes to be taken back, newest first, and what becomes of each.
    pub steps: Vec<Step>,
}

impl RollbackPlan {
    /// Plans a rollback. Nothing is written.
    pub async fn of(request: &RollbackRequest, tx: &mut dyn ReadTx, now: Timestamp) -> Result<Self, OpError> {
        let community = request.actor.credential.community;
        let ranks = tx.ranks(community).await?;
        let person = request.actor.person(tx).await?;
        if person.as_ref().is_some_and(|person| person.banned || person.archived) {
            return Err(Refusal::InsufficientPower(PowerRefusal::ActorBarred).into());
        }
        let filter = resolve(&request.filter, community, &ranks, tx).await?;
        refuse_own(&filter, person.as_ref().map(|person| person.id), request)?;

        let authority = Authority::new(request.actor.credential.power_ceiling, person.as_ref(), &ranks, now);
        let mut accounts = Vec::new();
        for (account, lineages) in lineages(community, &filter, tx).await? {
            if filter.batch.is_some() {
                refuse_bringing_back_own(&lineages, person.as_ref().map(|person| person.id), request)?;
            }
            let history = load(community, account, lineages, tx).await?;
            let before = history.account.clone();
            let (steps, after) = plan_rollback(history, &ranks, &authority, request.on_conflict, now);
            accounts.push(AccountPlan { before, after, steps });
        }
        Ok(Self { accounts })
    }

    /// Every step, with its account.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.accounts.iter().flat_map(|account| &account.steps)
    }

    /// What the plan says, as text: two plans that would do the same say the same.
    #[must_use]
    pub fn essence(&self) -> String {
        let line = |step: &Step| format!("{} {}", step.target.number, essence(&step.outcome));
        self.steps().map(line).collect::<Vec<_>>().join("\n")
    }
}

fn essence(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Undone(plan) => {
            let skipped: Vec<_> = plan.skipped.iter().map(|item| item.slot).collect();
            format!("undone {:?} {skipped:?}", plan.transition)
        }
        Outcome::Already => "already".to_owned(),
        Outcome::Skipped(_) => "skipped".to_owned(),
    }
}

/// The filter with its names resolved.
async fn resolve(
    filter: &RollbackFilter,
    community: CommunityId,
    ranks: &CommunityRanks,
    tx: &mut dyn ReadTx,
) -> Result<HistoryFilter, OpError> {
    let actor = match &filter.user {
        Some(name) => Some(find_person(name, community, tx).await.map_err(in_filter)?.id),
        None => None,
    };
    Ok(HistoryFilter {
        accounts: filter.accounts.clone(),
        actor,
        credential: filter.credential,
        batch: filter.batch,
        ranks: resolve_ranks(&filter.ranks, ranks)?,
        source: None,
        from: filter.from,
        to: filter.to,
        undone: Some(false),
    })
}

/// Says of a name that nobody goes by that it stands in the filter.
fn in_filter(error: OpError) -> OpError {
    match error {
        OpError::UnknownUser { name, accounts, .. } => {
            OpError::UnknownUser { name, accounts, pointer: "/filter/userId" }
        }
        error => error,
    }
}

fn resolve_ranks(names: &[RankName], ranks: &CommunityRanks) -> Result<Vec<RankId>, Refusal> {
    let mut unknown = Vec::new();
    let known = ranks.resolve_all(names, "/filter/ranks", &mut unknown);
    if unknown.is_empty() { Ok(known) } else { Err(Refusal::UnknownRank(unknown)) }
}

/// Nobody rolls back what they did themselves: that is for somebody else to look at.
fn refuse_own(
    filter: &HistoryFilter,
    person: Option<AccountId>,
    request: &RollbackRequest,
) -> Result<(), OpError> {
    let is_own_person = filter.actor.is_some() && filter.actor == person;
    let is_own_credential = filter.credential == Some(request.actor.credential.id);
    if is_own_person || is_own_credential { Err(OpError::OwnRollback) } else { Ok(()) }
}

/// Nor does anybody bring back what a rollback took from them, unless that was theirs, too: who may undo a batch may think
/// otherwise again.
fn refuse_bringing_back_own(
    lineages: &[Lineage],
    person: Option<AccountId>,
    request: &RollbackRequest,
) -> Result<(), OpError> {
    let credential = Some(request.actor.credential.id);
    let is_own = |change: &RankChange| match change.actor {
        Some(actor) => Some(actor) == person,
        None => change.credential.is_some() && change.credential == credential,
    };
    let brought_back = |lineage: &Lineage| {
        let mut newest_first = lineage.newest_first();
        let was_taken_by_others = newest_first.next().is_some_and(|taking| !is_own(taking));
        was_taken_by_others && newest_first.next().is_some_and(is_own)
    };
    if lineages.iter().any(brought_back) { Err(OpError::OwnRollback) } else { Ok(()) }
}

/// What is to be taken back: for each account, the one that was changed last first, the lineages that end in a matching
/// change, newest first.
async fn lineages(
    community: CommunityId,
    filter: &HistoryFilter,
    tx: &mut dyn ReadTx,
) -> Result<Vec<(AccountId, Vec<Lineage>)>, OpError> {
    let any = HistoryFilter { undone: None, ..filter.clone() };
    let mut found: Vec<(AccountId, Vec<Lineage>)> = Vec::new();
    let mut places = HashMap::new();
    let (mut after, mut total) = (None, 0);
    loop {
        let page = tx.history(community, filter, Order::NewestFirst, after, PORTION).await?;
        total += page.changes.len();
        if total > MAX_CHANGES {
            return Err(OpError::RollbackTooLarge);
        }
        for entry in page.changes {
            let lineage = lineage_of(tx, community, &entry.change).await?;
            if makes_a_difference(&lineage, |change| any.matches(change)) {
                let account = entry.change.account;
                let place = *places.entry(account).or_insert(found.len());
                if place == found.len() {
                    found.push((account, Vec::new()));
                }
                found[place].1.push(lineage);
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
    tx: &mut dyn ReadTx,
) -> Result<AccountHistory, OpError> {
    let standing = tx.standing(community, account).await?.ok_or(OpError::AccountNotFound(account))?;
    let first = lineages.iter().map(|lineage| lineage.root().number).min().unwrap_or(ChangeNumber(0));
    let live = tx.live_changes_after(community, account, first).await?;
    Ok(AccountHistory { account: standing.account, lineages, live })
}
