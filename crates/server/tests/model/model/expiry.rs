//! Ranks that end: decision 10.

use super::{Model, Plan};
use crate::community::{ACCOUNTS, Account};
use crate::steps::Hour;

impl Model {
    /// Lets time pass. If it is noticed, what has ended by then is taken away.
    pub(super) fn wait(&mut self, hours: Hour, noticed: bool) {
        self.now += hours;
        if noticed {
            self.expire();
        }
    }

    /// Takes away what has ended: one change for each account, first for the one where the first grant ended.
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

    /// The first end of what an account holds that has passed.
    fn first_end(&self, account: Account) -> Option<Hour> {
        self.held(account).into_iter().filter_map(|grant| grant.end).filter(|end| *end <= self.now).min()
    }
}
