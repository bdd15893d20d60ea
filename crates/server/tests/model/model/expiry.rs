//! Grants that end: decision 10.

use super::{Model, Plan};
use crate::community::{ACCOUNTS, Account};
use crate::steps::Hour;

impl Model {
    /// Advances the time. If `noticed`, grants that have ended by then are taken away, unless the community
    /// is frozen.
    pub(super) fn wait(&mut self, hours: Hour, noticed: bool) {
        self.now += hours;
        if noticed && !self.frozen {
            self.expire();
        }
    }

    /// Takes away the grants that have ended: one change for each account, beginning with the account whose
    /// grant ended first.
    fn expire(&mut self) {
        let mut due: Vec<_> =
            (0..ACCOUNTS.len()).filter_map(|account| Some((self.first_end(account)?, account))).collect();
        due.sort_unstable();
        for (_, account) in due {
            let mut after = self.held(account);
            after.retain(|grant| grant.end.is_none_or(|end| end > self.now));
            let status = !after.is_empty() && (self.active(account) || self.barred(account).is_none());
            let plan = Plan { after, status, active: None };
            self.record(account, plan, "expiry", None, None);
        }
    }

    /// Returns the earliest end that has passed among the grants of an account.
    fn first_end(&self, account: Account) -> Option<Hour> {
        self.held(account).into_iter().filter_map(|grant| grant.end).filter(|end| *end <= self.now).min()
    }
}
