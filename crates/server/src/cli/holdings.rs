//! What every member holds, with the ends of the grants: the export of standings, read as a whole.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};

use anyhow::{Context, Result};
use rankledger_domain::ids::AccountId;

use super::client::Client;
use crate::wire::rank_change::GrantBody;
use crate::wire::standings::{StandingBody, StandingLine};

/// Returns what each account holds. An account whose standing cannot be read is not among them.
pub(super) fn holdings(client: &Client) -> Result<HashMap<AccountId, Vec<GrantBody>>> {
    let file = client.download("/v2/community/rank-changes/standings", &Vec::new())?;
    let mut holdings = HashMap::new();
    for line in BufReader::new(file).lines() {
        let line = line.context("the list of what members hold broke off: run this again")?;
        let line = serde_json::from_str(&line).context("the list of what members hold cannot be read")?;
        if let StandingLine::Standing(StandingBody { acc_id, ranks, .. }) = line {
            holdings.insert(acc_id, ranks);
        }
    }
    Ok(holdings)
}
