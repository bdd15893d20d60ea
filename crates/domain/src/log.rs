//! The log of a community: one order of everything that happens in it.
//!
//! Two kinds of things have a place in the log, 1, 2, 3, ... in the order of their commits: rank changes, and
//! the entries of acts that are no rank change. A rank change does not store its place. An entry stores its
//! own place and how many rank changes there were before it ([`LogPosition`]), and every place follows.

use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::chain::ChainHash;
use crate::ids::{AccountId, ChangeNumber, CredentialId, LogId};

/// The place of a rank change or of an entry in the log of its community: 1, 2, 3, ... without a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct LogPlace(#[schemars(range(min = 1))] pub i64);

impl fmt::Display for LogPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where an entry stands: its place, and the last rank change before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPosition {
    /// Its place.
    pub place: LogPlace,
    /// The number of the community's newest rank change when the entry was written; 0 before the first.
    pub after_change: ChangeNumber,
}

impl LogPosition {
    /// The position before everything: of no entry.
    pub const START: Self = Self { place: LogPlace(0), after_change: ChangeNumber(0) };

    /// Returns the position of a new entry that comes after this one, when the newest rank change has this
    /// number.
    #[must_use]
    pub fn next(self, newest: ChangeNumber) -> Self {
        Self { place: LogPlace(self.place_of(newest).0 + 1), after_change: newest }
    }

    /// Returns the place of the rank change of this number, if this is the position of the last entry before
    /// it: of those entries whose `after_change` is lower, the last.
    #[must_use]
    pub fn place_of(self, number: ChangeNumber) -> LogPlace {
        LogPlace(self.place.0 + (number.0 - self.after_change.0))
    }

    /// Returns the number of the last rank change up to a place, if this is the position of the last entry at
    /// that place or before it.
    #[must_use]
    pub fn changes_up_to(self, place: LogPlace) -> ChangeNumber {
        ChangeNumber(self.after_change.0 + (place.0 - self.place.0))
    }

    /// Returns the number of the rank change at a place, if this is the position of the last entry at that
    /// place or before it. `None` if it is the entry itself that has the place.
    #[must_use]
    pub fn change_at(self, place: LogPlace) -> Option<ChangeNumber> {
        let behind = place.0 - self.place.0;
        (behind > 0).then_some(ChangeNumber(self.after_change.0 + behind))
    }
}

/// An entry of the log: an act, where it stands, and what ties it to the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Where it stands.
    pub position: LogPosition,
    /// The hash of the rank change `position.after_change`; before the first, what the ledger's chain begins
    /// with.
    pub ledger_hash: ChainHash,
    /// The act.
    pub act: Act,
}

/// An act that is no rank change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Id of its entry.
    pub id: LogId,
    /// When it was done.
    pub at: Timestamp,
    /// The kind of what was done.
    pub kind: ActKind,
    /// The person who acted, if one was named.
    pub actor: Option<AccountId>,
    /// The credential that was used. `None` for the operator's own commands, and for what the server does.
    pub credential: Option<CredentialId>,
    /// The address that the request came from. `None` if it came from no network.
    pub address: Option<IpAddr>,
    /// The account that it was done to, if it is about one.
    pub account: Option<AccountId>,
    /// How things were before, as compact JSON; `None` where nothing was.
    pub before: Option<String>,
    /// How things are after it, as compact JSON; `None` where nothing is.
    pub after: Option<String>,
}

macro_rules! act_kinds {
    ($($(#[$doc:meta])* $kind:ident = $word:literal,)*) => {
        /// A kind of act.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ActKind {
            $($(#[$doc])* $kind,)*
        }

        impl ActKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// Returns the word for it in tables and on the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)*
                }
            }

            /// Reads the word back. `None` if it is another word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$kind),)*
                    _ => None,
                }
            }
        }
    };
}

act_kinds! {
    /// An account was made.
    AccountCreated = "account.created",
    /// An account got another name.
    AccountRenamed = "account.renamed",
    /// Something else of an account was changed, or listeners are to be told of it again.
    AccountUpdated = "account.updated",
    /// An account was banned, or its ban got another reason.
    AccountBanned = "account.banned",
    /// A ban was lifted.
    AccountUnbanned = "account.unbanned",
    /// An account was kicked.
    AccountKicked = "account.kicked",
    /// An account was archived.
    AccountArchived = "account.archived",
    /// An account was brought back after a kick or from the archive.
    AccountRestored = "account.restored",
    /// An account went on duty.
    AccountClockedIn = "account.clocked_in",
    /// An account went off duty.
    AccountClockedOut = "account.clocked_out",
    /// Identifiers of an account were registered or removed.
    IdentifiersChanged = "identifiers.changed",
    /// Accounts were found to have the same shared identifier.
    FlagRaised = "flag.raised",
    /// Somebody dismissed such a flag.
    FlagDismissed = "flag.dismissed",
    /// The community was frozen.
    CommunityFrozen = "community.frozen",
    /// The freeze was lifted.
    CommunityThawed = "community.thawed",
    /// The guard was set.
    GuardChanged = "guard.changed",
    /// The guard refused somebody.
    GuardTripped = "guard.tripped",
    /// A department, rank, promotion flow, profile field, clock-in type or log type was made, changed or
    /// removed.
    StructureChanged = "structure.changed",
    /// Settings of the community were changed.
    SettingsChanged = "settings.changed",
    /// A credential was made.
    KeyCreated = "key.created",
    /// The rate factor of a credential was changed.
    KeyUpdated = "key.updated",
    /// A credential was revoked.
    KeyRevoked = "key.revoked",
    /// An import was finished.
    ImportFinished = "import.finished",
    /// The beginning of the history was pruned.
    HistoryPruned = "history.pruned",
    /// A rollback was carried out.
    RollbackCompleted = "rollback.completed",
    /// A subscription was made.
    SubscriptionCreated = "subscription.created",
    /// A subscription was changed, enabled or disabled by a person, or its secret was replaced.
    SubscriptionUpdated = "subscription.updated",
    /// A subscription was removed.
    SubscriptionRemoved = "subscription.removed",
    /// The server has disabled a subscription, because its receiver takes nothing.
    SubscriptionDisabled = "subscription.disabled",
}

/// The type of an event: something that happened in a community, as programs that listen are told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventType {
    /// A rank change was recorded, of whatever kind and source.
    RanksChanged,
    /// An act of this kind was done.
    Act(ActKind),
}

impl EventType {
    /// Returns every type.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::RanksChanged).chain(ActKind::ALL.iter().copied().map(Self::Act))
    }

    /// Returns the word for it on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RanksChanged => "ranks.changed",
            Self::Act(kind) => kind.as_str(),
        }
    }

    /// Reads the word back. `None` if it is another word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::all().find(|known| known.as_str() == word)
    }

    /// Returns the kind of the act. `None` if it is a rank change.
    #[must_use]
    pub fn act(self) -> Option<ActKind> {
        match self {
            Self::RanksChanged => None,
            Self::Act(kind) => Some(kind),
        }
    }
}
