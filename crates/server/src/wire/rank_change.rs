//! A recorded rank change on the wire: as JSON in the history, its export and the event stream, and as a row
//! of a table.

use std::borrow::Cow;

use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CredentialId, LogId, RankId, UndoId};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;
use rankledger_storage::history::LinkedChange;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wire::time::Time;

/// A rank that is held, and the end of its grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GrantBody {
    pub(crate) rank: RankId,
    pub(crate) expires_at: Option<Time>,
}

impl From<HeldRank> for GrantBody {
    fn from(held: HeldRank) -> Self {
        Self { rank: held.rank, expires_at: held.expires_at.map(Time) }
    }
}

impl From<GrantBody> for HeldRank {
    fn from(grant: GrantBody) -> Self {
        Self { rank: grant.rank, expires_at: grant.expires_at.map(|Time(end)| end) }
    }
}

fn grants(held: impl IntoIterator<Item = HeldRank>) -> Vec<GrantBody> {
    held.into_iter().map(GrantBody::from).collect()
}

fn held(grants: Vec<GrantBody>) -> Vec<HeldRank> {
    grants.into_iter().map(HeldRank::from).collect()
}

/// A recorded rank change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RankChangeBody {
    pub(crate) undo_id: UndoId,
    pub(crate) change_number: ChangeNumber,
    pub(crate) log_id: LogId,
    pub(crate) acc_id: AccountId,
    pub(crate) at: Time,
    /// `change`, `undo` or `redo`.
    pub(crate) kind: Cow<'static, str>,
    /// The source, such as `api` or `flow`.
    pub(crate) source: Cow<'static, str>,
    /// The person who acted, if one was named.
    pub(crate) user_id: Option<AccountId>,
    /// The credential that was used; null for the operator and the server itself.
    pub(crate) credential_id: Option<CredentialId>,
    pub(crate) reason: Option<String>,
    /// The rollback that recorded the change.
    pub(crate) batch_id: Option<BatchId>,
    pub(crate) previous_ranks: Vec<GrantBody>,
    pub(crate) current_ranks: Vec<GrantBody>,
    pub(crate) added: Vec<GrantBody>,
    pub(crate) removed: Vec<GrantBody>,
    pub(crate) previous_status: bool,
    pub(crate) current_status: bool,
    /// The status that was asked for.
    pub(crate) active: Option<bool>,
    /// The number of the account's change before it; null if it is the first.
    pub(crate) previous_change: Option<ChangeNumber>,
    /// The number of the change that it reverses.
    pub(crate) reverses: Option<ChangeNumber>,
    /// The number of the change that reversed it.
    pub(crate) reversed_by: Option<ChangeNumber>,
    /// The hash of the change: 64 hexadecimal digits.
    pub(crate) hash: String,
}

impl From<LinkedChange> for RankChangeBody {
    fn from(LinkedChange { change, previous, hash }: LinkedChange) -> Self {
        let transition = change.transition;
        Self {
            undo_id: change.undo_id,
            change_number: change.number,
            log_id: change.log_id,
            acc_id: change.account,
            at: Time(change.at),
            kind: change.kind.as_str().into(),
            source: change.source.as_str().into(),
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
            previous_change: Some(previous).filter(|previous| *previous != ChangeNumber(0)),
            reverses: change.reverses,
            reversed_by: change.reversed_by,
            hash: hash.to_string(),
        }
    }
}

/// A word of a change that this version does not know: its kind or its source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownWord {
    /// The kind.
    #[error("there is no kind \"{0}\"")]
    Kind(String),
    /// The source.
    #[error("there is no source \"{0}\"")]
    Source(String),
}

impl TryFrom<RankChangeBody> for RankChange {
    type Error = UnknownWord;

    /// Reads the change back. Its links are not a part of it, nor are the ranks added and removed, which
    /// follow from the transition.
    fn try_from(body: RankChangeBody) -> Result<Self, UnknownWord> {
        let kind = ChangeKind::parse(&body.kind).ok_or_else(|| UnknownWord::Kind(body.kind.into_owned()))?;
        let source = Source::parse(&body.source);
        let source = source.ok_or_else(|| UnknownWord::Source(body.source.into_owned()))?;
        Ok(Self {
            number: body.change_number,
            undo_id: body.undo_id,
            log_id: body.log_id,
            account: body.acc_id,
            at: body.at.0,
            transition: Transition {
                before: held(body.previous_ranks),
                after: held(body.current_ranks),
                status_before: body.previous_status,
                status_after: body.current_status,
                active: body.active,
            },
            kind,
            source,
            actor: body.user_id,
            credential: body.credential_id,
            reason: body.reason,
            batch: body.batch_id,
            reverses: body.reverses,
            reversed_by: body.reversed_by,
        })
    }
}

/// Number of cells of a change in a table.
const WIDTH: usize = 22;

/// A change as a row of a table.
pub type Cells = [String; WIDTH];

impl RankChangeBody {
    /// The names of the columns.
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
        "previousChange",
        "reverses",
        "reversedBy",
        "hash",
    ];

    /// Returns the change as cells of a table, in the order of [`Self::COLUMNS`]. Grants are separated by
    /// spaces; each is a rank, with `@` and its end if it has one.
    #[must_use]
    pub fn cells(self) -> Cells {
        [
            self.change_number.to_string(),
            self.undo_id.to_string(),
            self.log_id.to_string(),
            self.acc_id.to_string(),
            self.at.to_string(),
            self.kind.into_owned(),
            self.source.into_owned(),
            optional(self.user_id),
            optional(self.credential_id),
            inert(self.reason.unwrap_or_default()),
            optional(self.batch_id),
            words(&self.previous_ranks),
            words(&self.current_ranks),
            words(&self.added),
            words(&self.removed),
            self.previous_status.to_string(),
            self.current_status.to_string(),
            optional(self.active),
            optional(self.previous_change),
            optional(self.reverses),
            optional(self.reversed_by),
            self.hash,
        ]
    }

    /// Returns the row that stands for a change that cannot be read: its number, and `unreadable` as its
    /// kind.
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

/// Returns the text of a person, with an apostrophe before it where a spreadsheet would take the text for a
/// formula.
pub(crate) fn inert(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}
