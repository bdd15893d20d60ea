//! Writes what was planned, and counts what came of it.

use jiff::Timestamp;
use rankledger_domain::ids::{CommunityId, Ids};
use rankledger_domain::rank_change::Source;
use rankledger_storage::communities::NewCommunity;
use rankledger_storage::{StorageError, WriteTx};

use super::accounts::beginning;
use super::changes::History;
use super::definitions::Definitions;
use super::document::AccountEntry;
use super::plan::Plan;
use super::problems::ImportError;
use super::problems::Place;
use super::problems::written_at;
use super::stored::Stored;
use super::summary::Outcome;
use super::summary::Summary;
use super::summary::Tally;
use super::write_accounts::AccountWriter;
use crate::ops::record::{NewRankChange, record};

/// What is told how many accounts have been written, and of how many.
pub(super) type Progress<'a> = &'a mut (dyn FnMut(usize, usize) + Send);

pub(super) struct Writer<'a> {
    pub(super) tx: &'a mut dyn WriteTx,
    pub(super) ids: &'a dyn Ids,
    pub(super) now: Timestamp,
}

impl Writer<'_> {
    pub(super) async fn write(
        mut self,
        plan: Plan<'_>,
        entries: &[AccountEntry],
        stored: &Stored,
        progress: Progress<'_>,
    ) -> Result<Summary, ImportError> {
        let (outcome, new) = &plan.community;
        let community = self.community(*outcome, new, stored).await?;
        let mut summary = Summary {
            community: new.public_id.clone(),
            outcome: *outcome,
            servers: Tally::default(),
            departments: Tally::default(),
            ranks: Tally::default(),
            promotion_flows: Tally::default(),
            profile_fields: Tally::default(),
            clock_in_types: Tally::default(),
            custom_log_types: Tally::default(),
            accounts: Tally::default(),
            rank_changes_recorded: 0,
            rank_changes_known: plan.history.known,
        };
        self.structure(community, &plan, &mut summary).await?;
        self.definitions(community, &plan.definitions, &mut summary).await?;
        self.accounts(community, &plan, entries, &mut summary, progress).await?;
        self.beginnings(community, &plan, entries, &mut summary).await?;
        self.history(community, plan.history, &mut summary).await?;
        Ok(summary)
    }

    async fn community(
        &mut self,
        outcome: Outcome,
        community: &NewCommunity,
        stored: &Stored,
    ) -> Result<CommunityId, StorageError> {
        match stored.id() {
            None => self.tx.insert_community(community).await,
            Some(id) => {
                if outcome == Outcome::Updated {
                    self.tx.update_community(id, community).await?;
                }
                Ok(id)
            }
        }
    }

    async fn structure(
        &mut self,
        community: CommunityId,
        plan: &Plan<'_>,
        summary: &mut Summary,
    ) -> Result<(), ImportError> {
        for (outcome, server) in &plan.servers {
            summary.servers.count(*outcome);
            if *outcome != Outcome::Unchanged {
                self.tx.put_game_server(community, server).await?;
            }
        }
        for (outcome, department) in &plan.structure.departments {
            summary.departments.count(*outcome);
            if *outcome != Outcome::Unchanged {
                self.tx.put_department(community, department).await?;
            }
        }
        for (outcome, rank) in &plan.structure.ranks {
            summary.ranks.count(*outcome);
            if *outcome != Outcome::Unchanged {
                written_at(Place::root("departments"), self.tx.put_rank(community, rank).await)?;
            }
        }
        for (outcome, flow) in &plan.flows {
            summary.promotion_flows.count(*outcome);
            if *outcome != Outcome::Unchanged {
                written_at(Place::root("promotionFlows"), self.tx.put_promotion_flow(community, flow).await)?;
            }
        }
        Ok(())
    }

    async fn definitions(
        &mut self,
        community: CommunityId,
        definitions: &Definitions,
        summary: &mut Summary,
    ) -> Result<(), StorageError> {
        for (outcome, field) in &definitions.profile_fields {
            summary.profile_fields.count(*outcome);
            if *outcome != Outcome::Unchanged {
                self.tx.put_profile_field_definition(community, field).await?;
            }
        }
        for (outcome, kind) in &definitions.clock_in_types {
            summary.clock_in_types.count(*outcome);
            if *outcome != Outcome::Unchanged {
                self.tx.put_clockin_type(community, kind).await?;
            }
        }
        for (outcome, kind) in &definitions.custom_log_types {
            summary.custom_log_types.count(*outcome);
            if *outcome != Outcome::Unchanged {
                self.tx.put_custom_log_type(community, kind).await?;
            }
        }
        Ok(())
    }

    /// In the order of their ids, which is the order they are stored in: a large community is written much faster so.
    async fn accounts(
        &mut self,
        community: CommunityId,
        plan: &Plan<'_>,
        entries: &[AccountEntry],
        summary: &mut Summary,
        progress: Progress<'_>,
    ) -> Result<(), ImportError> {
        let root = Place::root("accounts");
        let settled = &plan.accounts.settled;
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by_key(|&index| settled[index].id);
        let mut writer = AccountWriter { tx: &mut *self.tx, community, ids: plan.natural_ids, now: self.now };
        for (done, index) in (1..).zip(order) {
            let outcome = writer.write(&entries[index], settled[index], root.index(index)).await?;
            summary.accounts.count(outcome);
            progress(done, entries.len());
        }
        Ok(())
    }

    /// Records how the new accounts came by the ranks and the status that they begin with, in the document's order.
    async fn beginnings(
        &mut self,
        community: CommunityId,
        plan: &Plan<'_>,
        entries: &[AccountEntry],
        summary: &mut Summary,
    ) -> Result<(), StorageError> {
        let first_changes = plan.history.first_changes();
        for (entry, settled) in entries.iter().zip(&plan.accounts.settled) {
            let transition = beginning(entry, &plan.structure.all_ranks);
            if !settled.is_new || transition.is_nothing() {
                continue;
            }
            // What it begins with was there when the first change of its history was made.
            let at = first_changes.get(&settled.id).map_or(self.now, |&first| first.min(self.now));
            let entry = NewRankChange::by_server(settled.id, transition, Source::Import, at);
            record(&mut *self.tx, self.ids, community, entry).await?;
            summary.rank_changes_recorded += 1;
        }
        Ok(())
    }

    async fn history(
        &mut self,
        community: CommunityId,
        history: History,
        summary: &mut Summary,
    ) -> Result<(), StorageError> {
        for change in history.planned {
            let entry =
                NewRankChange::by_server(change.account, change.transition, Source::Import, change.at)
                    .acted(change.actor, None)
                    .because(change.reason)
                    .with_undo_id(change.undo_id);
            record(&mut *self.tx, self.ids, community, entry).await?;
            summary.rank_changes_recorded += 1;
        }
        Ok(())
    }
}
