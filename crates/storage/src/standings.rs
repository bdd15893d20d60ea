//! The standings of accounts: the narrow row that rank changes read and write (see
//! [`crate::rank_changes::WriteRankChanges`]), and the details beside it that clients see as well. Also all
//! standings as a list, for whoever compares them with the ledger.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::identifier::{names_a_person, split_kind};
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use rankledger_domain::rank_change::RankChange;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::accounts::Profile;
use crate::clock_rows::ClockRow;
use crate::identifiers::Identifier;
use crate::profiles::{Preferences, ProfileField};
use crate::sql::value::{Grants, params};
use crate::sql::{Row, SqlTx};
use crate::transfer::{Table, tables};
use crate::{Result, grants_bytes};

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
    /// with the Discord id of its row, then its untyped ids. None of them is one that people share.
    pub fn active_api_ids(&self) -> impl Iterator<Item = ActiveApiId<'_>> {
        let verified = self.identifiers.iter().filter(|identifier| identifier.verified);
        let typed = verified.map(|Identifier { kind, value, .. }| ActiveApiId::Typed { kind, value });
        let untyped = self.api_ids.iter().filter(|id| names_a_person(id));
        let of_row = self.profile.discord_id.as_deref().filter(|id| !self.has_discord_id(id));
        let of_row = of_row.map(|value| ActiveApiId::Typed { kind: "discord", value });
        typed.chain(of_row).chain(untyped.map(|id| ActiveApiId::Untyped(id)))
    }

    /// Whether a Discord id is among the verified identifiers or the untyped ids.
    fn has_discord_id(&self, id: &str) -> bool {
        let mut verified = self.identifiers.iter().filter(|identifier| identifier.verified);
        verified.any(|known| &*known.kind == "discord" && &*known.value == id)
            || self.api_ids.iter().any(|known| split_kind(known) == Some(("discord", id)))
    }
}

/// An id under which game servers know an account. It displays as `type:value`, or as the untyped id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActiveApiId<'a> {
    /// A verified identifier.
    Typed {
        /// Its type.
        kind: &'a str,
        /// Its value.
        value: &'a str,
    },
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
            Self::Typed { kind, value } => write!(f, "{kind}:{value}"),
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

/// The part of a standing that follows from the ledger, exactly as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStanding {
    /// The ranks that the account holds, in order.
    pub ranks: Vec<HeldRank>,
    /// Its status.
    pub com_status: bool,
    /// The number of its newest rank change; 0 if it has none.
    pub newest_change: ChangeNumber,
}

/// An account in the list of all standings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedStanding {
    /// Its id.
    pub account: AccountId,
    /// Its number in the community.
    pub unique_id: i64,
    /// Its standing. `None` if the row cannot be read, or names another time as the soonest end of a grant
    /// than its grants have.
    pub standing: Option<StoredStanding>,
}

/// Reading all standings of a community.
#[async_trait]
pub trait ReadAllStandings {
    /// Returns the standings after that of this account, or from the first on: `take` of them at the most, in
    /// the order of the ids.
    async fn standings_after(
        &mut self,
        community: CommunityId,
        after: Option<AccountId>,
        take: u32,
    ) -> Result<Vec<ListedStanding>>;
}

#[async_trait]
impl<T: SqlTx> ReadAllStandings for T {
    async fn standings_after(
        &mut self,
        community: CommunityId,
        after: Option<AccountId>,
        take: u32,
    ) -> Result<Vec<ListedStanding>> {
        // No id sorts before the one of zeros, which an account may have.
        let (is_after, account) = after.map_or((">=", AccountId(Uuid::nil())), |after| (">", after));
        let sql = format!(
            "SELECT s.account, a.unique_id, s.ranks, s.com_status, s.last_change, s.next_end
             FROM account_standings s JOIN accounts a ON a.community = s.community AND a.id = s.account
             WHERE s.community = $1 AND s.account {is_after} $2 ORDER BY s.account LIMIT $3"
        );
        self.on(community).await?.all(&sql, params![community, account, take], listed_standing).await
    }
}

fn listed_standing(row: &Row<'_>) -> Result<ListedStanding> {
    Ok(ListedStanding {
        account: row.get(0)?,
        unique_id: row.get(1)?,
        standing: stored_standing(row).unwrap_or_default(),
    })
}

/// Returns the standing of a row. `None` if the row contradicts itself.
fn stored_standing(row: &Row<'_>) -> Result<Option<StoredStanding>> {
    let Grants(ranks) = row.get(2)?;
    let next_end: Option<Timestamp> = row.get(5)?;
    let is_sound = next_end == grants_bytes::next_end(&ranks);
    Ok(is_sound.then_some(StoredStanding { ranks, com_status: row.get(3)?, newest_change: row.get(4)? }))
}
