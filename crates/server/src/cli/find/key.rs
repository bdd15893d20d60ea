//! Which API key somebody means: by its name or its id.

use anyhow::{Context, Result, anyhow};
use jiff::Timestamp;
use rankledger_domain::ids::CredentialId;
use rankledger_domain::time::{Clock, wire_format};
use uuid::Uuid;

use super::{did_you_mean, is_same};
use crate::cli::client::Client;
use crate::cli::moment::in_words;
use crate::cli::table::Table;
use crate::system::SystemClock;
use crate::wire::credentials::CredentialBody;

/// Asks for the keys of the community, the revoked ones included.
pub(in crate::cli) fn keys(client: &Client) -> Result<Vec<CredentialBody>> {
    client.get("/v2/community/credentials", &Vec::new())?.read()
}

/// Returns the id of the key that somebody means. A UUID is taken as it is.
pub(in crate::cli) fn key_id(client: &Client, name: &str) -> Result<CredentialId> {
    if let Ok(id) = Uuid::parse_str(name.trim()) {
        return Ok(CredentialId(id));
    }
    let all = keys(client).with_context(|| format!("cannot look up the key \"{name}\""))?;
    key_among(&all, name)
}

/// Returns the id of the key of this name among these. A UUID is taken as it is.
pub(in crate::cli) fn key_among(all: &[CredentialBody], name: &str) -> Result<CredentialId> {
    if let Ok(id) = Uuid::parse_str(name.trim()) {
        return Ok(CredentialId(id));
    }
    let named: Vec<_> = all.iter().filter(|key| is_same(&key.name, name)).collect();
    match named[..] {
        [one] => Ok(one.id),
        [] => {
            let near = did_you_mean(name, all.iter().map(|key| key.name.as_str()));
            Err(anyhow!("there is no key \"{name}\": `rankledger key list` lists them{near}"))
        }
        _ => Err(ambiguous(name, &named)),
    }
}

/// Says whether a key is accepted at this time, and since or until when.
pub(in crate::cli) fn state(key: &CredentialBody, now: Timestamp) -> String {
    match (key.revoked_at, key.expires_at) {
        (Some(at), _) => format!("revoked {}", wire_format(at.0)),
        (None, Some(end)) if end.0 <= now => format!("expired {}", wire_format(end.0)),
        (None, Some(end)) => format!("active until {}", wire_format(end.0)),
        (None, None) => "active".to_owned(),
    }
}

/// The error for a name that several keys have, with a table of what tells them apart.
fn ambiguous(name: &str, candidates: &[&CredentialBody]) -> anyhow::Error {
    let now = SystemClock::default().now();
    let mut table = Table::new(["ID", "NAME", "CREATED (UTC)", "STATE", "LAST USED (UTC)"]);
    for key in candidates {
        table.row([
            key.id.to_string(),
            key.name.clone(),
            in_words(key.created_at.0),
            state(key, now),
            key.last_used_at.map_or_else(|| "never".to_owned(), |at| in_words(at.0)),
        ]);
    }
    let (count, table) = (candidates.len(), table.to_string());
    anyhow!("\"{name}\" is the name of {count} keys: name the one by its id\n{}", table.trim_end())
}
