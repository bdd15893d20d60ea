//! Rank changes, run as the ledger writer runs them, without HTTP.

use anyhow::Result;
use jiff::Timestamp;
use rankledger_domain::account::HeldRank;
use rankledger_domain::change::ChangeRequest;
use rankledger_domain::grant::Grant;
use rankledger_domain::ids::Ids;
use rankledger_domain::rank::RankName;
use rankledger_domain::transition::Transition;
use rankledger_server::ops::actor::Actor;
use rankledger_server::ops::change_ranks::ChangeRanks;
use rankledger_server::ops::{Command, Work};
use rankledger_storage::Storage;

use crate::community::rank_id;
use crate::member::{account_id, ranks_of_everybody};

/// Whether a rank is given or taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The rank is given to somebody who does not hold it.
    Give,
    /// The rank is taken from somebody who holds it.
    Take,
}

/// An account and a rank, each by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The account.
    pub account: u32,
    /// The rank.
    pub rank: u8,
}

/// The request for one change.
#[must_use]
pub fn request(step: Step, rank: u8) -> ChangeRequest {
    let name = RankName::Id(rank_id(rank));
    match step {
        Step::Give => ChangeRequest { add: Some(vec![Grant::plain(name)]), ..ChangeRequest::default() },
        Step::Take => ChangeRequest { remove: Some(vec![name]), ..ChangeRequest::default() },
    }
}

/// Returns the effect of the change on an account that otherwise has the ranks of everybody.
#[must_use]
pub fn transition(step: Step, rank: u8) -> Transition {
    let without = ranks_of_everybody();
    let mut with = without.clone();
    with.push(HeldRank::permanent(rank_id(rank)));
    let (before, after) = match step {
        Step::Give => (without, with),
        Step::Take => (with, without),
    };
    Transition { before, after, status_before: true, status_after: true, active: None }
}

/// Makes these changes in one commit. Each must change something.
pub async fn run_group(
    storage: &dyn Storage,
    ids: &dyn Ids,
    actor: &Actor,
    group: &[(Step, Target)],
    at: Timestamp,
) -> Result<()> {
    let mut work = Work::new(storage.begin().await?, ids, at);
    for &(step, target) in group {
        let command = ChangeRanks {
            actor: actor.clone(),
            account: account_id(target.account),
            request: request(step, target.rank),
            reason: None,
            if_version: None,
        };
        let changed = command.run(&mut work).await?;
        anyhow::ensure!(
            changed.change.is_some(),
            "account {} already is as the change of rank {} would leave it: is the database freshly seeded?",
            target.account,
            target.rank,
        );
    }
    work.tx.commit().await?;
    Ok(())
}
