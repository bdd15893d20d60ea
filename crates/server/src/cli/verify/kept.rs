//! A checkpoint as the server sends it, and as it was kept in a file; and the end of the ledger at the
//! beginning of the check.

use std::path::Path;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use rankledger_domain::chain::ChainHash;
use rankledger_domain::checkpoint::{Checkpoint, LogCheckpoint};
use rankledger_domain::ids::ChangeNumber;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::cli::checkpoint;
use crate::cli::client::{Client, Refusal};
use crate::wire::checkpoint::{CheckpointBody, PrunedBody};
use crate::wire::problem::types;

/// The change that a history begins after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beginning {
    pub(super) number: ChangeNumber,
    pub(super) hash: ChainHash,
    /// The time at which it was pruned.
    pub(super) at: Timestamp,
}

/// The ledger as the server describes it before anything of it is read.
pub(super) struct Now {
    /// The id and the UUID of the community.
    pub(super) community: String,
    pub(super) uuid: Uuid,
    /// `None` if the end of the ledger, which is kept apart, has lost its hash.
    pub(super) end: Option<End>,
}

/// The signed end of a ledger.
pub(super) struct End {
    pub(super) checkpoint: Checkpoint,
    pub(super) public_key: String,
    /// The change that the history begins after. `None` if it begins with the first.
    pub(super) beginning: Option<Beginning>,
}

impl Now {
    /// Asks the server.
    pub(super) fn ask(client: &Client) -> Result<Self> {
        let asked = client.get(checkpoint::PATH, &Vec::new()).and_then(|reply| reply.read());
        match asked {
            Ok(body) => Self::of(body),
            Err(error) if has_no_end(&error) => {
                let Named { id, uuid } = client.get("/v2/community", &Vec::new())?.read()?;
                Ok(Self { community: id, uuid, end: None })
            }
            Err(error) => Err(error),
        }
    }

    fn of(body: CheckpointBody) -> Result<Self> {
        let (checkpoint, _) = signed(&body).context("the checkpoint of today")?;
        let beginning = beginning(&body)?;
        let CheckpointBody { community, uuid, public_key, .. } = body;
        Ok(Self { community, uuid, end: Some(End { checkpoint, public_key, beginning }) })
    }

    /// The change that the history begins after, as far as that is known.
    pub(super) fn beginning(&self) -> Option<Beginning> {
        self.end.as_ref().and_then(|end| end.beginning)
    }
}

/// A community, as far as it has to be known.
#[derive(Deserialize)]
struct Named {
    id: String,
    uuid: Uuid,
}

/// Whether the server refuses because the end of the ledger is missing.
fn has_no_end(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Refusal>().is_some_and(|refusal| refusal.is(&types::BROKEN_LEDGER))
}

/// Reads a checkpoint from a file: the whole reply of the API, or only its `data`. An error if its signature
/// is bad.
pub(super) fn from_file(path: &Path) -> Result<CheckpointBody> {
    let in_file = || format!("the checkpoint in {}", path.display());
    let text = std::fs::read_to_string(path).with_context(in_file)?;
    let read = || {
        let mut json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))?;
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

/// Returns the checkpoint itself, and the end of the log in it; those of older versions have none. An error
/// if a signature is bad.
pub(super) fn signed(body: &CheckpointBody) -> Result<(Checkpoint, Option<LogCheckpoint>)> {
    let (checkpoint, signed) = body.decode()?;
    let log = body.decode_log()?;
    let is_log_signed = log.as_ref().is_none_or(|(end, signed)| signed.is_of(&end.message()));
    if !checkpoint.is_signed(&signed) || !is_log_signed {
        bail!("the signature is not one of this checkpoint: it was altered, or damaged");
    }
    Ok((checkpoint, log.map(|(end, _)| end)))
}

/// Refuses to compare the checkpoints of two communities.
pub(super) fn refuse_other_community(kept: &CheckpointBody, now: &Now) -> Result<()> {
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
