//! A signed checkpoint on the wire.

use data_encoding::BASE64;
use rankledger_domain::chain::NotAHash;
use rankledger_domain::checkpoint::{Checkpoint, LogCheckpoint, Signed};
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::log::LogPlace;
use rankledger_storage::pruning::PrunedHistory;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::wire::time::Time;

/// A signed checkpoint on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckpointBody {
    /// The community's id.
    pub(crate) community: String,
    /// The community's UUID, which its hash chain begins with.
    pub(crate) uuid: Uuid,
    /// The number of the last change; 0 before the first.
    #[schemars(with = "u32")]
    pub(crate) number: ChangeNumber,
    /// The hash of that change: 64 hexadecimal digits.
    pub(crate) hash: String,
    pub(crate) at: Time,
    /// The Ed25519 key that the signature is checked with, in base64.
    pub(crate) public_key: String,
    /// The Ed25519 signature, in base64.
    pub(crate) signature: String,
    /// The last pruned change, after which the history begins; null if the history is whole. The signature
    /// does not cover it.
    pub(crate) pruned_to: Option<PrunedBody>,
    /// The last entry of the log; null if there is none.
    #[serde(default)]
    pub(crate) log: Option<LogHeadBody>,
}

/// The last entry of the log, signed with the key and the time of the checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogHeadBody {
    pub(crate) place: LogPlace,
    /// The hash of that entry: 64 hexadecimal digits.
    pub(crate) hash: String,
    /// The Ed25519 signature, in base64.
    pub(crate) signature: String,
}

impl LogHeadBody {
    /// Returns the body of the end of a log.
    #[must_use]
    pub fn new(end: &LogCheckpoint, signed: &Signed) -> Self {
        let signature = BASE64.encode(&signed.signature);
        Self { place: end.place, hash: end.hash.to_string(), signature }
    }
}

/// The last change that was pruned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PrunedBody {
    #[schemars(with = "u32")]
    pub(crate) number: ChangeNumber,
    /// The hash of that change, to which the first kept change is linked: 64 hexadecimal digits.
    pub(crate) hash: String,
    /// The time at which the change was pruned.
    pub(crate) at: Time,
}

/// The reason why a checkpoint cannot be read: the part of it that is not as it should be.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableCheckpoint {
    /// The hash.
    #[error("its hash")]
    Hash(#[source] NotAHash),
    /// The public key.
    #[error("its public key")]
    PublicKey(#[source] NotBytes),
    /// The signature.
    #[error("its signature")]
    Signature(#[source] NotBytes),
}

/// A text that does not encode the expected number of bytes.
#[derive(Debug, thiserror::Error)]
pub enum NotBytes {
    /// The text is not base64.
    #[error("it is not base64")]
    Encoding(#[source] data_encoding::DecodeError),
    /// The text has another number of bytes than this.
    #[error("it does not have {0} bytes")]
    Length(usize),
}

impl From<PrunedHistory> for PrunedBody {
    fn from(pruned: PrunedHistory) -> Self {
        Self { number: pruned.number, hash: pruned.hash.to_string(), at: Time(pruned.at) }
    }
}

impl CheckpointBody {
    /// Returns the body of a checkpoint and its signature; `community` is the id of the community.
    #[must_use]
    pub fn new(
        community: String,
        checkpoint: &Checkpoint,
        signed: &Signed,
        pruned: Option<PrunedHistory>,
        log: Option<LogHeadBody>,
    ) -> Self {
        Self {
            community,
            uuid: checkpoint.community,
            number: checkpoint.number,
            hash: checkpoint.hash.to_string(),
            at: Time(checkpoint.at),
            public_key: BASE64.encode(&signed.public_key),
            signature: BASE64.encode(&signed.signature),
            pruned_to: pruned.map(PrunedBody::from),
            log,
        }
    }

    /// Reads the checkpoint and its signature back. The signature is not checked.
    pub fn decode(&self) -> Result<(Checkpoint, Signed), UnreadableCheckpoint> {
        let hash = self.hash.parse().map_err(UnreadableCheckpoint::Hash)?;
        let checkpoint = Checkpoint { community: self.uuid, number: self.number, hash, at: self.at.0 };
        Ok((checkpoint, self.signed_by(&self.signature)?))
    }

    /// Reads the end of the log and its signature back. `None` if the checkpoint has none.
    pub fn decode_log(&self) -> Result<Option<(LogCheckpoint, Signed)>, UnreadableCheckpoint> {
        let Some(log) = &self.log else { return Ok(None) };
        let hash = log.hash.parse().map_err(UnreadableCheckpoint::Hash)?;
        let end = LogCheckpoint { community: self.uuid, place: log.place, hash, at: self.at.0 };
        Ok(Some((end, self.signed_by(&log.signature)?)))
    }

    fn signed_by(&self, signature: &str) -> Result<Signed, UnreadableCheckpoint> {
        Ok(Signed {
            public_key: bytes(&self.public_key).map_err(UnreadableCheckpoint::PublicKey)?,
            signature: bytes(signature).map_err(UnreadableCheckpoint::Signature)?,
        })
    }
}

fn bytes<const N: usize>(text: &str) -> Result<[u8; N], NotBytes> {
    let bytes = BASE64.decode(text.as_bytes()).map_err(NotBytes::Encoding)?;
    bytes.try_into().map_err(|_| NotBytes::Length(N))
}
