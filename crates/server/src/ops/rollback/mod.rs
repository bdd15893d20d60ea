//! Rollback: what somebody did, over a time, to many accounts, taken back in one transaction.
//!
//! [`plan`] finds the changes and plans their undoing without writing; [`run`] carries out a plan that still holds.

pub mod plan;
pub mod run;

use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, BatchId, CredentialId};
use rankledger_domain::rank::RankName;
use rankledger_domain::undo::OnConflict;

pub use plan::{AccountPlan, RollbackPlan};
pub use run::{RolledBack, RunRollback};

use super::actor::Actor;
use super::actor::UserName;

/// The most changes that one rollback takes back.
pub const MAX_CHANGES: usize = 20_000;

/// Which changes are to be taken back: those that fit everything that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RollbackFilter {
    /// Made by this person.
    pub user: Option<UserName>,
    /// Made with this credential.
    pub credential: Option<CredentialId>,
    /// Recorded by this rollback.
    pub batch: Option<BatchId>,
    /// Recorded at this time or later.
    pub from: Option<Timestamp>,
    /// Recorded before this time.
    pub to: Option<Timestamp>,
    /// That touched one of these ranks; any, if empty.
    pub ranks: Vec<RankName>,
    /// Of one of these accounts; of any, if empty.
    pub accounts: Vec<AccountId>,
}

/// A request to take changes back.
#[derive(Debug, Clone)]
pub struct RollbackRequest {
    /// Who acts.
    pub actor: Actor,
    /// Which changes.
    pub filter: RollbackFilter,
    /// [`OnConflict::Refuse`] leaves a change that is not clean as it is; [`OnConflict::Force`] undoes it all the same.
    pub on_conflict: OnConflict,
}
