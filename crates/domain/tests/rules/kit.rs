//! Builders, and a ledger in memory, with which a test makes a change, an undo or a redo in one line.
//!
//! Ranks are named by their keys (`officer`), lists of ranks by words (`"officer medic"`), and requests by
//! short words: see [`request`].

use jiff::{SignedDuration, Timestamp, ToSpan};
use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::authority::Authority;
use rankledger_domain::change::{ChangeRequest, plan_change};
use rankledger_domain::grant::{Grant, GrantEnd};
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, DepartmentId, LogId, RankId, UndoId};
use rankledger_domain::lineage::Lineage;
use rankledger_domain::rank::{CommunityRanks, Power, Rank, RankName};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::refusal::{ChangeRef, Refusal, RetiredEntry, Slot, SlotState, UndoItem};
use rankledger_domain::transition::Transition;
use rankledger_domain::undo::{Inverse, LaterChanges, OnConflict, plan_undo};
use uuid::Uuid;

/// The ranks of the community: key and power.
pub(crate) const RANKS: [(&str, u32); 7] = [
    ("recruit", 10),
    ("officer", 20),
    ("medic", 20),
    ("pilot", 20),
    ("sergeant", 30),
    ("captain", 40),
    ("chief", 50),
];

/// Returns the time at which every ledger begins.
pub(crate) fn start() -> Timestamp {
    "2026-04-15T00:00:00Z".parse().expect("a valid timestamp")
}

/// Returns the start plus this number of hours.
pub(crate) fn hours(count: i64) -> Timestamp {
    start() + SignedDuration::from_hours(count)
}

/// Returns the id of the rank with this key.
pub(crate) fn id(key: &str) -> RankId {
    let index = RANKS.iter().position(|(known, _)| *known == key).expect("a rank of the kit");
    RankId(Uuid::from_u128(0x100 + index as u128))
}

/// Returns a rank that no community of the kit has.
pub(crate) fn stranger() -> RankId {
    RankId(Uuid::from_u128(0xdead))
}

/// Returns the ranks of the community, none of them retired.
pub(crate) fn all_ranks() -> Vec<Rank> {
    let rank = |(key, power): (&str, u32)| Rank {
        id: id(key),
        key: Some(key.to_owned()),
        label: format!("The {key}"),
        department: DepartmentId(Uuid::from_u128(0xd)),
        power: Power(power),
        retired: false,
    };
    RANKS.into_iter().map(rank).collect()
}

pub(crate) fn community() -> CommunityRanks {
    all_ranks().into_iter().collect()
}

/// Returns a grant without an end.
pub(crate) fn held(key: &str) -> HeldRank {
    HeldRank::permanent(id(key))
}

/// Returns a grant that ends this number of hours after the start.
pub(crate) fn until(key: &str, end: i64) -> HeldRank {
    HeldRank { rank: id(key), expires_at: Some(hours(end)) }
}

/// Returns the account with this number, holding these ranks: active if it holds any.
pub(crate) fn account(number: u128, keys: &str) -> Account {
    let ranks: Vec<_> = keys.split_whitespace().map(held).collect();
    Account {
        id: AccountId(Uuid::from_u128(number)),
        com_status: !ranks.is_empty(),
        ranks,
        owner: false,
        banned: false,
        archived: false,
    }
}

/// Returns a person who is not the account of the ledger.
pub(crate) fn person(keys: &str) -> Account {
    account(2, keys)
}

/// Returns the authority of a credential with this ceiling, acting for this person, at the start.
pub(crate) fn acting(ceiling: Option<u32>, person: Option<&Account>) -> Authority {
    Authority::new(ceiling.map(Power), person, &community(), start())
}

/// Reads a request. `+officer` adds, `-officer` removes, `=officer` sets; `+`, `-` and `=` alone mean an
/// empty list; `active` and `inactive` give the status. Names are keys or UUIDs. `+officer@2` adds until two
/// hours after the start, `+officer@never` without an end, `+officer~2` at least until then, and `+officer^2`
/// for two hours longer; the same goes for `=`.
pub(crate) fn request(words: &str) -> ChangeRequest {
    let mut request = ChangeRequest::default();
    for word in words.split_whitespace() {
        let names = Some(&word[1..]).filter(|name| !name.is_empty());
        match word.as_bytes()[0] {
            b'+' => request.add.get_or_insert_default().extend(names.map(grant)),
            b'=' => request.set.get_or_insert_default().extend(names.map(grant)),
            b'-' => request.remove.get_or_insert_default().extend(names.map(RankName::parse)),
            _ => request.active = Some(word == "active"),
        }
    }
    request
}

fn grant(word: &str) -> Grant {
    let number = |text: &str| text.parse::<i64>().expect("a number of hours");
    let (name, end) = if let Some((name, end)) = word.split_once('~') {
        (name, GrantEnd::AtLeast(hours(number(end))))
    } else if let Some((name, more)) = word.split_once('^') {
        (name, GrantEnd::Later(number(more).hours().fieldwise()))
    } else {
        match word.split_once('@') {
            None => (word, GrantEnd::Keep),
            Some((name, "never")) => (name, GrantEnd::Never),
            Some((name, end)) => (name, GrantEnd::At(hours(number(end)))),
        }
    };
    Grant { name: RankName::parse(name), end }
}

