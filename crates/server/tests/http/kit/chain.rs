//! The hash chain of an exported history, computed from its documentation and not by the server's own code.

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Checks every hash of a history that is whole: the lines of an export without a filter.
#[track_caller]
pub(crate) fn check_chain(community: &str, lines: &[Value]) {
    let mut hash = Sha256::digest(format!("rankledger:{community}"));
    for line in lines {
        hash = Sha256::new().chain_update(hash).chain_update(content(line)).finalize();
        assert_eq!(line["hash"], data_encoding::HEXLOWER.encode(&hash), "{}", content(line));
    }
}

/// Returns the content of a line that its hash covers.
fn content(line: &Value) -> String {
    let members = [
        ("number", line["changeNumber"].clone()),
        ("undoId", line["undoId"].clone()),
        ("logId", line["logId"].clone()),
        ("account", line["accId"].clone()),
        ("at", json!(milliseconds(&line["at"]))),
        ("before", grants(&line["previousRanks"])),
        ("after", grants(&line["currentRanks"])),
        ("statusBefore", line["previousStatus"].clone()),
        ("statusAfter", line["currentStatus"].clone()),
        ("active", line["active"].clone()),
        ("kind", line["kind"].clone()),
        ("source", line["source"].clone()),
        ("actor", line["userId"].clone()),
        ("credential", line["credentialId"].clone()),
        ("reason", line["reason"].clone()),
        ("reverses", line["reverses"].clone()),
        ("batch", line["batchId"].clone()),
    ];
    let members = members.map(|(name, value)| format!("\"{name}\":{value}"));
    format!("{{{}}}", members.join(","))
}

fn grants(grants: &Value) -> Value {
    let grants = grants.as_array().expect("grants").iter();
    grants.map(|grant| json!([grant["rank"], milliseconds(&grant["expiresAt"])])).collect()
}

/// Returns a time of the wire as milliseconds since 1970. `None` for null.
fn milliseconds(time: &Value) -> Option<i64> {
    time.as_str().map(|time| time.parse::<Timestamp>().expect("a time").as_millisecond())
}
