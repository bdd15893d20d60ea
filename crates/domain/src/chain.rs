//! The hash chain of a community's ledger: the hash of each rank change covers its content and the hash
//! before it.
//!
//! Hash `n` is SHA-256 of hash `n - 1` (32 bytes) and the [`content`] of change `n`. Hash 0 is [`genesis`],
//! which names the community. So a person who knows the hash of a change can find out whether that change, or
//! any before it, was altered.
//!
//! The number of the reversal is not part of a change's content, because it is known only later: the content
//! of the reversal names the change that it reverses.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::account::HeldRank;
use crate::ids::{AccountId, BatchId, ChangeNumber, CredentialId, LogId, RankId, UndoId};
use crate::rank_change::RankChange;

/// A link of the chain: a SHA-256 hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainHash(pub [u8; 32]);

impl fmt::Display for ChainHash {
    /// Writes 64 hexadecimal digits, all at once: a page of the history shows a hash for each change.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not a hash: 64 hexadecimal digits")]
pub struct NotAHash;

impl FromStr for ChainHash {
    type Err = NotAHash;

    /// Reads 64 hexadecimal digits in lower case.
    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).map_err(|_| NotAHash)?;
        bytes.try_into().map(Self).map_err(|_| NotAHash)
    }
}

/// Returns the beginning of the chain of the community with this UUID: SHA-256 of `rankledger:` and the UUID
/// in lower case.
#[must_use]
pub fn genesis(community: Uuid) -> ChainHash {
    ChainHash(Sha256::digest(format!("rankledger:{}", community.hyphenated())).into())
}

/// Returns the hash of a change, given the hash of the change before it.
#[must_use]
pub fn link(previous: ChainHash, change: &RankChange) -> ChainHash {
    ChainHash(Sha256::new().chain_update(previous.0).chain_update(content(change)).finalize().into())
}

/// Returns the content of a change: compact JSON with its members in a fixed order. Times are milliseconds
/// since 1970. A grant is written as its rank and its end, null without one.
#[must_use]
pub fn content(change: &RankChange) -> Vec<u8> {
    let transition = &change.transition;
    let content = Content {
        number: change.number,
        undo_id: change.undo_id,
        log_id: change.log_id,
        account: change.account,
        at: change.at.as_millisecond(),
        before: grants(&transition.before),
        after: grants(&transition.after),
        status_before: transition.status_before,
        status_after: transition.status_after,
        active: transition.active,
        kind: change.kind.as_str(),
        source: change.source.as_str(),
        actor: change.actor,
        credential: change.credential,
        reason: change.reason.as_deref(),
        reverses: change.reverses,
        batch: change.batch,
    };
    serde_json::to_vec(&content).expect("plain data always has a JSON form")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content<'a> {
    number: ChangeNumber,
    undo_id: UndoId,
    log_id: LogId,
    account: AccountId,
    at: i64,
    before: Vec<(RankId, Option<i64>)>,
    after: Vec<(RankId, Option<i64>)>,
    status_before: bool,
    status_after: bool,
    active: Option<bool>,
    kind: &'static str,
    source: &'static str,
    actor: Option<AccountId>,
    credential: Option<CredentialId>,
    reason: Option<&'a str>,
    reverses: Option<ChangeNumber>,
    batch: Option<BatchId>,
}

fn grants(held: &[HeldRank]) -> Vec<(RankId, Option<i64>)> {
    held.iter().map(|held| (held.rank, held.expires_at.map(Timestamp::as_millisecond))).collect()
}
