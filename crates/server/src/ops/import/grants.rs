//! The ranks that accounts and rank changes of a document are given: each a text, or an object with the end
//! of the grant.

use std::fmt::{self, Formatter};

use jiff::Timestamp;
use rankledger_domain::account::HeldRank;
use rankledger_domain::grant::{Grant, GrantEnd, MAX_YEARS, latest_end};
use rankledger_domain::ids::RankId;
use rankledger_domain::rank::RankName;
use rankledger_domain::time::wire_format;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::errors::{DocumentErrors, DocumentPlace};
use super::times::Time;

/// A rank, and when it is to end.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct GrantEntry {
    pub(super) rank: String,
    pub(super) expires_at: Option<Time>,
}

/// The entry as an object.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GrantKeys {
    rank: String,
    expires_at: Option<Time>,
}

impl<'de> Deserialize<'de> for GrantEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GrantVisitor)
    }
}

struct GrantVisitor;

impl<'de> Visitor<'de> for GrantVisitor {
    type Value = GrantEntry;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a rank: its key or id as a string, or a map with `rank` and `expiresAt`")
    }

    fn visit_str<E: Error>(self, rank: &str) -> Result<GrantEntry, E> {
        Ok(GrantEntry { rank: rank.to_owned(), expires_at: None })
    }

    /// YAML takes a key such as `911` for a number unless it is quoted.
    fn visit_u64<E: Error>(self, rank: u64) -> Result<GrantEntry, E> {
        self.visit_str(&rank.to_string())
    }

    fn visit_map<A: MapAccess<'de>>(self, keys: A) -> Result<GrantEntry, A::Error> {
        let GrantKeys { rank, expires_at } = GrantKeys::deserialize(MapAccessDeserializer::new(keys))?;
        Ok(GrantEntry { rank, expires_at })
    }
}

impl GrantEntry {
    /// As a change asks for it.
    pub(super) fn request(&self) -> Grant {
        let end = self.expires_at.map_or(GrantEnd::Keep, |end| GrantEnd::At(end.0));
        Grant { name: RankName::parse(&self.rank), end }
    }

    /// As an account begins with it.
    pub(super) fn held(&self, rank: RankId) -> HeldRank {
        HeldRank { rank, expires_at: self.expires_at.map(|end| end.0) }
    }
}

/// Reports the ends that lie too far ahead.
pub(super) fn check_latest_ends(
    entries: &[GrantEntry],
    now: Timestamp,
    place: DocumentPlace<'_>,
    errors: &mut DocumentErrors,
) {
    for (index, entry) in entries.iter().enumerate() {
        if entry.expires_at.is_some_and(|end| end.0 > latest_end(now)) {
            errors.add(
                place.index(index).key("expiresAt"),
                format_args!("it is more than {MAX_YEARS} years ahead: leave it out if the rank has no end"),
            );
        }
    }
}

/// Reports the ends that have passed.
pub(super) fn check_passed_ends(
    entries: &[GrantEntry],
    now: Timestamp,
    place: DocumentPlace<'_>,
    errors: &mut DocumentErrors,
) {
    for (index, entry) in entries.iter().enumerate() {
        if let Some(Time(end)) = entry.expires_at
            && end <= now
        {
            errors.add(place.index(index).key("expiresAt"), passed_end(end));
        }
    }
}

/// Returns the sentence about an end that has passed.
pub(super) fn passed_end(end: Timestamp) -> String {
    format!("{} has passed by then: give a later time, or leave the rank out", wire_format(end))
}
