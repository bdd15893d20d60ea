//! The log of a community on the wire: its entries, a page of them, and a row of a table for each.

use std::borrow::Cow;
use std::net::IpAddr;

use rankledger_domain::chain::{ChainHash, NotAHash};
use rankledger_domain::ids::{AccountId, ChangeNumber, CredentialId, LogId};
use rankledger_domain::log::{Act, ActKind, LogEntry, LogPlace, LogPosition};
use rankledger_storage::log::LinkedEntry;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use crate::wire::time::Time;

/// A page of the log.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogBody {
    /// The entries, newest first.
    pub(crate) entries: Vec<LogEntryBody>,
    /// The value of `cursor` for the next page; null on the last page.
    pub(crate) next_cursor: Option<String>,
}

/// An entry of the log: an act that is no rank change.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogEntryBody {
    /// Its place in the log of the community, in which each rank change has a place, too.
    pub(crate) place: LogPlace,
    pub(crate) log_id: LogId,
    pub(crate) at: Time,
    /// What was done, such as `account.banned`.
    pub(crate) kind: Cow<'static, str>,
    /// The account that it was done to.
    pub(crate) acc_id: Option<AccountId>,
    /// The person who acted, if one was named.
    pub(crate) user_id: Option<AccountId>,
    /// The credential that was used; null for the operator and the server itself.
    pub(crate) credential_id: Option<CredentialId>,
    /// The address that the request came from; null for the operator and the server itself.
    pub(crate) address: Option<IpAddr>,
    /// How things were before.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(crate) before: Option<Box<RawValue>>,
    /// How things are after it.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(crate) after: Option<Box<RawValue>>,
    /// The number of the newest rank change before it; null if there was none.
    pub(crate) after_change: Option<ChangeNumber>,
    /// The hash of that rank change; without one, what the ledger's hash chain begins with.
    pub(crate) ledger_hash: String,
    /// The hash of the entry: 64 hexadecimal digits.
    pub(crate) hash: String,
}

impl From<LinkedEntry> for LogEntryBody {
    fn from(LinkedEntry { entry, hash }: LinkedEntry) -> Self {
        let LogEntry { position, ledger_hash, act } = entry;
        Self {
            place: position.place,
            log_id: act.id,
            at: Time(act.at),
            kind: act.kind.as_str().into(),
            acc_id: act.account,
            user_id: act.actor,
            credential_id: act.credential,
            address: act.address,
            before: act.before.as_deref().map(raw),
            after: act.after.as_deref().map(raw),
            after_change: Some(position.after_change).filter(|number| *number != ChangeNumber(0)),
            ledger_hash: ledger_hash.to_string(),
            hash: hash.to_string(),
        }
    }
}

/// Returns a stored text as the JSON that it is; as a string, if somebody has made something else of it.
pub(super) fn raw(text: &str) -> Box<RawValue> {
    serde_json::from_str(text).unwrap_or_else(|_| to_raw_value(text).expect("a text always has a JSON form"))
}

/// Why an entry cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownEntry {
    /// Its kind is unknown to this version.
    #[error("there is no kind \"{0}\"")]
    Kind(String),
    /// One of its hashes is none.
    #[error(transparent)]
    Hash(#[from] NotAHash),
}

impl TryFrom<LogEntryBody> for LinkedEntry {
    type Error = UnknownEntry;

    fn try_from(body: LogEntryBody) -> Result<Self, UnknownEntry> {
        let kind = ActKind::parse(&body.kind).ok_or_else(|| UnknownEntry::Kind(body.kind.into_owned()))?;
        let (ledger_hash, hash): (ChainHash, ChainHash) = (body.ledger_hash.parse()?, body.hash.parse()?);
        let after_change = body.after_change.unwrap_or(ChangeNumber(0));
        let position = LogPosition { place: body.place, after_change };
        let text = |value: Box<RawValue>| value.get().to_owned();
        let act = Act {
            id: body.log_id,
            at: body.at.0,
            kind,
            actor: body.user_id,
            credential: body.credential_id,
            address: body.address,
            account: body.acc_id,
            before: body.before.map(text),
            after: body.after.map(text),
        };
        Ok(Self { entry: LogEntry { position, ledger_hash, act }, hash })
    }
}

/// Number of cells of an entry in a table.
const WIDTH: usize = 13;

impl LogEntryBody {
    /// The names of the columns.
    pub const COLUMNS: [&'static str; WIDTH] = [
        "place",
        "logId",
        "at",
        "kind",
        "accId",
        "userId",
        "credentialId",
        "address",
        "before",
        "after",
        "afterChange",
        "ledgerHash",
        "hash",
    ];

    /// Returns the entry as cells of a table, in the order of [`Self::COLUMNS`]. What was before and after is
    /// JSON.
    #[must_use]
    pub fn cells(self) -> [String; WIDTH] {
        let json =
            |value: Option<Box<RawValue>>| value.map(|value| value.get().to_owned()).unwrap_or_default();
        [
            self.place.to_string(),
            self.log_id.to_string(),
            self.at.to_string(),
            self.kind.into_owned(),
            optional(self.acc_id),
            optional(self.user_id),
            optional(self.credential_id),
            optional(self.address),
            json(self.before),
            json(self.after),
            optional(self.after_change),
            self.ledger_hash,
            self.hash,
        ]
    }
}

fn optional(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
