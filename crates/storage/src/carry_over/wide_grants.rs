//! How grants were written before migration 14: as a JSON array, of a UUID for a grant without an end, else
//! of
//! `{"rank": UUID, "expiresAt": milliseconds}`.

use jiff::Timestamp;
use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::RankId;
use serde::Deserialize;

/// Reads grants; else returns what is wrong with them.
pub(super) fn read(text: &str) -> Result<Vec<HeldRank>, String> {
    let grants: Vec<Grant> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let held: Option<Vec<_>> = grants.into_iter().map(Grant::held).collect();
    held.ok_or_else(|| "time out of range".to_owned())
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Grant {
    Permanent(RankId),
    Ending {
        rank: RankId,
        #[serde(rename = "expiresAt")]
        expires_at: i64,
    },
}

impl Grant {
    fn held(self) -> Option<HeldRank> {
        match self {
            Self::Permanent(rank) => Some(HeldRank::permanent(rank)),
            Self::Ending { rank, expires_at } => {
                let end = Timestamp::from_millisecond(expires_at).ok()?;
                Some(HeldRank { rank, expires_at: Some(end) })
            }
        }
    }
}
