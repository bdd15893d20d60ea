//! The accounts, as the ledger leaves them and as they stand in the database: both have to be the same, and
//! each change has to begin where the account's change before it ended.

use std::collections::HashMap;

use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{AccountId, ChangeNumber};
use rankledger_domain::rank_change::RankChange;
use serde::Serialize;

use super::kept::Now;
use crate::cli::names::Names;
use crate::wire::rank_change::GrantBody;
use crate::wire::standings::{StandingBody, StandingLine, UnreadableStandingBody};

/// A fault of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum AccountFault {
    /// What it holds, or its status, is not what the ledger leads to.
    Held,
    /// It names another change as its newest.
    NewestChange,
    /// Its standing cannot be read.
    Unreadable,
    /// It has changes in the ledger, and is not there.
    Missing,
}

/// An account that is not as the ledger leaves it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BrokenAccount {
    pub(super) account: AccountId,
    /// Its number in the community. `None` if it is not there.
    pub(super) unique_id: Option<i64>,
    pub(super) fault: AccountFault,
    /// In words, without the account.
    pub(super) detail: String,
}

/// The accounts of the community.
pub(super) struct Accounts<'a> {
    names: &'a Names<'a>,
    /// The last change before the standings were read: all up to it are in them.
    settled: ChangeNumber,
    /// As the ledger leaves those that were met so far.
    met: HashMap<AccountId, Met>,
    /// As they stand in the database.
    stored: HashMap<AccountId, Stored>,
    broken: HashMap<AccountId, BrokenAccount>,
    /// Number of accounts of which nothing but pruned changes tells.
    unchecked: u64,
}

struct Met {
    newest: ChangeNumber,
    /// `None` if its newest change is broken.
    holding: Option<Holding>,
}

struct Stored {
    unique_id: i64,
    newest: ChangeNumber,
    /// `None` if it cannot be read.
    holding: Option<Holding>,
    /// Whether the change that it names as its newest was met.
    is_met: bool,
    /// How it differs from what that change left it.
    how: Option<String>,
}

/// The ranks that an account holds, in order, and its status.
struct Holding {
    ranks: Box<[HeldRank]>,
    active: bool,
}

/// The same, borrowed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Held<'a> {
    ranks: &'a [HeldRank],
    active: bool,
}

/// What an account begins with.
const NOTHING: Held<'static> = Held { ranks: &[], active: false };

impl<'a> Accounts<'a> {
    /// Takes the standings as the server sent them.
    pub(super) fn new(standings: Vec<StandingLine>, now: &Now, names: &'a Names<'a>) -> Self {
        let settled = now.end.as_ref().map_or(ChangeNumber(0), |end| end.checkpoint.number);
        let stored = standings.into_iter().map(stored).collect();
        Self { names, settled, met: HashMap::new(), stored, broken: HashMap::new(), unchecked: 0 }
    }

    /// Returns the newest change of an account among those that were met.
    pub(super) fn newest(&self, account: AccountId) -> Option<ChangeNumber> {
        self.met.get(&account).map(|met| met.newest)
    }

    /// Says how a change begins otherwise than the account's change before it ended. `None` if it begins as
    /// it must, or if that is not known. `is_first`: whether the account has no change before it.
    pub(super) fn begins_otherwise(&self, change: &RankChange, is_first: bool) -> Option<String> {
        let transition = &change.transition;
        let begin = Held { ranks: &transition.before, active: transition.status_before };
        match self.met.get(&change.account) {
            None if is_first => {
                let how = self.difference(begin, NOTHING)?;
                Some(format!("it is the first change of its account, which stood there before it {how}"))
            }
            None => None,
            Some(Met { newest, holding }) => {
                let how = self.difference(begin, holding.as_ref()?.held())?;
                Some(format!(
                    "it does not begin where change {newest}, the account's change before it, ended: {how}"
                ))
            }
        }
    }

    /// Takes the next change. `is_good`: whether it is as it was written.
    pub(super) fn meet(&mut self, change: &RankChange, is_good: bool) {
        let left = Held { ranks: &change.transition.after, active: change.transition.status_after };
        if is_good {
            self.compare(change.account, change.number, left);
        }
        let holding = is_good.then(|| Holding { ranks: left.ranks.into(), active: left.active });
        self.met.insert(change.account, Met { newest: change.number, holding });
    }

    /// Compares an account with what one of its changes has left it.
    fn compare(&mut self, account: AccountId, number: ChangeNumber, left: Held<'_>) {
        let is_settled = number <= self.settled;
        let Some(stored) = self.stored.get(&account) else {
            if is_settled {
                let detail = format!("change {number} is one of it, and there is no such account");
                self.break_at(account, AccountFault::Missing, detail);
            }
            return;
        };
        let newest = stored.newest;
        if newest < number && is_settled {
            let detail = format!("it says that {}, and change {number} of it is newer", said_newest(newest));
            self.break_at(account, AccountFault::NewestChange, detail);
        } else if newest == number {
            let held = stored.holding.as_ref();
            let how = held.and_then(|held| self.difference(held.held(), left));
            if let Some(stored) = self.stored.get_mut(&account) {
                (stored.is_met, stored.how) = (true, how);
            }
        }
    }

