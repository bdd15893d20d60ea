//! Recording a planned transition: the account's ranks and status, the ledger entry and the event, in one transaction.

use jiff::Timestamp;
use rankledger_domain::ids::{
    AccountId, BatchId, ChangeNumber, CommunityId, CredentialId, Ids, LogId, UndoId,
};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;
use rankledger_storage::outbox::{ACCOUNT_UPDATED, OutboxEvent};
use rankledger_storage::{StorageError, WriteTx};

/// A transition to be recorded, and what is to be known of it later.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The account it changes.
    pub account: AccountId,
    /// What it does.
    pub transition: Transition,
    /// See [`RankChange::kind`].
    pub kind: ChangeKind,
    /// See [`RankChange::source`].
    pub source: Source,
    /// See [`RankChange::actor`].
    pub actor: Option<AccountId>,
    /// See [`RankChange::credential`].
    pub credential: Option<CredentialId>,
    /// See [`RankChange::reason`].
    pub reason: Option<String>,
    /// See [`RankChange::batch`].
    pub batch: Option<BatchId>,
    /// See [`RankChange::reverses`].
    pub reverses: Option<ChangeNumber>,
    /// See [`RankChange::at`].
    pub at: Timestamp,
    /// The undo id to record it under; a new one, if absent.
    pub undo_id: Option<UndoId>,
}

/// A recorded change, and the version of its account after it.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The ledger's entry.
    pub change: RankChange,
    /// See [`rankledger_storage::accounts::VersionedAccount::version`].
    pub version: i64,
}

/// Carries a transition out and records it under the community's next number.
pub async fn record(
    tx: &mut dyn WriteTx,
    ids: &dyn Ids,
    community: CommunityId,
    entry: Entry,
) -> Result<Recorded, StorageError> {
    let change = RankChange {
        number: tx.ledger_head(community).await?.number.next(),
        undo_id: entry.undo_id.unwrap_or_else(|| UndoId(ids.uuid())),
        log_id: LogId(ids.uuid()),
        account: entry.account,
        at: entry.at,
        transition: entry.transition,
        kind: entry.kind,
        source: entry.source,
        actor: entry.actor,
        credential: entry.credential,
        reason: entry.reason,
        batch: entry.batch,
        reverses: entry.reverses,
        reversed_by: None,
    };
    let version = tx.apply_transition(community, change.account, &change.transition).await?;
    tx.append_rank_change(community, &change).await?;
    let event = OutboxEvent {
        id: ids.uuid(),
        topic: ACCOUNT_UPDATED.to_owned(),
        account: change.account,
        change: Some(change.number),
        at: change.at,
    };
    tx.push_event(community, &event).await?;
    Ok(Recorded { change, version })
}
