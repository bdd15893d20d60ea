//! Writes one portion of a plan: a command of the ledger writer.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use rankledger_domain::identifier::{IdentifierName, is_personal};
use rankledger_domain::ids::{AccountId, CommunityId, FlagId};
use rankledger_domain::log::ActKind;
use rankledger_domain::rank_change::Source;
use rankledger_storage::StorageError;
use rankledger_storage::communities::NewCommunity;
use rankledger_storage::prefetch::Prefetch;
use rankledger_storage::unfinished_imports::{ImportProgress, UnfinishedImport};
use uuid::Uuid;

use super::accounts::beginning;
use super::document::Document;
use super::errors::{DocumentPlace, ImportError, written_at};
use super::journal::Journal;
use super::outcome::Outcome;
use super::plan::Plan;
use super::portions::Portion;
use super::write_accounts::write_account;
use crate::ops::accounts::flags::flag_if_shared;
use crate::ops::acts::{NewAct, Origin};
use crate::ops::error::LedgerError;
use crate::ops::game_servers::push;
use crate::ops::record::NewRankChange;
use crate::ops::signing_key::make_key;
use crate::ops::{Command, Ledger, OpError, Work, logged};

/// Writes one portion.
#[derive(Clone)]
pub(super) struct WritePortion {
    plan: Arc<Plan>,
    document: Arc<Document>,
    /// The state that the database must have.
    journal: Journal,
    portion: Portion,
    /// The reason of a failure, for which the ledger's own error has no room.
    failure: Arc<Mutex<Option<ImportError>>>,
}

impl WritePortion {
    pub(super) fn new(
        plan: &Arc<Plan>,
        document: &Arc<Document>,
        journal: Journal,
        portion: Portion,
    ) -> Self {
        let (plan, document) = (Arc::clone(plan), Arc::clone(document));
        Self { plan, document, journal, portion, failure: Arc::default() }
    }

    /// Submits the command. Returns the state of the import afterwards.
    pub(super) async fn submit(self, ledger: &Ledger) -> Result<Journal, ImportError> {
        let failure = Arc::clone(&self.failure);
        ledger.submit(self).await.map_err(|error| {
            let known = failure.lock().unwrap_or_else(PoisonError::into_inner).take();
            known.unwrap_or_else(|| ImportError::from(error))
        })
    }
}

impl From<OpError> for ImportError {
    fn from(error: OpError) -> Self {
        match error {
            OpError::Storage(error) => Self::Storage(error),
            error => Self::Ledger(error),
        }
    }
}

#[async_trait]
impl Command for WritePortion {
    type Output = Journal;

    /// A portion hardly ever fails once it writes, and a savepoint would cost SQLite a quarter of its time:
    /// each of the thousands of statements then has a look at all pages before it.
    const WRITES_LAST: bool = true;

    fn community(&self) -> Option<CommunityId> {
        self.journal.community
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Journal, OpError> {
        match self.write(work).await {
            Ok(journal) => Ok(journal),
            Err(error) => {
                let error = error.described_by(&self.document.places);
                self.failure.lock().unwrap_or_else(PoisonError::into_inner).replace(error);
                Err(LedgerError::NotCommitted.into())
            }
        }
    }
}

impl WritePortion {
    async fn write(&self, work: &mut Work<'_>) -> Result<Journal, ImportError> {
        work.tx.expect_many_rows()?;
        let community = if let Some(community) = self.journal.community {
            self.check_nothing_changed(work, community).await?;
            community
        } else {
            let made = work.tx.insert_community(&self.plan.community.1).await;
            let made = written_at(DocumentPlace::root("community"), made)?;
            make_key(work.tx.as_mut(), made).await?;
            made
        };
        if self.portion.structure {
            self.structure(work, community).await?;
        }
        self.accounts(work, community).await?;
        self.beginnings(work, community).await?;
        self.changes(work, community).await?;
        let unfinished = self.keep_journal(work, community).await?;
        Ok(Journal { community: Some(community), unfinished })
    }

    /// Makes sure that no other import has begun, and that the community has the ranks that the plan was made
    /// with.
    async fn check_nothing_changed(
        &self,
        work: &mut Work<'_>,
        community: CommunityId,
    ) -> Result<(), ImportError> {
        if work.tx.unfinished_import(community).await? != self.journal.unfinished {
            return Err(ImportError::Overtaken);
        }
        let Plan { structure, ranks_before, .. } = &*self.plan;
        let expected = if self.portion.structure { ranks_before } else { &structure.all_ranks };
        if work.tx.ranks(community).await?.as_ref() != expected {
            return Err(ImportError::Changed("a rank of the community".to_owned()));
        }
        Ok(())
    }

    /// Notes how far the import has come; with the last portion removes that note.
    async fn keep_journal(
        &self,
        work: &mut Work<'_>,
        community: CommunityId,
    ) -> Result<Option<UnfinishedImport>, ImportError> {
        if self.portion.is_last {
            self.log(work, community).await?;
            self.plan.subscriptions.write(work, community).await?;
            let subscriptions = work.tx.subscriptions(community).await?;
            // Servers that are unchanged may have been written by an import that was cut off.
            for (_, server) in &self.plan.servers {
                push::follow(work, community, &subscriptions, server.id, Some(server)).await?;
            }
            if self.journal.unfinished.is_some() {
                work.tx.finish_import(community).await?;
            }
            return Ok(None);
        }
        let is_first = self.journal == self.plan.journal();
        let written = match self.journal.unfinished {
            Some(import) if !is_first => import.written,
            _ => self.plan.written_before(),
        };
        let more = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let import = UnfinishedImport {
            community,
            makes_community: self.plan.makes_community,
            document: self.document.hash,
            begun_at: self.plan.now,
            written: ImportProgress {
                accounts: written.accounts + more(self.portion.accounts.len()),
                beginnings: written.beginnings + more(self.portion.beginnings.len()),
                changes: written.changes + more(self.portion.changes.len()),
            },
        };
        work.tx.put_unfinished_import(&import).await?;
        Ok(Some(import))
    }

