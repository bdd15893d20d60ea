//! Checks that every part of a document needs: of names, and of what may stand in it only once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;
use std::hash::Hash;

use rankledger_domain::definition::check_free_json;
use rankledger_domain::ids::RankId;
use rankledger_domain::name::{check_key, check_name, check_word, folded};
use rankledger_domain::profile_field::check_text;
use rankledger_domain::rank::{CommunityRanks, Rank, RankName};
use serde::Serialize;

use super::errors::DocumentErrors;
use super::errors::DocumentPlace;
use crate::wire::nearest::nearest;

/// Largest number of keys that an error lists.
const MOST_KEYS: usize = 12;

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
            None => errors.add(place.index(index), unknown_rank(name, ranks)),
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

/// Says that there is no such rank: which key belongs to a label, which rank is probably meant, or which
/// there are.
pub(super) fn unknown_rank(name: &str, ranks: &CommunityRanks) -> String {
    let mut all: Vec<_> = ranks.all().collect();
    all.sort_by(|a, b| (a.power, &a.label, a.id.0).cmp(&(b.power, &b.label, b.id.0)));
    let called = folded(name.trim());
    let labelled: Vec<_> = all.iter().filter(|rank| folded(&rank.label) == called).collect();
    if !labelled.is_empty() {
        let which = if labelled.len() == 1 { "write" } else { "several have it, write" };
        let names: Vec<_> = labelled.iter().map(|rank| short_name(rank)).collect();
        let has_keys = labelled.iter().all(|rank| rank.key.is_some());
        let give = if has_keys { "" } else { ", or give it a key" };
        return format!(
            "\"{name}\" is the label of a rank, and ranks are named by their key or id: {which} {}{give}",
            names.join(" or ")
        );
    }
    let keys: Vec<_> = all.iter().filter_map(|rank| rank.key.as_deref()).collect();
    let labels: Vec<_> = all.iter().map(|rank| rank.label.as_str()).collect();
    let of_label = |label: &str| all.iter().find(|rank| rank.label == label).map(|rank| short_name(rank));
    let meant = nearest(name, &keys).map(str::to_owned).or_else(|| of_label(nearest(name, &labels)?));
    if let Some(meant) = meant {
        return format!("there is no rank \"{name}\": did you mean {meant}?");
    }
    let known = match keys.as_slice() {
        [] => String::new(),
        keys if keys.len() <= MOST_KEYS => format!(". The keys are: {}", keys.join(", ")),
        keys => format!(". Some of the keys: {}", keys[..MOST_KEYS].join(", ")),
    };
    format!(
        "there is no rank \"{name}\": name one by its key or id, or add it under departments in a document{known}"
    )
}

/// The key of a rank, or else its id.
fn short_name(rank: &Rank) -> String {
    rank.key.clone().unwrap_or_else(|| rank.id.to_string())
}
