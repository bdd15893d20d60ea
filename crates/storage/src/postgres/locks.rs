//! Locks: a transaction that writes to a community has locked the head of its ledger, so that no other writes
//! to it meanwhile.

use std::collections::HashSet;

use futures_util::join;
use rankledger_domain::ids::{ChangeNumber, CommunityId};
use tokio_postgres::Row;

use super::codec::{chain_hash, get};
use super::session::Params;
use super::tx::PgTx;
use crate::history::LedgerHead;
use crate::{Result, StorageError};

/// Whether to wait for a community to which somebody else writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IfLocked {
    Wait,
    Skip,
}

impl PgTx {
    /// Whether this transaction has locked a community, so that what was read of it stays true until the end.
    pub(super) fn is_locked(&self, community: CommunityId) -> bool {
        self.seen.locked.contains(&community)
    }

    /// Locks a community, if this transaction writes and has not done so yet.
    pub(super) async fn lock(&mut self, community: CommunityId) -> Result<()> {
        self.lock_all(&[community], IfLocked::Wait).await
    }

    /// Locks several communities, in the order that all transactions keep to.
    pub(super) async fn lock_all(&mut self, communities: &[CommunityId], if_locked: IfLocked) -> Result<()> {
        let is_free = |community: &&CommunityId| !self.is_locked(**community);
        let ids: Vec<_> = communities.iter().filter(is_free).map(|community| community.0).collect();
        if !self.session.is_writer() || ids.is_empty() {
            return Ok(());
        }
        let lock = match if_locked {
            IfLocked::Wait => {
                "SELECT last_number, last_hash, community FROM ledger_heads
                 WHERE community = ANY ($1) ORDER BY community FOR UPDATE"
            }
            IfLocked::Skip => {
                "SELECT last_number, last_hash, community FROM ledger_heads
                 WHERE community = ANY ($1) ORDER BY community FOR UPDATE SKIP LOCKED"
            }
        };
        let revisions = "SELECT id, revision FROM communities WHERE id = ANY ($1)";
        let params: Params<'_> = &[&ids];
        // In this order: a revision must be that which is there once the lock is.
        let (heads, revisions) = join!(
            self.all(lock, params, locked_head),
            self.all(revisions, params, |row| Ok((CommunityId(get(row, 0)?), get(row, 1)?))),
        );
        let (heads, revisions) = (heads?, revisions?);
        let locked: HashSet<_> = match if_locked {
            // Also a community that has no head yet.
            IfLocked::Wait => ids.into_iter().map(CommunityId).collect(),
            IfLocked::Skip => heads.iter().map(|(community, _)| *community).collect(),
        };
        for (community, head) in heads {
            // A broken one is read again by the command that needs it, and fails no other.
            if let Ok(head) = head {
                self.seen.heads.found(community, head);
            }
        }
        let of_locked = revisions.into_iter().filter(|(community, _)| locked.contains(community));
        self.seen.revisions.extend(of_locked);
        self.seen.locked.extend(locked);
        Ok(())
    }

    /// Notes a community that this transaction has made: nobody else sees it yet.
    pub(super) fn lock_new(&mut self, community: CommunityId) {
        self.seen.locked.insert(community);
    }
}

/// Reads a row of a head that is locked: whose it is, and the head.
fn locked_head(row: &Row) -> Result<(CommunityId, Result<LedgerHead>)> {
    let community = CommunityId(get(row, 2)?);
    Ok((community, ledger_head(row, community)))
}

/// Reads the number and the hash of a ledger's last change. [`StorageError::BrokenLedger`] if there is no
/// hash.
pub(super) fn ledger_head(row: &Row, community: CommunityId) -> Result<LedgerHead> {
    let hash = chain_hash(row, 1).map_err(|_| StorageError::BrokenLedger(community))?;
    Ok(LedgerHead { number: ChangeNumber(get(row, 0)?), hash })
}
