//! Credentials: the scopes, the power ceiling and the end of an API key.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::ids::{CommunityId, CredentialId};
use crate::rank::Power;

/// One thing that a credential may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read the community, its departments and promotion flows.
    CommunityRead,
    /// Read accounts.
    AccountsRead,
    /// Change accounts. Ranks are given with [`Scope::RanksWrite`] alone; but a request that bans, kicks or
    /// archives an account may take its ranks with this scope.
    AccountsWrite,
    /// Change the ranks of accounts.
    RanksWrite,
    /// Undo single rank changes.
    RanksUndo,
    /// Undo all that somebody did, in a rollback.
    RanksRollback,
    /// Undo slots that later changes superseded, in a rollback.
    RanksForce,
    /// Read the feed of events.
    EventsRead,
    /// Everything.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 9] = [
        Self::CommunityRead,
        Self::AccountsRead,
        Self::AccountsWrite,
        Self::RanksWrite,
        Self::RanksUndo,
        Self::RanksRollback,
        Self::RanksForce,
        Self::EventsRead,
        Self::Admin,
    ];

    /// Returns the name of the scope.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CommunityRead => "community:read",
            Self::AccountsRead => "accounts:read",
            Self::AccountsWrite => "accounts:write",
            Self::RanksWrite => "ranks:write",
            Self::RanksUndo => "ranks:undo",
            Self::RanksRollback => "ranks:rollback",
            Self::RanksForce => "ranks:force",
            Self::EventsRead => "events:read",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no scope \"{0}\"; the scopes are community:read, accounts:read, accounts:write, ranks:write, ranks:undo, \
     ranks:rollback, ranks:force, events:read and admin"
)]
pub struct UnknownScope(String);

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(name: &str) -> Result<Self, UnknownScope> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == name)
            .ok_or_else(|| UnknownScope(name.to_owned()))
    }
}

/// The scopes of a credential.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Returns the scopes of a key that is made without naming any: what a bot needs. It undoes single
    /// changes; whatever changes much at once (a rollback, force, administration) is given on purpose.
    #[must_use]
    pub fn usual() -> Self {
        let is_usual =
            |scope: &Scope| !matches!(scope, Scope::RanksRollback | Scope::RanksForce | Scope::Admin);
        Scope::ALL.into_iter().filter(is_usual).collect()
    }

    /// Returns whether `scope` is among them; `admin` includes every scope.
    #[must_use]
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope) || self.0.contains(&Scope::Admin)
    }

    /// Returns the scopes that were given, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for Scopes {
    /// Writes the names, separated by spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(|scope| scope.as_str()).collect();
        f.write_str(&names.join(" "))
    }
}

impl FromStr for Scopes {
    type Err = UnknownScope;

    /// Reads names separated by spaces or commas.
    fn from_str(names: &str) -> Result<Self, UnknownScope> {
        names.split([' ', ',']).filter(|name| !name.is_empty()).map(Scope::from_str).collect()
    }
}

/// By how much the rate limits of the endpoints are multiplied for a credential: 1 to [`RateFactor::MOST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RateFactor(u32);

impl RateFactor {
    /// The limits as they are.
    pub const ONE: Self = Self(1);

    /// The largest factor.
    pub const MOST: u32 = 1000;

    /// Returns the factor; `None` for a number that is none.
    #[must_use]
    pub fn new(factor: u32) -> Option<Self> {
        (1..=Self::MOST).contains(&factor).then_some(Self(factor))
    }

    /// Returns the factor as a number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for RateFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A credential: the row of an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Id of the credential, which says nothing of its secret.
    pub id: CredentialId,
    /// The one community that the credential belongs to.
    pub community: CommunityId,
    /// Name that the credential got when it was made.
    pub name: String,
    /// Scopes of the credential.
    pub scopes: Scopes,
    /// Power ceiling: the credential changes only what is strictly below it. `None` if it may change
    /// everything.
    pub power_ceiling: Option<Power>,
    /// By how much the rate limits are multiplied for it.
    pub rate_factor: RateFactor,
    /// Time at which the credential was made.
    pub created_at: Timestamp,
    /// The credential that made this one. `None` if an operator did, or if it is not known.
    pub made_by: Option<CredentialId>,
    /// End of the credential. `None` if it never ends.
    pub expires_at: Option<Timestamp>,
    /// Time of the revocation. `None` if the credential was not revoked.
    pub revoked_at: Option<Timestamp>,
}

/// Why a credential is no longer accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndedCredential {
    /// The credential was revoked at this time.
    #[error("revoked at {0}")]
    Revoked(Timestamp),
    /// The credential ended at this time.
    #[error("expired at {0}")]
    Expired(Timestamp),
}

impl Credential {
    /// Whether it has the scope `admin` and no power ceiling. Only such a credential sets the guard, freezes
    /// a community, lifts that, and repairs a community that is frozen.
    #[must_use]
    pub fn is_unlimited_admin(&self) -> bool {
        self.scopes.allow(Scope::Admin) && self.power_ceiling.is_none()
    }

    /// Checks that the credential is accepted at this time.
    pub fn accepted_at(&self, now: Timestamp) -> Result<(), EndedCredential> {
        match (self.revoked_at, self.expires_at) {
            (Some(revoked), _) => Err(EndedCredential::Revoked(revoked)),
            (None, Some(end)) if end <= now => Err(EndedCredential::Expired(end)),
            _ => Ok(()),
        }
    }
}

/// Returns those of a community's credentials that `maker` made, directly or through others that it made, and
/// that are accepted at this time. They keep their order.
#[must_use]
pub fn in_force_made_by(maker: CredentialId, all: &[Credential], now: Timestamp) -> Vec<&Credential> {
    let mut of: HashMap<CredentialId, Vec<CredentialId>> = HashMap::new();
    for one in all {
        if let Some(by) = one.made_by {
            of.entry(by).or_default().push(one.id);
        }
    }
    let (mut made, mut makers) = (HashSet::new(), vec![maker]);
    while let Some(next) = makers.pop() {
        let its = of.remove(&next).unwrap_or_default();
        made.extend(its.iter().copied());
        makers.extend(its);
    }
    let is_left = |one: &&Credential| made.contains(&one.id) && one.accepted_at(now).is_ok();
    all.iter().filter(is_left).collect()
}