    /// Judges the accounts that no newer change has shown to be broken. `last` is the last change of the
    /// ledger, `pruned` the last that was pruned, and of the changes of `is_unseen` nothing is known.
    pub(super) fn settle(
        &mut self,
        last: ChangeNumber,
        pruned: ChangeNumber,
        is_unseen: impl Fn(ChangeNumber) -> bool,
    ) {
        let mut found = Vec::new();
        for (&account, stored) in &self.stored {
            let newest = stored.newest;
            // Where a history is pruned, an account may have lost its number with its changes: databases from
            // before migration 14 had none.
            let is_pruned = pruned != ChangeNumber(0) && newest <= pruned;
            let is_known = stored.is_met || is_pruned || is_unseen(newest);
            let fault = self.fault_of(stored, is_known, last);
            let is_unchecked = is_pruned && fault.is_none() && !stored.holds_nothing();
            self.unchecked += u64::from(is_unchecked && !self.broken.contains_key(&account));
            found.extend(fault.map(|(fault, detail)| (account, fault, detail)));
        }
        for (account, fault, detail) in found {
            self.break_at(account, fault, detail);
        }
    }

    /// Returns the fault of an account. `is_known`: whether the change that it names as its newest is one of
    /// it, or may be.
    fn fault_of(
        &self,
        Stored { newest, holding, how, .. }: &Stored,
        is_known: bool,
        last: ChangeNumber,
    ) -> Option<(AccountFault, String)> {
        let Some(holding) = holding else {
            let detail = "what it holds cannot be read in the database, or contradicts itself";
            return Some((AccountFault::Unreadable, detail.to_owned()));
        };
        if let Some(how) = how {
            let detail = format!("it is not as its newest change, {newest}, left it: {how}");
            return Some((AccountFault::Held, detail));
        }
        if is_known {
            return None;
        }
        if *newest == ChangeNumber(0) {
            let how = self.difference(holding.held(), NOTHING)?;
            let detail = format!("no change ever gave it anything, and it stands there {how}");
            return Some((AccountFault::Held, detail));
        }
        let but = if *newest > last {
            format!("change {last} is the last one")
        } else {
            "that is one of another account".to_owned()
        };
        let detail = format!("it says that {}, but {but}", said_newest(*newest));
        Some((AccountFault::NewestChange, detail))
    }

    /// The first thing that is found of an account is kept.
    fn break_at(&mut self, account: AccountId, fault: AccountFault, detail: String) {
        let unique_id = self.stored.get(&account).map(|stored| stored.unique_id);
        let broken = BrokenAccount { account, unique_id, fault, detail };
        self.broken.entry(account).or_insert(broken);
    }

    /// Whether nothing is broken so far.
    pub(super) fn are_whole(&self) -> bool {
        self.broken.is_empty()
    }

    /// Returns the number of accounts.
    pub(super) fn count(&self) -> u64 {
        self.stored.len() as u64
    }

    /// Returns the number of accounts that could not be compared, because all their changes were pruned.
    pub(super) fn unchecked(&self) -> u64 {
        self.unchecked
    }

    /// Returns the broken accounts, lowest number first.
    pub(super) fn into_broken(self) -> Vec<BrokenAccount> {
        let mut broken: Vec<_> = self.broken.into_values().collect();
        broken.sort_by_key(|broken| (broken.unique_id, broken.account));
        broken
    }

    /// Says how what is there differs from what should be. `None` if it does not.
    fn difference(&self, there: Held<'_>, expected: Held<'_>) -> Option<String> {
        if there == expected {
            return None;
        }
        let end_in = |held: &HeldRank, other: Held<'_>| {
            other.ranks.iter().find(|other| other.rank == held.rank).map(|other| other.expires_at)
        };
        let more = there.ranks.iter().filter(|held| end_in(held, expected).is_none());
        let less = expected.ranks.iter().filter(|held| end_in(held, there).is_none());
        let other_ends = there
            .ranks
            .iter()
            .filter(|held| end_in(held, expected).is_some_and(|end| end != held.expires_at));
        let mut how = Vec::new();
        self.list(&mut how, "with", more);
        self.list(&mut how, "without", less);
        self.list(&mut how, "with another end of", other_ends);
        if there.active != expected.active {
            how.push(if there.active { "active" } else { "inactive" }.to_owned());
        }
        if how.is_empty() {
            how.push("with its ranks in another order".to_owned());
        }
        Some(how.join(", "))
    }

    /// Adds these ranks to a sentence, after this word, if there are any.
    fn list<'h>(&self, how: &mut Vec<String>, word: &str, ranks: impl Iterator<Item = &'h HeldRank>) {
        let grants: Vec<_> = ranks.map(|held| GrantBody::from(*held)).collect();
        if !grants.is_empty() {
            how.push(format!("{word} {}", self.names.grants(&grants)));
        }
    }
}

impl Stored {
    /// Whether it has no change, no rank, and is inactive: what an account begins with.
    fn holds_nothing(&self) -> bool {
        self.newest == ChangeNumber(0) && self.holding.as_ref().is_some_and(|held| held.held() == NOTHING)
    }
}

impl Holding {
    fn held(&self) -> Held<'_> {
        Held { ranks: &self.ranks, active: self.active }
    }
}

/// Names the newest change of an account, as its standing does.
fn said_newest(newest: ChangeNumber) -> String {
    if newest == ChangeNumber(0) {
        "it has no change".to_owned()
    } else {
        format!("its newest change is {newest}")
    }
}

fn stored(line: StandingLine) -> (AccountId, Stored) {
    match line {
        StandingLine::Standing(StandingBody { acc_id, unique_id, ranks, com_status, last_change }) => {
            let ranks = ranks.into_iter().map(HeldRank::from).collect();
            let holding = Some(Holding { ranks, active: com_status });
            let newest = last_change.unwrap_or(ChangeNumber(0));
            (acc_id, Stored { unique_id, newest, holding, is_met: false, how: None })
        }
        StandingLine::Unreadable(UnreadableStandingBody { acc_id, unique_id, .. }) => (
            acc_id,
            Stored { unique_id, newest: ChangeNumber(i64::MAX), holding: None, is_met: false, how: None },
        ),
    }
}
