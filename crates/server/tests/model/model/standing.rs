//! Bans, kicks, archiving, and the way back: decision 6.

use super::authority::Height;
use super::{Model, Plan, PutOut};
use crate::community::Account;
use crate::outcome::Refusal;
use crate::steps::{Actor, Back, Out};

impl Model {
    /// Puts an account out. A recorded change takes its ranks and its status, unless they are to be kept.
    pub(super) fn put_out(
        &mut self,
        by: Actor,
        account: Account,
        how: Out,
        keep_ranks: bool,
    ) -> Result<Option<usize>, Refusal> {
        self.check_person(by)?;
        let is_again = how == Out::Ban && self.banned[account];
        let height = if is_again { self.height_to_return(account) } else { self.height(account) };
        self.check_reach(by, height)?;
        let source = match how {
            Out::Ban => "ban",
            Out::Kick => "kick",
            Out::Archive => "archive",
        };
        self.check_frozen(by)?;
        let is_ban = how == Out::Ban;
        let is_out = if is_ban { self.banned[account] } else { self.archived[account] };
        if !is_out {
            self.put_out.push(PutOut { account, is_ban, by, at: self.now });
        }
        match how {
            Out::Ban => self.banned[account] = true,
            Out::Kick | Out::Archive => self.archived[account] = true,
        }
        if keep_ranks {
            return Ok(None);
        }
        let plan = Plan { after: Vec::new(), status: false, active: Some(false) };
        Ok(self.record(account, plan, source, Some(by), None))
    }

    /// Lets an account in again. The actor needs authority over the power that the account had when it was
    /// put out.
    pub(super) fn bring_back(
        &mut self,
        by: Actor,
        account: Account,
        how: Back,
    ) -> Result<Option<usize>, Refusal> {
        self.check_person(by)?;
        self.check_reach(by, self.height_to_return(account))?;
        self.check_frozen(by)?;
        match how {
            Back::Unban => self.banned[account] = false,
            Back::Restore => self.archived[account] = false,
        }
        Ok(None)
    }

    /// Returns the power that whoever lets an account in again has to be above: its own, and the one that it
    /// had when it was put out last.
    pub(super) fn height_to_return(&self, account: Account) -> Height {
        let mut put_out = self.changes.iter().rev().filter(|change| {
            change.account == account && ["ban", "kick", "archive"].contains(&change.source)
        });
        let then = put_out.next().map_or(Height::Power(0), |change| self.height_of(&change.before));
        self.height(account).max(then)
    }
}
