//! Meaning of a rollback: decision 9.

use super::authority::Authority;
use super::lineage::slots;
use super::undo::Undo;
use super::{Change, Model, PutOut};
use crate::community::{ACCOUNTS, Account, Credential, Rank};
use crate::outcome::{Fate, Refusal, RolledBack, Slot};
use crate::steps::{Actor, Filter, OnConflict};

impl Model {
    /// Rolls back the changes that match the filter: account by account, beginning with the account that was
    /// changed last, and newest first within each. A change that is not clean is left whole.
    pub(super) fn rollback(
        &mut self,
        by: Actor,
        filter: &Filter,
        on_conflict: OnConflict,
    ) -> Result<RolledBack, Refusal> {
        self.check_person(by)?;
        let targets = self.targets(filter);
        let returned = self.returned(filter);
        let is_own = |put_out: &PutOut| is_same(put_out.by, by);
        if by.credential != Credential::Open && returned.iter().any(is_own) {
            return Err(Refusal::new(403, "own-rollback"));
        }
        self.check_not_own(by, filter, &targets)?;
        let authority = self.authority(by);
        let reaches = |put_out: &PutOut| authority.reaches(self.height_to_return(put_out.account));
        let returned: Vec<_> = returned.into_iter().filter(reaches).collect();
        let recorded = self.changes.len();
        self.check_frozen(by)?;
        self.batches += 1;
        self.rolling_back = true;
        let mut fates = Vec::new();
        let mut accounts = self.by_account(targets);
        for account in 0..ACCOUNTS.len() {
            let is_listed = accounts.iter().any(|(listed, _)| *listed == account);
            if !is_listed && returned.iter().any(|put_out| put_out.account == account) {
                accounts.push((account, Vec::new()));
            }
        }
        for (account, targets) in accounts {
            for put_out in returned.iter().filter(|put_out| put_out.account == account) {
                let flags = if put_out.is_ban { &mut self.banned } else { &mut self.archived };
                flags[account] = false;
            }
            let fates_there =
                targets.into_iter().map(|target| (target, self.roll_back(authority, target, on_conflict)));
            fates.push((account, fates_there.collect()));
        }
        self.rolling_back = false;
        self.out_of_the_way.clear();
        let undid = self.changes.len() > recorded || !returned.is_empty();
        if !undid {
            self.batches -= 1;
        }
        Ok(RolledBack { undid, fates })
    }

    /// Returns the last acts that put accounts out, of those that the filter selects: what others did since
    /// stays. Filters by ranks or by a batch select none.
    fn returned(&self, filter: &Filter) -> Vec<PutOut> {
        if filter.batch.is_some() || filter.ranks.is_some() {
            return Vec::new();
        }
        let fits = |put_out: &PutOut| {
            filter.person.is_none_or(|person| put_out.by.person == Some(person))
                && filter.credential.is_none_or(|credential| put_out.by.credential == credential)
                && filter.hours.is_none_or(|hours| put_out.at >= self.now - hours)
                && filter.accounts.as_ref().is_none_or(|accounts| accounts.contains(&put_out.account))
        };
        let each = (0..ACCOUNTS.len()).flat_map(|account| [(account, true), (account, false)]);
        let last = each.filter_map(|(account, is_ban)| {
            let is_out = if is_ban { self.banned[account] } else { self.archived[account] };
            let of = |put_out: &&PutOut| put_out.account == account && put_out.is_ban == is_ban;
            self.put_out.iter().rev().find(of).filter(|_| is_out).copied()
        });
        last.filter(fits).collect()
    }

    fn roll_back(&mut self, authority: Authority, target: usize, on_conflict: OnConflict) -> Fate {
        match self.undo_of(authority, target, on_conflict) {
            Err(Refusal { kind, items, .. }) => Fate::Skipped { problem: kind, items },
            Ok(Undo { plan: None, .. }) => {
                if self.has_ended(target) {
                    self.out_of_the_way.push(target);
                }
                Fate::Already
            }
            Ok(Undo { plan: Some(plan), skipped }) => {
                let account = self.change_of(target).account;
                self.record(account, plan, "rollback", Some(authority.by), Some(target));
                Fate::Undone(skipped)
            }
        }
    }

