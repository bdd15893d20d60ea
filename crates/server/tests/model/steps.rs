//! What can happen in a history: requests, each by somebody, and time that passes.

use crate::community::{Account, Credential, Rank};

/// Hours since the beginning.
pub(crate) type Hour = i64;

/// Something that happens. What is tried is a dry run first.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Set Account Ranks.
    Change { by: By, account: Account, request: Request, tried: bool },
    /// Trigger Promotion Flows, of one flow for some accounts.
    Flow { by: By, flow: usize, users: Vec<Account>, promote: bool, tried: bool },
    /// Undo Rank Change.
    Undo { by: By, change: Pick, on_conflict: OnConflict, tried: bool },
    /// An account is banned, kicked or archived.
    PutOut { by: By, account: Account, how: Out, keep_ranks: bool },
    /// An account is let in again.
    BringBack { by: By, account: Account, how: Back },
    /// A rank goes out of use.
    Retire { by: By, rank: Rank, remove_from_holders: bool },
    /// A rank comes back into use.
    Restore { by: By, rank: Rank },
    /// A rank is given another power.
    Repower { by: By, rank: Rank, power: u32 },
    /// Time passes; what ends is noticed then, or not yet.
    Wait { hours: Hour, noticed: bool },
    /// A rollback, previewed and then carried out.
    Rollback { by: By, filter: Filter, on_conflict: OnConflict },
}

/// What an undo does where later changes stand in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnConflict {
    /// Nothing.
    Refuse,
    /// The rest.
    Skip,
    /// All the same what it would have done.
    Force,
}

/// Which changes a rollback is about: those that fit all that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) person: Option<Account>,
    pub(crate) credential: Option<Credential>,
    /// What was recorded since so many hours.
    pub(crate) hours: Option<Hour>,
    pub(crate) ranks: Option<Vec<Rank>>,
    pub(crate) accounts: Option<Vec<Account>>,
    /// What a rollback did, counted back from the latest; asked for only if there was one.
    pub(crate) batch: Option<usize>,
}

impl Filter {
    /// Asks for both. Where both ask for the same thing, the first counts.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            person: self.person.or(other.person),
            credential: self.credential.or(other.credential),
            hours: self.hours.or(other.hours),
            ranks: self.ranks.or(other.ranks),
            accounts: self.accounts.or(other.accounts),
            batch: self.batch.or(other.batch),
        }
    }
}

/// Who acts: with which credential, naming whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct By {
    pub(crate) credential: Credential,
    pub(crate) person: Person,
}

/// The person named in `userId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Person {
    Nobody,
    Named(Account),
    /// The account that the request is about, if it is about one.
    Oneself,
}

/// Who acts, once it is known on whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Actor {
    pub(crate) credential: Credential,
    pub(crate) person: Option<Account>,
}

impl By {
    /// Whoever acts on `account`.
    pub(crate) fn on(self, account: Option<Account>) -> Actor {
        let person = match self.person {
            Person::Nobody => None,
            Person::Named(named) => Some(named),
            Person::Oneself => account,
        };
        Actor { credential: self.credential, person }
    }
}

/// What Set Account Ranks is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) set: Option<Vec<Entry>>,
    pub(crate) add: Option<Vec<Entry>>,
    pub(crate) remove: Option<Vec<Rank>>,
    pub(crate) active: Option<bool>,
}

impl Request {
    /// Whether nothing is asked for, which is refused.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { set, add, remove, active } = self;
        set.is_none() && add.is_none() && remove.is_none() && active.is_none()
    }
}

/// A rank to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) rank: Rank,
    pub(crate) end: End,
}

/// What an entry says of the end of the grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Nothing.
    Unsaid,
    /// That it has none.
    Never,
    /// That it ends at a time, so many hours from now.
    At(Hour),
    /// That it lasts so many hours.
    In(Hour),
}

/// A recorded change, counted back from the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pick(pub(crate) usize);

impl Pick {
    /// The number that it means where so many changes are recorded.
    pub(crate) fn among(self, recorded: usize) -> usize {
        recorded - self.0 % recorded
    }
}

/// How an account is put out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Out {
    Ban,
    Kick,
    Archive,
}

/// How an account is let in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Back {
    Unban,
    Restore,
}