/// Returns the item of a rank in an undo.
pub(crate) fn item(key: &str, state: SlotState) -> UndoItem {
    UndoItem { slot: Slot::Rank(id(key)), state }
}

/// Returns the item of a rank that a later change has superseded.
pub(crate) fn conflict(ledger: &Ledger, key: &str, later: ChangeNumber) -> UndoItem {
    item(key, SlotState::Superseded(ledger.refer(later)))
}

/// Returns the item of a rank that a later change has left as the undo would leave it.
pub(crate) fn already(ledger: &Ledger, key: &str, later: ChangeNumber) -> UndoItem {
    item(key, SlotState::Already(Some(ledger.refer(later))))
}

/// Returns the item of a status that a later change has superseded.
pub(crate) fn status_conflict(ledger: &Ledger, later: ChangeNumber) -> UndoItem {
    UndoItem { slot: Slot::Status, state: SlotState::Superseded(ledger.refer(later)) }
}

/// Returns the entry of the retired rank that an undo would give back.
pub(crate) fn retired(key: &str) -> RetiredEntry {
    RetiredEntry { pointer: None, rank: id(key), label: format!("The {key}") }
}

/// One account of a community, and every change to it.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    pub(crate) account: Account,
    pub(crate) ranks: CommunityRanks,
    /// Authority behind the changes from now on.
    pub(crate) authority: Authority,
    /// Person who is recorded as the actor from now on.
    pub(crate) actor: Option<AccountId>,
    /// Batch id of the changes recorded from now on, if a rollback records them.
    pub(crate) batch: Option<BatchId>,
    pub(crate) now: Timestamp,
    pub(crate) entries: Vec<RankChange>,
}

impl Ledger {
    /// Returns the ledger of an account that holds these ranks.
    pub(crate) fn holding(keys: &str) -> Self {
        Self {
            account: account(1, keys),
            ranks: community(),
            authority: Authority::operator(),
            actor: None,
            batch: None,
            now: start(),
            entries: Vec::new(),
        }
    }

    /// Returns the keys of the ranks held, in order.
    pub(crate) fn held(&self) -> String {
        let key = |held: &HeldRank| self.ranks.get(held.rank).and_then(|rank| rank.key.clone());
        let keys: Vec<_> = self.account.ranks.iter().filter_map(key).collect();
        keys.join(" ")
    }

    pub(crate) fn status(&self) -> bool {
        self.account.com_status
    }

    pub(crate) fn entry(&self, number: ChangeNumber) -> &RankChange {
        let index = usize::try_from(number.0 - 1).expect("numbers begin at 1");
        &self.entries[index]
    }

    /// Returns a reference to a change, as it is in a refusal.
    pub(crate) fn refer(&self, number: ChangeNumber) -> ChangeRef {
        ChangeRef::from(self.entry(number))
    }

    /// Changes a rank by `edit`, from now on.
    pub(crate) fn edit_rank(&mut self, key: &str, edit: impl Fn(&mut Rank)) {
        let mut rank = self.ranks.get(id(key)).expect("a rank of the community").clone();
        edit(&mut rank);
        let others = all_ranks().into_iter().filter(|other| other.id != rank.id);
        self.ranks = others.chain([rank.clone()]).collect();
    }

    pub(crate) fn plan(&self, request: &ChangeRequest) -> Result<Option<Transition>, Refusal> {
        plan_change(&self.account, &self.ranks, &self.authority, request, self.now)
    }

    /// Plans a change and records it.
    pub(crate) fn try_request(&mut self, request: &ChangeRequest) -> Result<Option<ChangeNumber>, Refusal> {
        let plan = self.plan(request)?;
        Ok(plan.map(|transition| self.record(transition, ChangeKind::Change, None)))
    }

    /// Plans a change from a request in words and records it.
    pub(crate) fn try_change(&mut self, words: &str) -> Result<Option<ChangeNumber>, Refusal> {
        self.try_request(&request(words))
    }

    /// Makes a change that must succeed.
    pub(crate) fn change(&mut self, words: &str) -> ChangeNumber {
        self.try_change(words).expect("the change is allowed").expect("the change changes something")
    }

    /// Returns the refusal of the change, after a check that nothing was written.
    pub(crate) fn refusal(&mut self, words: &str) -> Refusal {
        let account = self.account.clone();
        let refusal = self.try_change(words).expect_err("the change is refused");
        assert_eq!(self.account, account);
        refusal
    }

    /// Records a change that gives the account exactly these grants, as an import or the end of a grant does.
    pub(crate) fn grant(&mut self, after: Vec<HeldRank>) -> ChangeNumber {
        let transition = Transition {
            before: self.account.ranks.clone(),
            status_before: self.status(),
            status_after: !after.is_empty(),
            after,
            active: None,
        };
        self.record(transition, ChangeKind::Change, None)
    }