    /// Returns whether the end of a grant has taken away since what a change touched.
    fn has_ended(&self, number: usize) -> bool {
        let target = self.change_of(number);
        let touches = |change: &Change| {
            slots().any(|slot| slot != Slot::Status && change.touches(slot) && target.touches(slot))
        };
        self.numbered().any(|(later, change)| {
            later > number
                && change.account == target.account
                && change.source == "expiry"
                && self.is_live(later)
                && touches(change)
        })
    }

    fn by_account(&self, targets: Vec<usize>) -> Vec<(Account, Vec<usize>)> {
        let mut accounts: Vec<(Account, Vec<usize>)> = Vec::new();
        for target in targets {
            let account = self.change_of(target).account;
            match accounts.iter_mut().find(|(known, _)| *known == account) {
                Some((_, targets)) => targets.push(target),
                None => accounts.push((account, vec![target])),
            }
        }
        accounts
    }

    /// Returns the changes to be undone, newest first. Of each lineage that is the last change, if an odd
    /// number of changes at its end match the filter. An even number of them changed nothing.
    fn targets(&self, filter: &Filter) -> Vec<usize> {
        let last = self.numbered().filter(|(number, _)| self.reversal_of(*number).is_none());
        let odd = last.filter(|(number, _)| {
            let counting = self.counting(*number, filter);
            let fits = |number: &&usize| self.fits(self.change_of(**number), filter);
            counting.iter().take_while(fits).count() % 2 == 1
        });
        let mut targets: Vec<_> = odd.map(|(number, _)| number).collect();
        targets.reverse();
        targets
    }

    /// Returns the changes of the lineage that ends with this one, newest first, without rollbacks that do
    /// not match the filter and the rollbacks that took them back.
    fn counting(&self, last: usize, filter: &Filter) -> Vec<usize> {
        let is_other = |number: usize| {
            let change = self.change_of(number);
            change.batch.is_some() && !self.fits(change, filter)
        };
        let mut counting =
            self.change_of(last).reverses.map_or_else(Vec::new, |before| self.counting(before, filter));
        match counting.first() {
            Some(before) if is_other(last) && is_other(*before) => drop(counting.remove(0)),
            _ => counting.insert(0, last),
        }
        counting
    }

    fn fits(&self, change: &Change, filter: &Filter) -> bool {
        let Filter { person, credential, hours, ranks, accounts, batch } = filter;
        let touches = |rank: &Rank| change.touches(Slot::Rank(*rank));
        person.is_none_or(|person| change.by.and_then(|by| by.person) == Some(person))
            && credential.is_none_or(|credential| change.by.map(|by| by.credential) == Some(credential))
            && hours.is_none_or(|hours| change.at >= self.now - hours)
            && ranks.as_ref().is_none_or(|ranks| ranks.iter().any(touches))
            && accounts.as_ref().is_none_or(|accounts| accounts.contains(&change.account))
            && batch.is_none_or(|back| change.batch.is_some() && change.batch == self.batch(back))
    }

    /// Returns the batch, counted back from the latest.
    fn batch(&self, back: usize) -> Option<usize> {
        back.checked_rem(self.batches).map(|back| self.batches - back)
    }

    /// Refuses an actor who would roll back their own changes, or bring back those that a batch of somebody
    /// else undid. A credential without a ceiling may.
    fn check_not_own(&self, by: Actor, filter: &Filter, targets: &[usize]) -> Result<(), Refusal> {
        let is_own = |target: &usize| {
            if filter.batch.is_some() {
                self.took_from(*target, by)
            } else {
                let found = self.counting(*target, filter).first().copied();
                found.is_some_and(|found| self.is_by(found, by)) || self.took_from(*target, by)
            }
        };
        if by.credential != Credential::Open && targets.iter().any(is_own) {
            return Err(Refusal::new(403, "own-rollback"));
        }
        Ok(())
    }

    /// Returns whether a change of somebody else undid a change of the actor.
    fn took_from(&self, number: usize, by: Actor) -> bool {
        self.change_of(number).reverses.is_some_and(|reversed| self.is_by(reversed, by))
            && !self.is_by(number, by)
    }

    /// Returns whether the actor made a change: the person, or the credential if no person made it.
    fn is_by(&self, number: usize, by: Actor) -> bool {
        self.change_of(number).by.is_some_and(|maker| is_same(maker, by))
    }
}

/// Returns whether an actor did what this one did: the same person, or the same credential if it names none.
fn is_same(maker: Actor, by: Actor) -> bool {
    match maker.person {
        Some(person) => Some(person) == by.person,
        None => maker.credential == by.credential,
    }
}
