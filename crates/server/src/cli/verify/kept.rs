//! A checkpoint as the API tells it, and as it was kept in a file.

use std::path::Path;

use anyhow::{Context, Result};
use data_encoding::BASE64;
use jiff::Timestamp;
use rankledger_domain::chain::ChainHash;
use rankledger_domain::checkpoint::{Checkpoint, Signed};
use rankledger_domain::ids::ChangeNumber;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// A signed checkpoint.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CheckpointData {
    pub(super) community: String,
    pub(super) uuid: Uuid,
    number: ChangeNumber,
    hash: String,
    at: Timestamp,
    pub(super) public_key: String,
    signature: String,
    /// Older ones do not say it.
    #[serde(default)]
    pruned_to: Option<PrunedData>,
}

/// What a pruned history begins after.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct PrunedData {
    number: ChangeNumber,
    hash: String,
    at: Timestamp,
}

/// The change that a history begins after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beginning {
    pub(super) number: ChangeNumber,
    pub(super) hash: ChainHash,
    /// When all up to it was pruned.
    pub(super) at: Timestamp,
}

impl CheckpointData {
    /// Reads a file: the whole answer of the API, or only its `data`.
    pub(super) fn from_file(path: &Path) -> Result<Self> {
        let in_file = || format!("the checkpoint in {}", path.display());
        let text = std::fs::read_to_string(path).with_context(in_file)?;
        let read = || {
            let mut json: Value = serde_json::from_str(&text)?;
            let data = json.get_mut("data").map(Value::take).unwrap_or(json);
            let checkpoint: Self = serde_json::from_value(data)?;
            checkpoint.signed()?;
            anyhow::Ok(checkpoint)
        };
        read().with_context(in_file)
    }

    /// What the history begins after, if its beginning was pruned.
    pub(super) fn beginning(&self) -> Result<Option<Beginning>> {
        let read = |pruned: &PrunedData| {
            let hash = pruned.hash.parse().context("the hash of the last change that was pruned")?;
            Ok(Beginning { number: pruned.number, hash, at: pruned.at })
        };
        self.pruned_to.as_ref().map(read).transpose()
    }

    /// What it says, and its signature.
    pub(super) fn decode(&self) -> Result<(Checkpoint, Signed)> {
        let hash: ChainHash = self.hash.parse().context("its hash")?;
        let checkpoint = Checkpoint { community: self.uuid, number: self.number, hash, at: self.at };
        let signed = Signed {
            public_key: bytes(&self.public_key).context("its public key")?,
            signature: bytes(&self.signature).context("its signature")?,
        };
        Ok((checkpoint, signed))
    }
}

fn bytes<const N: usize>(text: &str) -> Result<[u8; N]> {
    let bytes = BASE64.decode(text.as_bytes()).context("it is not base64")?;
    bytes.try_into().ok().with_context(|| format!("it does not have {N} bytes"))
}