    /// Writes into the log that the import is finished.
    async fn log(&self, work: &mut Work<'_>, community: CommunityId) -> Result<(), StorageError> {
        let done = self.plan.summary(&self.document).logged(&self.document.hash);
        work.log(Origin::operator(community), NewAct::of(ActKind::ImportFinished).after(&done)).await
    }

    async fn structure(&self, work: &mut Work<'_>, community: CommunityId) -> Result<(), ImportError> {
        let plan = &*self.plan;
        if let (Outcome::Updated, new) = &plan.community {
            update_settings(work, community, new).await?;
        }
        let tx = work.tx.as_mut();
        for server in changed(&plan.servers) {
            tx.put_game_server(community, server).await?;
        }
        for department in changed(&plan.structure.departments) {
            tx.put_department(community, department).await?;
        }
        for rank in changed(&plan.structure.ranks) {
            written_at(DocumentPlace::root("departments"), tx.put_rank(community, rank).await)?;
        }
        for flow in changed(&plan.flows) {
            written_at(DocumentPlace::root("promotionFlows"), tx.put_promotion_flow(community, flow).await)?;
        }
        for field in changed(&plan.definitions.profile_fields) {
            tx.put_profile_field_definition(community, field).await?;
        }
        for kind in changed(&plan.definitions.clock_in_types) {
            tx.put_clockin_type(community, kind).await?;
        }
        for kind in changed(&plan.definitions.custom_log_types) {
            tx.put_custom_log_type(community, kind).await?;
        }
        Ok(())
    }

    async fn accounts(&self, work: &mut Work<'_>, community: CommunityId) -> Result<(), ImportError> {
        let (plan, root) = (&*self.plan, DocumentPlace::root("accounts"));
        for &index in &self.portion.accounts {
            let (entry, (_, settled)) = (&self.document.accounts[index], plan.accounts[index]);
            let (ids, place) = (plan.natural_ids, root.index(index));
            write_account(work.tx.as_mut(), community, entry, settled, ids, plan.now, place).await?;
            for identifier in entry.identifiers.iter().filter(|entry| !is_personal(&entry.kind)) {
                let name = IdentifierName { kind: identifier.kind.clone(), value: identifier.value.clone() };
                let wanted =
                    identifier.flag_id.as_deref().and_then(|id| Uuid::parse_str(id).ok()).map(FlagId);
                flag_if_shared(work, community, settled.id, &name, wanted).await?;
            }
        }
        Ok(())
    }

    /// Records how new accounts came by the ranks and the status that they begin with.
    async fn beginnings(&self, work: &mut Work<'_>, community: CommunityId) -> Result<(), ImportError> {
        let plan = &*self.plan;
        let accounts = self.portion.beginnings.iter().map(|&index| plan.accounts[index].1.id);
        prefetch(work, community, accounts).await?;
        for &index in &self.portion.beginnings {
            let account = plan.accounts[index].1.id;
            let transition = beginning(&self.document.accounts[index], &plan.structure.all_ranks);
            // An account begins no later than its first change.
            let at = plan.first_changes.get(&account).map_or(plan.now, |&first| first.min(plan.now));
            let reason = self.document.accounts[index].reason.clone();
            let new = NewRankChange::by_server(account, transition, Source::Import, at).because(reason);
            work.record(community, new).await?;
        }
        Ok(())
    }

    /// Records changes of the document's history.
    async fn changes(&self, work: &mut Work<'_>, community: CommunityId) -> Result<(), ImportError> {
        let changes = &self.plan.history.planned[self.portion.changes.clone()];
        prefetch(work, community, changes.iter().map(|change| change.account)).await?;
        for change in changes {
            let transition = &change.transition;
            let found = work.tx.standing(community, change.account).await?.map(|found| found.account);
            let is_as_planned = found.is_some_and(|account| {
                account.ranks == transition.before && account.com_status == transition.status_before
            });
            if !is_as_planned {
                return Err(ImportError::Changed(format!("the account {}", change.account)));
            }
            let new = NewRankChange::by_server(change.account, transition.clone(), Source::Import, change.at)
                .acted(change.actor, None)
                .because(change.reason.clone());
            let new = match change.undo_id {
                Some(undo_id) => new.with_undo_id(undo_id),
                None => new,
            };
            work.record(community, new).await?;
        }
        Ok(())
    }
}

/// Brings the settings of the community up to date, and writes that into the log.
async fn update_settings(
    work: &mut Work<'_>,
    community: CommunityId,
    new: &NewCommunity,
) -> Result<(), StorageError> {
    let act = NewAct::of(ActKind::SettingsChanged).after(&logged::new_settings(new));
    let act = match work.tx.community(community).await? {
        Some(old) => act.before(&logged::settings(&old)),
        None => act,
    };
    work.tx.update_community(community, new).await?;
    work.log(Origin::operator(community), act).await
}

/// Returns the rows that are not stored like this.
fn changed<T>(planned: &[(Outcome, T)]) -> impl Iterator<Item = &T> {
    planned.iter().filter(|(outcome, _)| *outcome != Outcome::Unchanged).map(|(_, row)| row)
}

async fn prefetch(
    work: &mut Work<'_>,
    community: CommunityId,
    accounts: impl Iterator<Item = AccountId>,
) -> Result<(), StorageError> {
    let standings = accounts.map(|account| (community, account)).collect();
    work.tx.prefetch(&Prefetch { standings, ..Prefetch::default() }).await
}
