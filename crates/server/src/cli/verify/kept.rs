//! A checkpoint as the server sends it, and as it was kept in a file.

use std::path::Path;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use rankledger_domain::chain::ChainHash;
use rankledger_domain::checkpoint::Checkpoint;
use rankledger_domain::ids::ChangeNumber;
use serde_json::Value;

use crate::wire::checkpoint::{CheckpointBody, PrunedBody};

/// The change that a history begins after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beginning {
    pub(super) number: ChangeNumber,
    pub(super) hash: ChainHash,
    /// The time at which it was pruned.
    pub(super) at: Timestamp,
}

/// Reads a checkpoint from a file: the whole reply of the API, or only its `data`. An error if its signature
/// is bad.
pub(super) fn from_file(path: &Path) -> Result<CheckpointBody> {
    let in_file = || format!("the checkpoint in {}", path.display());
    let text = std::fs::read_to_string(path).with_context(in_file)?;
    let read = || {
        let mut json: Value = serde_json::from_str(&text)?;
        let data = json.get_mut("data").map(Value::take).unwrap_or(json);
        let checkpoint: CheckpointBody = serde_json::from_value(data)?;
        signed(&checkpoint)?;
        anyhow::Ok(checkpoint)
    };
    read().with_context(in_file)
}

/// Returns the change that the history begins after. `None` if its beginning was not pruned.
pub(super) fn beginning(checkpoint: &CheckpointBody) -> Result<Option<Beginning>> {
    let read = |pruned: &PrunedBody| {
        let hash = pruned.hash.parse().context("the hash of the last change that was pruned")?;
        Ok(Beginning { number: pruned.number, hash, at: pruned.at.0 })
    };
    checkpoint.pruned_to.as_ref().map(read).transpose()
}

/// Returns the checkpoint itself. An error if its signature is bad.
pub(super) fn signed(body: &CheckpointBody) -> Result<Checkpoint> {
    let (checkpoint, signed) = body.decode()?;
    if !checkpoint.is_signed(&signed) {
        bail!("the signature is not one of this checkpoint: it was altered, or damaged");
    }
    Ok(checkpoint)
}

/// Refuses to compare the checkpoints of two communities.
pub(super) fn refuse_other_community(kept: &CheckpointBody, now: &CheckpointBody) -> Result<()> {
    if kept.uuid != now.uuid {
        bail!(
            "the checkpoint is of the community \"{}\" ({}), and this is \"{}\" ({}): name its own",
            kept.community,
            kept.uuid,
            now.community,
            now.uuid
        );
    }
    Ok(())
}
