//! The hash chain of a community's log: the hash of each entry covers its content and the hash of the entry
//! before it.
//!
//! The hash of an entry is SHA-256 of the hash of the entry before it (32 bytes) and the [`content`] of the
//! entry. Before the first entry it is [`genesis`], which names the community. The content has the hash of
//! the last rank change before the entry: so an entry also vouches for the ledger up to that change (see
//! [`crate::chain`]).

use std::net::IpAddr;

use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::chain::ChainHash;
use crate::ids::{AccountId, ChangeNumber, CredentialId, LogId};
use crate::log::{LogEntry, LogPlace};

/// Returns the beginning of the chain of the log of the community with this UUID: SHA-256 of
/// `rankledger-log:` and the UUID in lower case.
#[must_use]
pub fn genesis(community: Uuid) -> ChainHash {
    ChainHash(Sha256::digest(format!("rankledger-log:{}", community.hyphenated())).into())
}

/// Returns the hash of an entry, given the hash of the entry before it.
#[must_use]
pub fn link(previous: ChainHash, entry: &LogEntry) -> ChainHash {
    ChainHash(Sha256::new().chain_update(previous.0).chain_update(content(entry)).finalize().into())
}

/// Returns the content of an entry: compact JSON with its members in a fixed order. The time is milliseconds
/// since 1970. `before` and `after` are the texts of their JSON, as strings.
#[must_use]
pub fn content(entry: &LogEntry) -> Vec<u8> {
    let LogEntry { position, ledger_hash, act } = entry;
    let content = Content {
        place: position.place,
        after_change: position.after_change,
        ledger_hash: ledger_hash.to_string(),
        id: act.id,
        at: act.at.as_millisecond(),
        kind: act.kind.as_str(),
        actor: act.actor,
        credential: act.credential,
        address: act.address,
        account: act.account,
        before: act.before.as_deref(),
        after: act.after.as_deref(),
    };
    serde_json::to_vec(&content).expect("plain data always has a JSON form")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content<'a> {
    place: LogPlace,
    after_change: ChangeNumber,
    ledger_hash: String,
    id: LogId,
    at: i64,
    kind: &'static str,
    actor: Option<AccountId>,
    credential: Option<CredentialId>,
    address: Option<IpAddr>,
    account: Option<AccountId>,
    before: Option<&'a str>,
    after: Option<&'a str>,
}
