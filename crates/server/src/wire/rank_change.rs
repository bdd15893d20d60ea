//! An entry of the ledger on the wire.

use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CredentialId, LogId, RankId, UndoId};
use rankledger_storage::history::LinkedChange;
use schemars::JsonSchema;
use serde::Serialize;

use crate::wire::time::Time;

/// A rank that is held, and the end of its grant.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GrantBody {
    rank: RankId,
    expires_at: Option<Time>,
}

impl From<HeldRank> for GrantBody {
    fn from(held: HeldRank) -> Self {
        Self { rank: held.rank, expires_at: held.expires_at.map(Time) }
    }
}

fn grants(held: impl IntoIterator<Item = HeldRank>) -> Vec<GrantBody> {
    held.into_iter().map(GrantBody::from).collect()
}

/// A recorded rank change.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntryBody {
    undo_id: UndoId,
    change_number: ChangeNumber,
    log_id: LogId,
    acc_id: AccountId,
    at: Time,
    /// `change`, `undo` or `redo`.
    kind: &'static str,
    /// The source, such as `api` or `flow`.
    source: &'static str,
    /// The person who acted, if one was named.
    user_id: Option<AccountId>,
    /// The credential that was used; null for the operator and the server itself.
    credential_id: Option<CredentialId>,
    reason: Option<String>,
    /// The rollback that recorded the change.
    batch_id: Option<BatchId>,
    previous_ranks: Vec<GrantBody>,
    current_ranks: Vec<GrantBody>,
    added: Vec<GrantBody>,
    removed: Vec<GrantBody>,
    previous_status: bool,
    current_status: bool,
    /// The status that was asked for.
    active: Option<bool>,
    /// The number of the change that it reverses.
    reverses: Option<ChangeNumber>,
    /// The number of the change that reversed it.
    reversed_by: Option<ChangeNumber>,
    /// The hash of the change: 64 hexadecimal digits.
    hash: String,
}

impl From<LinkedChange> for EntryBody {
    fn from(LinkedChange { change, hash }: LinkedChange) -> Self {
        let transition = change.transition;
        Self {
            undo_id: change.undo_id,
            change_number: change.number,
            log_id: change.log_id,
            acc_id: change.account,
            at: Time(change.at),
            kind: change.kind.as_str(),
            source: change.source.as_str(),
            user_id: change.actor,
            credential_id: change.credential,
            reason: change.reason,
            batch_id: change.batch,
            added: grants(transition.added()),
            removed: grants(transition.removed()),
            previous_ranks: grants(transition.before),
            current_ranks: grants(transition.after),
            previous_status: transition.status_before,
            current_status: transition.status_after,
            active: transition.active,
            reverses: change.reverses,
            reversed_by: change.reversed_by,
            hash: hash.to_string(),
        }
    }
}

/// How many cells an entry has in a table.
const WIDTH: usize = 21;

/// An entry in a table.
pub type Cells = [String; WIDTH];

impl EntryBody {
    /// What the cells of a table are called.
    pub const COLUMNS: [&'static str; WIDTH] = [
        "changeNumber",
        "undoId",
        "logId",
        "accId",
        "at",
        "kind",
        "source",
        "userId",
        "credentialId",
        "reason",
        "batchId",
        "previousRanks",
        "currentRanks",
        "added",
        "removed",
        "previousStatus",
        "currentStatus",
        "active",
        "reverses",
        "reversedBy",
        "hash",
    ];

    /// The entry as cells of a table, in the order of [`Self::COLUMNS`]. Grants are separated by spaces, each a rank, with `@`
    /// and its end if it has one.
    #[must_use]
    pub fn cells(self) -> Cells {
        [
            self.change_number.to_string(),
            self.undo_id.to_string(),
            self.log_id.to_string(),
            self.acc_id.to_string(),
            self.at.to_string(),
            self.kind.to_owned(),
            self.source.to_owned(),
            optional(self.user_id),
            optional(self.credential_id),
            inert(self.reason),
            optional(self.batch_id),
            words(&self.previous_ranks),
            words(&self.current_ranks),
            words(&self.added),
            words(&self.removed),
            self.previous_status.to_string(),
            self.current_status.to_string(),
            optional(self.active),
            optional(self.reverses),
            optional(self.reversed_by),
            self.hash,
        ]
    }

    /// What stands in a table in the place of a change whose row cannot be read: its number, and so of its kind.
    #[must_use]
    pub fn unreadable(number: ChangeNumber) -> Cells {
        Self::COLUMNS.map(|column| match column {
            "changeNumber" => number.to_string(),
            "kind" => "unreadable".to_owned(),
            _ => String::new(),
        })
    }
}

fn optional(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn words(grants: &[GrantBody]) -> String {
    let words = grants.iter().map(|grant| match grant.expires_at {
        Some(end) => format!("{}@{end}", grant.rank),
        None => grant.rank.to_string(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What people wrote, with an apostrophe before it where a spreadsheet would take it for a formula.
fn inert(text: Option<String>) -> String {
    let text = text.unwrap_or_default();
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}
