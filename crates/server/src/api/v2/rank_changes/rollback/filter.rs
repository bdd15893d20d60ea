//! The filter of a rollback: read from the request, and checked.

use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, BatchId, CredentialId};
use rankledger_domain::rank::RankName;

use crate::ops::actor::UserName;
use crate::ops::rollback::RollbackFilter;
use crate::wire::problem::Problem;
use crate::wire::rollback_request::{FilterBody, MOST_NAMED};

/// Reads the filter. One without a condition is refused: it would select every change of the community.
pub fn read(body: &FilterBody) -> Result<RollbackFilter, Problem> {
    let ranks = list("ranks", body.ranks.as_ref())?;
    let accounts = list("accounts", body.accounts.as_ref())?;
    let filter = RollbackFilter {
        user: body.user_id.as_deref().map(UserName::parse),
        credential: body.credential_id.map(CredentialId),
        batch: body.batch_id.map(BatchId),
        from: time("from", body.from.as_deref())?,
        to: time("to", body.to.as_deref())?,
        ranks: ranks.iter().map(|name| RankName::parse(name)).collect(),
        accounts: accounts.iter().copied().map(AccountId).collect(),
    };
    if filter == RollbackFilter::default() {
        let what = "it says nothing, which would be every change of the community: give at least one of userId, \
                    credentialId, batchId, from, to, ranks, accounts";
        return Err(Problem::invalid_body("/filter", what));
    }
    Ok(filter)
}

/// Reads a list of a filter. An empty list is refused: some would take it for everything, others for nothing.
fn list<'a, T>(name: &str, list: Option<&'a Vec<T>>) -> Result<&'a [T], Problem> {
    match list {
        None => Ok(&[]),
        Some(list) if (1..=MOST_NAMED).contains(&list.len()) => Ok(list),
        Some(list) => {
            let what =
                format!("it has {} entries: it must have 1 to {MOST_NAMED}, or be left out", list.len());
            Err(Problem::invalid_body(&format!("/filter/{name}"), &what))
        }
    }
}

fn time(name: &str, text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let what = "it must be a time such as 2026-04-15T00:00:00Z";
    let time = text.map(str::parse).transpose();
    time.map_err(|_| Problem::invalid_body(&format!("/filter/{name}"), what))
}
