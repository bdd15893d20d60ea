//! Accounts: the narrow row that rank changes read and write, and the details beside it that clients see as
//! well.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::account::Account;
use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rankledger_domain::transition::Transition;
use serde::{Serialize, Serializer};

use crate::Result;
use crate::clock_rows::ClockRow;
use crate::identifiers::Identifier;
use crate::profiles::{Preferences, ProfileField};

/// The most clock rows that come with an account: all of them would make the row of a long-serving member
/// ever larger.
pub const MOST_CLOCK_ROWS: u32 = 100;

/// The profile of an account: the one row that holds what the account says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Names the account.
    pub id: AccountId,
    /// Its number in the community.
    pub unique_id: i64,
    /// Whether the number was chosen by hand.
    pub custom_unique_id: bool,
    /// Its name.
    pub name: String,
    /// Whether the account is enabled at all.
    pub sys_status: bool,
    /// When it joined.
    pub join_date: Timestamp,
    /// When it was last seen.
    pub last_login: Option<Timestamp>,
    /// Why it is banned.
    pub ban_info: Option<String>,
    /// Until when it is banned.
    pub ban_expiration: Option<Timestamp>,
    /// Which of its ids it prefers to be known by.
    pub api_id_preference: i64,
    /// Its text about itself.
    pub bio: Option<String>,
    /// Its Discord snowflake.
    pub discord_id: Option<String>,
    /// Its Roblox user id.
    pub roblox_id: Option<String>,
    /// Its TeamSpeak id.
    pub teamspeak_id: Option<String>,
}

/// The narrow row of an account: the ranks it holds, its status and flags, and how often it has changed. Rank
/// changes read and write nothing else of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The account as the rules see it.
    pub account: Account,
    /// Counts the changes of the account: its ETag is made of this.
    pub version: i64,
}

impl Standing {
    /// Returns the account as a recorded transition leaves it: one version later.
    #[must_use]
    pub fn after(&self, transition: &Transition) -> Self {
        let mut after = Self { version: self.version + 1, ..self.clone() };
        transition.apply_to(&mut after.account);
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
    /// Returns the account as a recorded transition leaves it: one version later.
    #[must_use]
    pub fn after(&self, transition: &Transition) -> Self {
        Self { standing: self.standing.after(transition), details: Arc::clone(&self.details) }
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

/// An account in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent flags, as on the wire")]
pub struct AccountSummary {
    /// See [`Profile::id`].
    pub id: AccountId,
    /// See [`Profile::unique_id`].
    pub unique_id: i64,
    /// See [`Profile::name`].
    pub name: String,
    /// See [`AccountDetails::active_api_ids`].
    pub active_api_ids: Vec<String>,
    /// See [`Profile::discord_id`].
    pub discord_id: Option<String>,
    /// See [`Profile::sys_status`].
    pub sys_status: bool,
    /// See [`Account::com_status`].
    pub com_status: bool,
    /// See [`Account::archived`].
    pub archived: bool,
    /// See [`Account::banned`].
    pub banned: bool,
    /// See [`Profile::teamspeak_id`].
    pub teamspeak_id: Option<String>,
    /// The ranks it holds, in order.
    pub ranks: Vec<RankId>,
}

/// The id, the number and the name of an account: each tells it from the others of its community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountKey {
    /// See [`Profile::id`].
    pub id: AccountId,
    /// See [`Profile::unique_id`].
    pub unique_id: i64,
    /// See [`Profile::name`].
    pub name: String,
    /// See [`Account::owner`].
    pub owner: bool,
}

/// Which accounts to list: all that fit everything given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// By [`Profile::sys_status`].
    pub sys_status: Option<bool>,
    /// By [`Account::com_status`].
    pub com_status: Option<bool>,
    /// By [`Account::banned`].
    pub banned: Option<bool>,
    /// By [`Account::archived`].
    pub archived: Option<bool>,
    /// By a rank that is held.
    pub rank: Option<RankId>,
}

/// Which accounts to find: those that fit everything given. At least one part is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountSelector {
    /// By id.
    pub id: Option<AccountId>,
    /// By a verified identifier, as `type:value` or the value alone, or by an untyped id.
    pub api_id: Option<String>,
    /// By name, without regard to case.
    pub username: Option<String>,
    /// By Discord id: of the row, or a verified identifier.
    pub discord: Option<String>,
    /// By number.
    pub unique_id: Option<i64>,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items of this part.
    pub items: Vec<T>,
    /// How many there are in all parts.
    pub total: u32,
}

/// Reading accounts.
#[async_trait]
pub trait ReadAccounts {
    /// Returns the whole row of an account. `None` if there is no such account.
    ///
    /// The details come from the cache if those are still what is stored, which the standing's row says; else
    /// they are read, and cached for the next who asks. This is true also of what a transaction has written
    /// itself.
    async fn snapshot(&mut self, community: CommunityId, id: AccountId) -> Result<Option<AccountSnapshot>>;

    /// Returns the narrow row of an account. `None` if there is no such account.
    async fn standing(&mut self, community: CommunityId, id: AccountId) -> Result<Option<Standing>>;

    /// Accounts by number, `take` of them from the `skip`th.
    async fn list_accounts(
        &mut self,
        community: CommunityId,
        filter: &AccountFilter,
        skip: u32,
        take: u32,
    ) -> Result<Page<AccountSummary>>;

    /// Accounts that fit, by number, `take` of them.
    async fn search_accounts(
        &mut self,
        community: CommunityId,
        selector: &AccountSelector,
        take: u32,
    ) -> Result<Page<AccountSummary>>;

    /// Returns the keys of all accounts, by number: for whoever has to look many up.
    async fn account_keys(&mut self, community: CommunityId) -> Result<Vec<AccountKey>>;

    /// The accounts that hold a rank.
    async fn holders(&mut self, community: CommunityId, rank: RankId) -> Result<Vec<AccountId>>;

    /// The highest number of an account; 0 if there is none.
    async fn last_unique_id(&mut self, community: CommunityId) -> Result<i64>;
}

/// Writing accounts.
#[async_trait]
pub trait WriteAccounts {
    /// Makes an account without ranks. The ranks and status of `standing` are not stored: they come by a rank
    /// change.
    async fn insert_account(
        &mut self,
        community: CommunityId,
        profile: &Profile,
        standing: &Account,
    ) -> Result<()>;

    /// Brings the profile up to date.
    async fn update_profile(&mut self, community: CommunityId, profile: &Profile) -> Result<()>;

    /// Marks an account as banned or archived, or not. Returns the new version.
    async fn set_flags(
        &mut self,
        community: CommunityId,
        id: AccountId,
        banned: bool,
        archived: bool,
    ) -> Result<i64>;

    /// Counts a change of something that is stored beside the row. Returns the new version.
    async fn touch(&mut self, community: CommunityId, id: AccountId) -> Result<i64>;

    /// Carries out a transition: the ranks held, the status, and one version more. Returns the new version.
    async fn apply_transition(
        &mut self,
        community: CommunityId,
        id: AccountId,
        transition: &Transition,
    ) -> Result<i64>;
}
