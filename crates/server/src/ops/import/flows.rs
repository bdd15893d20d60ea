//! Checks promotion flows, and plans what is to be written of them.

use rankledger_domain::name::{Key, Name};
use rankledger_domain::promotion_flow::{FlowDirection, FlowRanks, PromotionFlow};
use rankledger_domain::rank::CommunityRanks;
use uuid::Uuid;

use super::checks::{Seen, accept, require_short_json, resolve_ranks};
use super::document::FlowEntry;
use super::errors::DocumentErrors;
use super::errors::DocumentPlace;
use super::ids::Claim;
use super::ids::NaturalIds;
use super::outcome::Outcome;
use super::structure::position;

/// The promotion flows as they are to be stored.
pub(super) fn plan_flows(
    entries: &[FlowEntry],
    stored: &[PromotionFlow],
    ranks: &CommunityRanks,
    ids: NaturalIds,
    problems: &mut DocumentErrors,
) -> Vec<(Outcome, PromotionFlow)> {
    let flows = DocumentPlace::root("promotionFlows");
    let mut seen = Seen::new();
    let mut planned = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let place = flows.index(index);
        let label_from = accept(Name::parse(&entry.label_from), place.key("labelFrom"), problems);
        let label_to = accept(Name::parse(&entry.label_to), place.key("labelTo"), problems);
        let key = entry.key.as_ref().map(Key::parse);
        let key = key.map(|checked| accept(checked, place.key("key"), problems));
        let id = flow_id(entry, stored, ids, place, problems);
        if let Some(first) = seen.earlier(id, index) {
            let other = problems.refer(flows.index(first));
            problems.add(
                place,
                format_args!("{other} is the same flow: give each a key, labels or an id of its own"),
            );
        }
        let ranks = flow_ranks(entry, ranks, place, problems);
        require_short_json(entry.actions.as_ref(), place.key("actions"), problems);
        let direction = entry.promotion_type.as_deref().map(|word| flow_direction(word, place, problems));
        let (Some(label_from), Some(label_to), Some(ranks)) = (label_from, label_to, ranks) else { continue };
        let old = stored.iter().find(|old| old.id == id);
        let actions = entry.actions.clone().or_else(|| old.map(|old| old.actions.clone()));
        let direction = direction.flatten().or(old.map(|old| old.direction));
        let flow = PromotionFlow {
            id,
            key: key.flatten().or_else(|| old.and_then(|old| old.key.clone())),
            label_from,
            label_to,
            ranks,
            actions: actions.unwrap_or_default(),
            direction: direction.unwrap_or_default(),
            position: position(index),
        };
        planned.push((Outcome::of(&flow, old), flow));
    }
    report_shared_keys(&planned, stored, problems);
    planned
}

/// A flow is known by its key, else by its labels.
fn flow_id(
    entry: &FlowEntry,
    stored: &[PromotionFlow],
    ids: NaturalIds,
    place: DocumentPlace<'_>,
    problems: &mut DocumentErrors,
) -> Uuid {
    let of_key = |old: &&PromotionFlow| entry.key.as_ref().is_some_and(|key| is_called(old, key));
    let of_labels = |old: &&PromotionFlow| {
        old.label_from == entry.label_from
            && old.label_to == entry.label_to
            && (entry.key.is_none() || old.key.is_none())
    };
    let mut same_name: Vec<Uuid> = stored.iter().filter(of_key).map(|old| old.id).collect();
    if same_name.is_empty() {
        same_name.extend(stored.iter().filter(of_labels).map(|old| old.id));
    }
    let natural = ids.flow(entry.key.as_deref(), &entry.label_from, &entry.label_to);
    let natural_is_stored = stored.iter().any(|old| old.id == natural);
    Claim { given: entry.id, same_name: &same_name, natural, natural_is_stored }.settle(place, problems)
}

fn is_called(flow: &PromotionFlow, key: &String) -> bool {
    flow.key.as_ref().is_some_and(|own| own == key)
}

/// Returns the direction that a word names. `None` if there is no such direction, which is reported.
fn flow_direction(
    word: &str,
    place: DocumentPlace<'_>,
    problems: &mut DocumentErrors,
) -> Option<FlowDirection> {
    let direction = FlowDirection::parse(word);
    if direction.is_none() {
        let words = FlowDirection::ALL.map(FlowDirection::as_str).join(", ");
        problems.add(
            place.key("promotionType"),
            format_args!("there is no direction \"{word}\"; choose one of: {words}"),
        );
    }
    direction
}

/// Returns the ranks to add and to remove. A retired rank can be removed, but no longer given; no rank can be
/// in both lists.
fn flow_ranks(
    entry: &FlowEntry,
    ranks: &CommunityRanks,
    place: DocumentPlace<'_>,
    problems: &mut DocumentErrors,
) -> Option<FlowRanks> {
    let add = resolve_ranks(entry.ranks_to_add.iter(), ranks, place.key("ranksToAdd"), problems);
    let remove = resolve_ranks(entry.ranks_to_remove.iter(), ranks, place.key("ranksToRemove"), problems);
    for rank in add.iter().filter(|rank| ranks.is_retired(**rank)) {
        let label = ranks.label(*rank);
        problems.add(
            place.key("ranksToAdd"),
            format_args!("the rank \"{label}\" is retired and can no longer be given: take it out"),
        );
    }
    let checked = FlowRanks::new(add, remove);
    let report = |both: Vec<_>| {
        for label in both.into_iter().map(|rank| ranks.label(rank)) {
            problems.add(
                place,
                format_args!("the rank \"{label}\" stands in both ranksToAdd and ranksToRemove: choose one"),
            );
        }
    };
    checked.map_err(report).ok()
}

fn report_shared_keys(
    planned: &[(Outcome, PromotionFlow)],
    stored: &[PromotionFlow],
    problems: &mut DocumentErrors,
) {
    let mut seen = Seen::new();
    let is_planned = |old: &&PromotionFlow| planned.iter().any(|(_, flow)| flow.id == old.id);
    let kept = stored.iter().filter(|old| !is_planned(old));
    for flow in kept.chain(planned.iter().map(|(_, flow)| flow)) {
        let Some(key) = flow.key.as_ref() else { continue };
        if let Some(first) = seen.earlier(key, flow.id)
            && first != flow.id
        {
            problems.add(
                "promotionFlows",
                format_args!(
                    "{first} and {} would both have the key \"{key}\": change one of the two",
                    flow.id
                ),
            );
        }
    }
}
