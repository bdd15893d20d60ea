//! How grants are written in the ledger's columns: a JSON array, of a UUID for a grant without an end, else
//! of `{"rank": UUID, "expiresAt": milliseconds}`.

use jiff::Timestamp;
use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::RankId;
use serde::{Deserialize, Serialize};

/// Grants as the ledger writes them.
pub(crate) fn write(held: &[HeldRank]) -> String {
    let grants: Vec<_> = held.iter().map(Grant::from).collect();
    serde_json::to_string(&grants).expect("ids and numbers always have a JSON form")
}

/// Grants as they were written, to the letter; else what is wrong with them.
pub(crate) fn read(text: &str) -> Result<Vec<HeldRank>, String> {
    let grants: Vec<Grant> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let held: Option<Vec<_>> = grants.into_iter().map(Grant::held).collect();
    let held = held.ok_or("time out of range")?;
    // JSON can say the same in several ways. Only one of them was written.
    if text == write(&held) { Ok(held) } else { Err("not as it was written".to_owned()) }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Grant {
    Permanent(RankId),
    Ending {
        rank: RankId,
        #[serde(rename = "expiresAt")]
        expires_at: i64,
    },
}

impl From<&HeldRank> for Grant {
    fn from(held: &HeldRank) -> Self {
        match held.expires_at {
            None => Self::Permanent(held.rank),
            Some(end) => Self::Ending { rank: held.rank, expires_at: end.as_millisecond() },
        }
    }
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
