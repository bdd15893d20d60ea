//! Checks a whole document against itself and against what is stored, and plans what is to be written of it.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use rankledger_domain::game_server::GameServer;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::promotion_flow::PromotionFlow;
use rankledger_domain::rank::CommunityRanks;
use rankledger_storage::communities::NewCommunity;
use rankledger_storage::unfinished_imports::{ImportProgress, UnfinishedImport};
use rankledger_storage::{ReadTx, StorageError};

use super::accounts::{Settled, check_accounts};
use super::changes::{History, HistoryPlanner};
use super::community::plan_community;
use super::definitions::{Definitions, plan_definitions};
use super::differences::Standings;
use super::document::Document;
use super::errors::{DocumentErrors, ImportError};
use super::flows::plan_flows;
use super::identities::Identities;
use super::ids::NaturalIds;
use super::journal::Journal;
use super::one_person::check_discord_ids;
use super::outcome::Outcome;
use super::parts::{Known, PartsChecker};
use super::servers::plan_servers;
use super::stored::Stored;
use super::structure::{Structure, plan_structure};
use super::subscriptions::{Subscriptions, plan_subscriptions};
use super::unfinished::is_taken_back;
use super::write_accounts::compare_account;

/// The rows to be written. A document that is planned has no errors.
pub(super) struct Plan {
    /// The time of the import.
    pub(super) now: Timestamp,
    /// The community, if it is stored already; also one that an unfinished import makes.
    pub(super) stored: Option<CommunityId>,
    /// The unfinished import into the community.
    pub(super) unfinished: Option<UnfinishedImport>,
    /// Whether this import makes the community, or goes on with making it.
    pub(super) makes_community: bool,
    /// The ranks of the community before the import.
    pub(super) ranks_before: Arc<CommunityRanks>,
    pub(super) community: (Outcome, NewCommunity),
    pub(super) servers: Vec<(Outcome, GameServer)>,
    pub(super) structure: Structure,
    pub(super) flows: Vec<(Outcome, PromotionFlow)>,
    pub(super) definitions: Definitions,
    pub(super) subscriptions: Subscriptions,
    /// One for each account of the document.
    pub(super) accounts: Vec<(Outcome, Settled)>,
    pub(super) history: History,
    /// How stored accounts differ from the document.
    pub(super) standings: Standings,
    pub(super) first_changes: HashMap<AccountId, Timestamp>,
    pub(super) natural_ids: NaturalIds,
}

impl Plan {
    /// Returns the plan, or every error of the document.
    ///
    /// An import that makes its community is planned as it was when it began, however far it has come: nobody
    /// but the import writes to that community. So it ends as if it had not been cut off.
    pub(super) async fn make(
        tx: &mut dyn ReadTx,
        document: &Document,
        now: Timestamp,
    ) -> Result<Self, ImportError> {
        let public_id = &document.community.id;
        let unfinished = unfinished_import(tx, public_id).await?;
        let making = unfinished.filter(|import| import.makes_community);
        if let Some(other) = making.filter(|import| import.document != document.hash) {
            let community = public_id.clone();
            if is_taken_back(&other) {
                return Err(ImportError::TakenBack(community));
            }
            return Err(ImportError::OtherDocument { community, begun_at: other.begun_at });
        }
        let now = making.map_or(now, |import| import.begun_at);
        let stored = Stored::load(tx, public_id).await?;
        let ranks_before = match stored.id() {
            Some(community) => tx.ranks(community).await?,
            None => Arc::default(),
        };

        let errors = &mut DocumentErrors::at(&document.places);
        let community = plan_community(&document.community, &stored, now, errors);
        let ids = NaturalIds::of(community.1.uuid);
        let structure = plan_structure(&document.departments, &stored, ids, errors);
        let ranks = &structure.all_ranks;
        let servers = plan_servers(&document.servers, &stored.servers, ranks, now, errors);
        let flows = plan_flows(&document.promotion_flows, &stored.flows, ranks, ids, errors);
        let definitions = plan_definitions(document, &stored, ids, errors);
        let subscriptions =
            plan_subscriptions(&document.subscriptions, &stored.subscriptions, ids, now, errors);
        let identities = Identities::load(&mut *tx, &stored, document, ids).await?;
        let accounts = check_accounts(&document.accounts, &stored, &identities, ranks, ids, now, errors);
        check_discord_ids(&document.accounts, &accounts, &identities, &stored, errors);
        let known = Known::of(&servers, &definitions, &stored);
        let checker = PartsChecker::new(&mut *tx, &stored, &identities, &known, errors);
        checker.check(&document.accounts, &accounts).await?;
        let mut planner =
            HistoryPlanner { tx: &mut *tx, stored: &stored, accounts: &accounts, ranks, now, errors };
        let mut history = planner.plan(document).await?;
        let standings = planner.compare(document, &mut history).await?;
        let settled = accounts.settled;
        std::mem::take(errors).into_result()?;

        let accounts = compare_accounts(tx, stored.id(), document, settled, ids, now).await?;
        Ok(Self {
            now,
            stored: stored.id().or(making.map(|import| import.community)),
            unfinished,
            makes_community: stored.id().is_none(),
            ranks_before,
            community,
            servers,
            structure,
            flows,
            definitions,
            subscriptions,
            accounts,
            first_changes: history.first_changes(),
            history,
            standings,
            natural_ids: ids,
        })
    }

    /// Returns how much an import that makes its community has written before.
    pub(super) fn written_before(&self) -> ImportProgress {
        let resumed = self.unfinished.filter(|import| import.makes_community);
        resumed.map_or(ImportProgress::default(), |import| import.written)
    }

    /// Returns what is known of the import in the database before the first portion.
    pub(super) fn journal(&self) -> Journal {
        Journal { community: self.stored, unfinished: self.unfinished }
    }

    /// Returns how many accounts of the document need not be written any more.
    pub(super) fn accounts_in_place(&self) -> usize {
        let unchanged = self.accounts.iter().filter(|(outcome, _)| *outcome == Outcome::Unchanged).count();
        unchanged + usize::try_from(self.written_before().accounts).unwrap_or(0)
    }
}

/// Returns the unfinished import into the community of this public id. `None` if there is none.
async fn unfinished_import(
    tx: &mut dyn ReadTx,
    public_id: &str,
) -> Result<Option<UnfinishedImport>, StorageError> {
    let all = tx.unfinished_imports().await?;
    Ok(all.into_iter().find(|(id, _)| id == public_id).map(|(_, import)| import))
}

/// Finds out what becomes of each account.
async fn compare_accounts(
    tx: &mut dyn ReadTx,
    community: Option<CommunityId>,
    document: &Document,
    settled: Vec<Settled>,
    ids: NaturalIds,
    now: Timestamp,
) -> Result<Vec<(Outcome, Settled)>, StorageError> {
    let mut accounts = Vec::with_capacity(settled.len());
    for (entry, settled) in document.accounts.iter().zip(settled) {
        let outcome = match community {
            Some(community) if !settled.is_new => {
                compare_account(tx, community, entry, settled, ids, now).await?.outcome()
            }
            _ => Outcome::Made,
        };
        accounts.push((outcome, settled));
    }
    Ok(accounts)
}
