//! Sessions of the console: who has signed in and how long that lasts, and the links that sign in once.
//!
//! A session acts as the key that signed in, or as a person with their own power and the scopes that their
//! ranks carry. Of the tokens of sessions and links only the SHA-256 is stored.

use std::fmt;
use std::net::IpAddr;

use data_encoding::BASE32_NOPAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::account::Account;
use crate::api_key::KeyHash;
use crate::credential::{Credential, RateFactor, Scope, Scopes};
use crate::ids::{AccountId, CommunityId, CredentialId, RankId, SessionId};
use crate::rank::{CommunityRanks, Power};

/// How long a session lasts without a request.
pub const IDLE: SignedDuration = SignedDuration::from_hours(12);

/// How long a session lasts at the most.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long a link that signs in can be used.
pub const LINK: SignedDuration = SignedDuration::from_mins(10);

/// How old the stored time of the last request may become before it is stored anew.
pub const USE_STORED_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// Who has signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The operator, by a link that names nobody.
    Operator,
    /// Whoever has this key.
    Key(CredentialId),
    /// The person with this account.
    Person(AccountId),
}

impl Holder {
    /// Returns the credential of the key. `None` if no key has signed in.
    #[must_use]
    pub fn key(self) -> Option<CredentialId> {
        if let Self::Key(id) = self { Some(id) } else { None }
    }

    /// Returns the account of the person. `None` if no person has signed in.
    #[must_use]
    pub fn person(self) -> Option<AccountId> {
        if let Self::Person(id) = self { Some(id) } else { None }
    }
}

/// A session of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names the session to people, not its token.
    pub id: SessionId,
    /// The community that is looked at.
    pub community: CommunityId,
    /// Who has signed in.
    pub holder: Holder,
    /// The address that signed in. `None` if it is not known.
    pub address: Option<IpAddr>,
    /// When it began.
    pub begun_at: Timestamp,
    /// The last request, to about [`USE_STORED_EVERY`].
    pub used_at: Timestamp,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
}

impl Session {
    /// Returns whether requests of the session are still answered at this time.
    #[must_use]
    pub fn is_open_at(&self, now: Timestamp) -> bool {
        now < self.ends_at && now.duration_since(self.used_at) < IDLE
    }
}

/// A link that signs in once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInLink {
    /// The community.
    pub community: CommunityId,
    /// The person whom it signs in; the operator, if `None`.
    pub account: Option<AccountId>,
    /// Until when it can be used.
    pub ends_at: Timestamp,
}

/// The secret of a session or of a link, in plain text. Never stored, never printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// Number of characters of a token: 256 random bits in base32.
const TOKEN_LENGTH: usize = 52;

impl Token {
    /// Returns the token made of 256 random bits.
    #[must_use]
    pub fn from_entropy(entropy: [u8; 32]) -> Self {
        Self(BASE32_NOPAD.encode(&entropy).to_ascii_lowercase())
    }

    /// Reads a token. `None` if the text cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_whole = text.len() == TOKEN_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_whole.then(|| Self(text.to_owned()))
    }

    /// Returns the token itself, to be handed to whoever signs in.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the hash of the token, which is all that is stored of it.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        KeyHash(Sha256::digest(self.0.as_bytes()).into())
    }

    /// Returns the token that the forms of a page carry in this session. It follows from the session's and
    /// from a salt that the page chose, and does not betray it.
    #[must_use]
    pub fn of_forms(&self, salt: &str) -> Self {
        Self::from_entropy(Sha256::digest(format!("form {salt} {}", self.0)).into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}

/// Returns the scopes that an account has by the ranks it holds: of the owner all, else those that its ranks
/// carry. `carried` says which scopes a rank carries. A grant whose end has passed no longer counts.
#[must_use]
pub fn scopes_of<'a>(
    account: &Account,
    carried: impl Fn(RankId) -> Option<&'a Scopes>,
    now: Timestamp,
) -> Scopes {
    if account.owner {
        return [Scope::Admin].into_iter().collect();
    }
    let held = account.ranks.iter().filter(|held| !held.has_ended(now));
    held.filter_map(|held| carried(held.rank)).flat_map(Scopes::iter).collect()
}

/// Returns what a person acts with in the console: a credential that no key has, with these scopes, which
/// reaches as far as their own power.
#[must_use]
pub fn credential_of_person(
    community: CommunityId,
    account: &Account,
    scopes: Scopes,
    ranks: &CommunityRanks,
    now: Timestamp,
) -> Credential {
    let power_ceiling = match account.power(ranks, now) {
        crate::account::AccountPower::Owner => None,
        crate::account::AccountPower::Power(power) => Some(power),
    };
    credential(community, scopes, power_ceiling, now)
}

/// Returns what the operator acts with in the console: everything.
#[must_use]
pub fn credential_of_operator(community: CommunityId, now: Timestamp) -> Credential {
    credential(community, [Scope::Admin].into_iter().collect(), None, now)
}

fn credential(
    community: CommunityId,
    scopes: Scopes,
    power_ceiling: Option<Power>,
    now: Timestamp,
) -> Credential {
    Credential {
        id: CredentialId::CONSOLE,
        community,
        name: "console".to_owned(),
        scopes,
        power_ceiling,
        rate_factor: RateFactor::ONE,
        created_at: now,
        made_by: None,
        expires_at: None,
        revoked_at: None,
    }
}
