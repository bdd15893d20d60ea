//! Steps of a history: requests, each with its actor, and time that passes.

use crate::community::{Account, Credential, Rank};

/// Hours since the beginning.
pub(crate) type Hour = i64;

/// A step. If `tried`, the request is sent as a dry run first.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Set Account Ranks.
    Change { by: By, account: Account, request: Request, tried: bool },
    /// Trigger Promotion Flows, of one flow for some accounts.
    Flow { by: By, flow: usize, users: Vec<Account>, promote: bool, force: bool, tried: bool },
    /// Undo Rank Change.
    Undo { by: By, change: Pick, on_conflict: OnConflict, tried: bool },
    /// Bans, kicks or archives an account.
    PutOut { by: By, account: Account, how: Out, keep_ranks: bool },
    /// Lets an account in again.
    BringBack { by: By, account: Account, how: Back },
    /// Retires a rank.
    Retire { by: By, rank: Rank, remove_from_holders: bool },
    /// Restores a rank.
    Restore { by: By, rank: Rank },
    /// Gives a rank another power.
    Repower { by: By, rank: Rank, power: u32 },
    /// Lets time pass. If `noticed`, grants that have ended are taken away.
    Wait { hours: Hour, noticed: bool },
    /// Freezes the community, or lifts that.
    Freeze { by: By, frozen: bool },
    /// Previews a rollback and then runs it.
    Rollback { by: By, filter: Filter, on_conflict: OnConflict },
}

/// Behaviour of an undo at a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnConflict {
    /// Undoes nothing.
    Refuse,
    /// Undoes the rest.
    Skip,
    /// Undoes everything all the same.
    Force,
}

/// Filter of a rollback: it matches changes that meet all given conditions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) person: Option<Account>,
    pub(crate) credential: Option<Credential>,
    /// Matches changes that were recorded in the last so many hours.
    pub(crate) hours: Option<Hour>,
    pub(crate) ranks: Option<Vec<Rank>>,
    pub(crate) accounts: Option<Vec<Account>>,
    /// Matches the changes of a rollback, counted back from the latest. Asked for only if there was one.
    pub(crate) batch: Option<usize>,
}

impl Filter {
    /// Joins two filters. If both have the same condition, that of the first counts.
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

/// The credential of a request, and the person whom it names.
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

/// The actor of a request, once it is known which account it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Actor {
    pub(crate) credential: Credential,
    pub(crate) person: Option<Account>,
}

impl By {
    /// Returns the actor if the request is about `account`.
    pub(crate) fn on(self, account: Option<Account>) -> Actor {
        let person = match self.person {
            Person::Nobody => None,
            Person::Named(named) => Some(named),
            Person::Oneself => account,
        };
        Actor { credential: self.credential, person }
    }
}

/// Request of Set Account Ranks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) set: Option<Vec<Entry>>,
    pub(crate) add: Option<Vec<Entry>>,
    pub(crate) remove: Option<Vec<Rank>>,
    pub(crate) active: Option<bool>,
}

impl Request {
    /// Returns whether the request asks for nothing, which is refused.
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

/// End that an entry gives to the grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The entry gives no end.
    Unsaid,
    /// The grant has no end.
    Never,
    /// The grant ends at a time, so many hours from now. In `add`, a longer grant stays as it is.
    At(Hour),
    /// The grant lasts so many hours. In `add`, a longer grant stays as it is.
    In(Hour),
    /// The grant lasts so many hours longer than it did.
    Extended(Hour),
    /// The grant lasts so many hours, also if it lasted longer before.
    Replaced(Hour),
}

/// A recorded change, counted back from the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pick(pub(crate) usize);

impl Pick {
    /// Returns the number of the change while this many changes are recorded.
    pub(crate) fn among(self, recorded: usize) -> usize {
        recorded - self.0 % recorded
    }
}

/// Ways to put an account out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Out {
    Ban,
    Kick,
    Archive,
}

/// Ways to let an account in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Back {
    Unban,
    Restore,
}
