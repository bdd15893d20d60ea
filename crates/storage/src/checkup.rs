//! Checkup of a database: the checks, and the warnings that an operator gets from them.

use std::fmt::Display;

use jiff::{SignedDuration, Timestamp};

use crate::heads::NewestChange;

/// Something that an operator should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthWarning {
    /// Whether this node should not be asked any more until it is mended.
    pub is_grave: bool,
    /// The warning, and what to do about it.
    pub text: String,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The thing that was looked at, in a word or two.
    pub name: &'static str,
    /// The state that was found, or what is wrong with it.
    pub outcome: Result<String, HealthWarning>,
}

impl Check {
    /// Reports a thing that is as it should be.
    pub fn fine(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, outcome: Ok(found.into()) }
    }

    /// Reports a thing that works, but of which an operator should know.
    pub fn warning(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, outcome: Err(HealthWarning { is_grave: false, text: text.into() }) }
    }

    /// Reports a thing that does not work.
    pub fn failed(name: &'static str, error: impl Display) -> Self {
        Self { name, outcome: Err(HealthWarning { is_grave: true, text: error.to_string() }) }
    }
}

/// How far the clock of a machine may be behind what was recorded last before its operator is warned.
const TELL_BEHIND: SignedDuration = SignedDuration::from_mins(1);

/// Returns how far the clock of this machine is behind a recorded time. `None` if it is not behind, or by so
/// little that nobody has to know.
#[must_use]
pub fn behind(now: Timestamp, recorded: Timestamp) -> Option<SignedDuration> {
    let behind = recorded.duration_since(now);
    (behind > TELL_BEHIND).then_some(behind)
}

/// Reports on the time of the newest change of all ledgers, where the clock of this machine says `now`.
pub(crate) fn times(newest: Option<NewestChange>, now: Timestamp) -> Check {
    const NAME: &str = "times";
    let late = newest.and_then(|newest| behind(now, newest.at).map(|behind| (newest, behind)));
    match late {
        None => Check::fine(NAME, "no newest change lies in the future"),
        Some((NewestChange { community, number, at }, behind)) => Check::warning(
            NAME,
            format!(
                "the newest change of {community}, {number}, is of {at}, which is {} seconds in the future: set the clock of \
                 this machine by NTP. If it is right, another clock was wrong when that change was recorded",
                behind.as_secs()
            ),
        ),
    }
}

/// Counts the communities.
pub(crate) const COMMUNITIES: &str = "SELECT count(*) FROM communities";

/// Some of the communities whose ledger does not end with the change that its head names, or is pruned up to
/// its end, which [`crate::pruning::WritePruning`] refuses. Both engines read it.
pub(crate) const BROKEN_LEDGERS: &str = "
    SELECT c.public_id FROM ledger_heads h
    JOIN communities c ON c.id = h.community
    LEFT JOIN rank_changes last ON last.community = h.community AND last.number = h.last_number
    WHERE h.last_hash IS NULL OR (h.pruned_number > 0 AND h.pruned_number >= h.last_number)
        OR (h.last_number > 0 AND (last.hash IS NULL OR last.hash <> h.last_hash))
        OR EXISTS (SELECT 1 FROM rank_changes later
            WHERE later.community = h.community AND later.number > h.last_number)
    ORDER BY c.public_id LIMIT 10";

/// Reports on the ledgers of so many communities, of which these are broken.
pub(crate) fn ledgers(communities: i64, broken: &[String]) -> Check {
    const NAME: &str = "ledgers";
    if broken.is_empty() {
        return Check::fine(
            NAME,
            format!("each ends with the change that its head names ({communities} in all)"),
        );
    }
    Check::failed(
        NAME,
        format!(
            "the ledger of {} does not end with the change that its head names: restore the database from a backup, and see \
             `rankledger verify`",
            broken.join(", ")
        ),
    )
}

/// Reports on a schema of version `found`, where this program knows versions up to `known`.
pub(crate) fn schema(found: i32, known: i32) -> Check {
    const NAME: &str = "schema";
    match found {
        0 => Check::warning(NAME, "there are no tables yet: `rankledger serve` makes them"),
        _ if found < known => {
            Check::warning(NAME, format!("version {found}: `rankledger serve` brings it to version {known}"))
        }
        _ => Check::fine(NAME, format!("version {found}")),
    }
}