    /// Lets the time come to so many hours after the start, and takes away the grants that have ended, as the
    /// server does. Returns the change, if one was needed.
    pub(crate) fn wait_until(&mut self, time: i64) -> Option<ChangeNumber> {
        self.now = hours(time);
        let (now, mut after) = (self.now, self.account.ranks.clone());
        after.retain(|held| !held.has_ended(now));
        if after == self.account.ranks {
            return None;
        }
        let number = self.grant(after);
        let index = usize::try_from(number.0 - 1).expect("numbers begin at 1");
        self.entries[index].source = Source::Expiry;
        self.entries[index].actor = None;
        Some(number)
    }

    /// Returns the lineage that a change belongs to.
    pub(crate) fn lineage(&self, named: &RankChange) -> Lineage {
        let mut root = named;
        while let Some(reversed) = root.reverses {
            root = self.entry(reversed);
        }
        let next = |change: &RankChange| change.reversed_by.map(|number| self.entry(number).clone());
        Lineage::new(root.clone(), std::iter::successors(next(root), next).collect())
    }

    /// Returns the change that an undo of `named` inverts, and the plan of the undo.
    pub(crate) fn plan_undo(
        &self,
        named: ChangeNumber,
        on_conflict: OnConflict,
    ) -> Result<(RankChange, Option<Inverse>), Refusal> {
        let lineage = self.lineage(self.entry(named));
        let target = lineage.target(named)?.clone();
        let is_later = |change: &&RankChange| change.number > lineage.root().number && change.is_live();
        let later: Vec<_> = self.entries.iter().filter(is_later).cloned().collect();
        let Self { account, ranks, authority, now, .. } = self;
        let plan = plan_undo(account, ranks, authority, &lineage, &later, on_conflict, *now);
        let mut few = LaterChanges::of(&lineage);
        let _ = later.iter().rev().cloned().all(|change| few.look_at(change));
        let few = plan_undo(account, ranks, authority, &lineage, &few.oldest_first(), on_conflict, *now);
        assert_eq!(few, plan, "older changes do not matter");
        let plan = plan?;
        Ok((target, plan))
    }

    /// Plans the undo of a change, or of a reversal, and records it.
    pub(crate) fn try_undo(
        &mut self,
        named: ChangeNumber,
        on_conflict: OnConflict,
    ) -> Result<Option<(ChangeNumber, Vec<UndoItem>)>, Refusal> {
        let (target, plan) = self.plan_undo(named, on_conflict)?;
        let Some(Inverse { transition, skipped }) = plan else { return Ok(None) };
        let reversal = self.record(transition, target.kind.reversal(), Some(target.number));
        Ok(Some((reversal, skipped)))
    }

    /// Makes an undo that must succeed and write something; the undo of an undo is a redo.
    pub(crate) fn undo(&mut self, named: ChangeNumber) -> ChangeNumber {
        let undone = self.try_undo(named, OnConflict::Refuse).expect("the undo is allowed");
        let (reversal, skipped) = undone.expect("the undo changes something");
        assert_eq!(skipped, [], "nothing is skipped unasked");
        reversal
    }

    /// Checks that the undo has nothing left to do.
    pub(crate) fn expect_already(&mut self, named: ChangeNumber) {
        assert_eq!(self.try_undo(named, OnConflict::Refuse), Ok(None));
    }

    /// Makes an undo that skips slots that are not clean. Returns the slots that it skipped.
    pub(crate) fn undo_skipping(&mut self, named: ChangeNumber) -> Vec<UndoItem> {
        let undone = self.try_undo(named, OnConflict::Skip).expect("the undo is allowed");
        undone.expect("the undo is recorded").1
    }

    /// Returns the refusal of the undo, after a check that nothing was written.
    pub(crate) fn undo_refusal(&mut self, named: ChangeNumber) -> Refusal {
        let account = self.account.clone();
        let refusal = self.try_undo(named, OnConflict::Refuse).expect_err("the undo is refused");
        assert_eq!(self.account, account);
        refusal
    }

    pub(crate) fn record(
        &mut self,
        transition: Transition,
        kind: ChangeKind,
        reverses: Option<ChangeNumber>,
    ) -> ChangeNumber {
        self.account.ranks.clone_from(&transition.after);
        self.account.com_status = transition.status_after;
        let number = self.entries.last().map_or(ChangeNumber(0), |last| last.number).next();
        let key = u128::from(number.0.unsigned_abs());
        if let Some(reversed) = reverses {
            let index = usize::try_from(reversed.0 - 1).expect("numbers begin at 1");
            self.entries[index].reversed_by = Some(number);
        }
        self.entries.push(RankChange {
            number,
            undo_id: UndoId(Uuid::from_u128(0x1000 + key)),
            log_id: LogId(Uuid::from_u128(0x2000 + key)),
            account: self.account.id,
            at: self.now,
            transition,
            kind,
            source: Source::Api,
            actor: self.actor,
            credential: None,
            reason: None,
            batch: self.batch,
            reverses,
            reversed_by: None,
        });
        number
    }
}
