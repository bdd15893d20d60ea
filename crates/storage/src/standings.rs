//! The standings of accounts: the narrow row that rank changes read and write (see
//! [`crate::rank_changes::WriteRankChanges`]), and the details beside it that clients see as well.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use rankledger_domain::account::Account;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use rankledger_domain::rank_change::RankChange;
use serde::{Serialize, Serializer};

use crate::Result;
use crate::accounts::Profile;
use crate::clock_rows::ClockRow;
use crate::identifiers::Identifier;
use crate::profiles::{Preferences, ProfileField};
use crate::transfer::{Table, tables};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    account_standings: [community Int, account Id]
        com_status Bool, owner Bool, banned Bool, archived Bool, version Int, ranks Bytes, next_end Int, last_change Int;
};

/// The most clock rows that come with an account: all of them would make the row of a long-serving member
/// ever larger.
pub const MOST_CLOCK_ROWS: u32 = 100;

/// The narrow row of an account: the ranks it holds, its status and flags, and how often it has changed. Rank
/// changes read and write nothing else of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The account as the rules see it.
    pub account: Account,
    /// Counts the changes of the account: its ETag is made of this.
    pub version: i64,
    /// The number of the account's newest rank change; 0 if it has none.
    pub newest_change: ChangeNumber,
}

impl Standing {
    /// Returns the account as a recorded change leaves it: one version later.
    #[must_use]
    pub fn after(&self, change: &RankChange) -> Self {
        let mut after = self.clone();
        after.version += 1;
        after.newest_change = change.number;
        change.transition.apply_to(&mut after.account);
        after
    }
}

/// Everything that is stored of an account besides its standing. Thousands of these are cached, so they are
/// kept small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountDetails {
    /// Its name, its number, its dates and the like.
    pub profile: Profile,
    /// Its identifiers, oldest first.
    pub identifiers: Box<[Identifier]>,
    /// Its untyped ids.
    pub api_ids: Box<[Box<str>]>,
    /// Its newest clock rows, oldest first; [`MOST_CLOCK_ROWS`] of them at the most.
    pub clock_rows: Box<[ClockRow]>,
    /// Its profile fields, in order.
    pub profile_fields: Box<[ProfileField]>,
    /// Its notification preferences, ordered by topic and event.
    pub notification_preferences: Preferences,
}

/// The whole row of an account at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSnapshot {
    /// Its narrow row.
    pub standing: Standing,
    /// The rest of the row, shared with the cache.
    pub details: Arc<AccountDetails>,
}

impl AccountSnapshot {
    /// Returns the account as a recorded change leaves it: one version later.
    #[must_use]
    pub fn after(&self, change: &RankChange) -> Self {
        Self { standing: self.standing.after(change), details: Arc::clone(&self.details) }
    }
}

impl AccountDetails {
    /// Lists the ids under which game servers know the account: its verified identifiers as `type:value`,
    /// then its untyped ids.
    pub fn active_api_ids(&self) -> impl Iterator<Item = ActiveApiId<'_>> {
        let verified = self.identifiers.iter().filter(|identifier| identifier.verified);
        verified.map(ActiveApiId::Typed).chain(self.api_ids.iter().map(|id| ActiveApiId::Untyped(id)))
    }
}

/// An id under which game servers know an account. It displays as `type:value`, or as the untyped id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActiveApiId<'a> {
    /// A verified identifier.
    Typed(&'a Identifier),
    /// An untyped id.
    Untyped(&'a str),
}

impl Serialize for ActiveApiId<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for ActiveApiId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Typed(identifier) => write!(f, "{}:{}", identifier.kind, identifier.value),
            Self::Untyped(id) => f.write_str(id),
        }
    }
}

/// Reading standings, and the details beside them.
#[async_trait]
pub trait ReadStandings {
    /// Returns the whole row of an account. `None` if there is no such account.
    ///
    /// The details come from the cache if those are still what is stored, which the standing's row says; else
    /// they are read, and cached for the next who asks. This is true also of what a transaction has written
    /// itself.
    async fn snapshot(&mut self, community: CommunityId, id: AccountId) -> Result<Option<AccountSnapshot>>;

    /// Returns the narrow row of an account. `None` if there is no such account.
    async fn standing(&mut self, community: CommunityId, id: AccountId) -> Result<Option<Standing>>;
}
