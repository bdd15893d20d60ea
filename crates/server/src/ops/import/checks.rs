//! Checks that every part of a document needs: of names, and of what may stand in it only once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;
use std::hash::Hash;

use rankledger_domain::definition::check_free_json;
use rankledger_domain::ids::RankId;
use rankledger_domain::name::{check_key, check_name, check_word};
use rankledger_domain::profile_field::check_text;
use rankledger_domain::rank::{CommunityRanks, RankName};
use serde::Serialize;

use super::errors::DocumentErrors;
use super::errors::DocumentPlace;

pub(super) fn require_name(name: &str, place: DocumentPlace<'_>, errors: &mut DocumentErrors) {
    if let Err(fault) = check_name(name) {
        errors.add(place, fault);
    }
}

pub(super) fn require_word(word: &str, place: DocumentPlace<'_>, errors: &mut DocumentErrors) {
    if let Err(fault) = check_word(word) {
        errors.add(place, fault);
    }
}

/// Checks a text that need not be given. It may have several lines.
pub(super) fn require_fit_text(text: Option<&str>, place: DocumentPlace<'_>, errors: &mut DocumentErrors) {
    if let Some(Err(fault)) = text.map(|text| check_text(text, true)) {
        errors.add(place, fault);
    }
}

/// Checks JSON whose shape is not checked, and which need not be given.
pub(super) fn require_short_json(
    json: Option<&impl Serialize>,
    place: DocumentPlace<'_>,
    errors: &mut DocumentErrors,
) {
    if let Some(Err(fault)) = json.map(check_free_json) {
        errors.add(place, fault);
    }
}

/// Returns a checked text. `None` if it was refused, which is reported.
pub(super) fn accept<T>(
    checked: Result<T, impl Display>,
    place: DocumentPlace<'_>,
    errors: &mut DocumentErrors,
) -> Option<T> {
    checked.map_err(|fault| errors.add(place, fault)).ok()
}

pub(super) fn require_key(key: &str, place: DocumentPlace<'_>, errors: &mut DocumentErrors) {
    if let Err(fault) = check_key(key) {
        errors.add(place, fault);
    }
}

/// The keys that were seen so far, and where.
pub(super) struct Seen<K, P>(HashMap<K, P>);

impl<K: Eq + Hash, P: Copy> Seen<K, P> {
    pub(super) fn new() -> Self {
        Self(HashMap::new())
    }

    /// Notes that `key` stands `here`, unless it was seen before: then answers where.
    pub(super) fn earlier(&mut self, key: K, here: P) -> Option<P> {
        match self.0.entry(key) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(vacant) => {
                vacant.insert(here);
                None
            }
        }
    }

    pub(super) fn contains(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }
}

/// The ranks that a list names; reports those that there are not, and those named twice.
pub(super) fn resolve_ranks<'a>(
    names: impl ExactSizeIterator<Item = &'a String>,
    ranks: &CommunityRanks,
    place: DocumentPlace<'_>,
    errors: &mut DocumentErrors,
) -> Vec<RankId> {
    let mut found = Vec::with_capacity(names.len());
    for (index, name) in names.enumerate() {
        match ranks.resolve(&RankName::parse(name)) {
            None => errors.add(place.index(index), unknown_rank(name)),
            Some(rank) if found.contains(&rank.id) => {
                errors.add(
                    place.index(index),
                    format_args!("the rank \"{name}\" stands here twice: once is enough"),
                );
            }
            Some(rank) => found.push(rank.id),
        }
    }
    found
}

pub(super) fn unknown_rank(name: &str) -> impl Display {
    format!("there is no rank \"{name}\"; name one by its key or id, or add it under departments")
}
