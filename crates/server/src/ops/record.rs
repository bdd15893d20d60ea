//! Records a planned transition: the rank change, and with it the account's ranks and status. The rank change
//! is its own event: whoever delivers events reads them from the ledger.

use jiff::Timestamp;
use rankledger_domain::ids::{
    AccountId, BatchId, ChangeNumber, CommunityId, CredentialId, Ids, LogId, UndoId,
};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;
use rankledger_storage::{StorageError, WriteTx};

/// A rank change about to be recorded: it has no number yet.
#[derive(Debug, Clone)]
pub struct NewRankChange {
    account: AccountId,
    transition: Transition,
    kind: ChangeKind,
    source: Source,
    actor: Option<AccountId>,
    credential: Option<CredentialId>,
    reason: Option<String>,
    batch: Option<BatchId>,
    reverses: Option<ChangeNumber>,
    at: Timestamp,
    undo_id: Option<UndoId>,
}

impl NewRankChange {
    /// Returns a change of its own that nobody makes but the server. Every other one begins with this.
    #[must_use]
    pub fn by_server(account: AccountId, transition: Transition, source: Source, at: Timestamp) -> Self {
        Self {
            account,
            transition,
            kind: ChangeKind::Change,
            source,
            actor: None,
            credential: None,
            reason: None,
            batch: None,
            reverses: None,
            at,
            undo_id: None,
        }
    }

    /// Says who makes it: the person, and the credential that is used.
    #[must_use]
    pub fn acted(self, actor: Option<AccountId>, credential: Option<CredentialId>) -> Self {
        Self { actor, credential, ..self }
    }

    /// Gives the reason, in the words of whoever acts.
    #[must_use]
    pub fn because(self, reason: Option<String>) -> Self {
        Self { reason, ..self }
    }

    /// Makes it the reversal of `target`: its undo, or a redo.
    #[must_use]
    pub fn reversing(self, target: &RankChange) -> Self {
        Self { kind: target.kind.reversal(), reverses: Some(target.number), ..self }
    }

    /// Makes it a part of a rollback.
    #[must_use]
    pub fn in_batch(self, batch: BatchId) -> Self {
        Self { batch: Some(batch), ..self }
    }

    /// Chooses the undo id to record it under, instead of a new one.
    #[must_use]
    pub fn with_undo_id(self, undo_id: UndoId) -> Self {
        Self { undo_id: Some(undo_id), ..self }
    }

    fn numbered(self, number: ChangeNumber, ids: &dyn Ids) -> RankChange {
        RankChange {
            number,
            undo_id: self.undo_id.unwrap_or_else(|| UndoId::holding(number, ids.uuid())),
            log_id: LogId(ids.uuid()),
            account: self.account,
            at: self.at,
            transition: self.transition,
            kind: self.kind,
            source: self.source,
            actor: self.actor,
            credential: self.credential,
            reason: self.reason,
            batch: self.batch,
            reverses: self.reverses,
            reversed_by: None,
        }
    }
}

/// Carries a transition out and records it under the community's next number.
pub async fn record(
    tx: &mut dyn WriteTx,
    ids: &dyn Ids,
    community: CommunityId,
    new: NewRankChange,
) -> Result<RankChange, StorageError> {
    let change = new.numbered(tx.ledger_head(community).await?.number.next(), ids);
    tx.append_rank_change(community, &change).await?;
    Ok(change)
}
