//! Credentials: what an API key may do, and until when.

use std::collections::BTreeSet;
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
    /// Change accounts. Ranks are given by [`Scope::RanksWrite`] alone; but who bans, kicks or archives an account may take
    /// its ranks with that.
    AccountsWrite,
    /// Change the ranks of accounts.
    RanksWrite,
    /// Undo rank changes.
    RanksUndo,
    /// Undo what later changes superseded, in a rollback.
    RanksForce,
    /// Everything.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 7] = [
        Self::CommunityRead,
        Self::AccountsRead,
        Self::AccountsWrite,
        Self::RanksWrite,
        Self::RanksUndo,
        Self::RanksForce,
        Self::Admin,
    ];

    /// The scope's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CommunityRead => "community:read",
            Self::AccountsRead => "accounts:read",
            Self::AccountsWrite => "accounts:write",
            Self::RanksWrite => "ranks:write",
            Self::RanksUndo => "ranks:undo",
            Self::RanksForce => "ranks:force",
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
     ranks:force and admin"
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

/// What a credential may do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Whether `scope` is among them; `admin` stands for every scope.
    #[must_use]
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope) || self.0.contains(&Scope::Admin)
    }

    /// The scopes that were given, in their order.
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
    /// The names, separated by spaces.
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

/// What is known of an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Names it, without its secret.
    pub id: CredentialId,
    /// The one community it belongs to.
    pub community: CommunityId,
    /// What its maker called it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// It changes only what stands strictly below this; everything, if absent.
    pub power_ceiling: Option<Power>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; never, if absent.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// Why a credential is not accepted any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndedCredential {
    /// It was revoked at this time.
    #[error("revoked at {0}")]
    Revoked(Timestamp),
    /// It ended at this time.
    #[error("expired at {0}")]
    Expired(Timestamp),
}

impl Credential {
    /// Whether the credential is accepted at this time.
    pub fn accepted_at(&self, now: Timestamp) -> Result<(), EndedCredential> {
        match (self.revoked_at, self.expires_at) {
            (Some(revoked), _) => Err(EndedCredential::Revoked(revoked)),
            (None, Some(end)) if end <= now => Err(EndedCredential::Expired(end)),
            _ => Ok(()),
        }
    }
}
