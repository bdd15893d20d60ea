//! Checks what the community defines (profile fields, clock-in types, custom log types), and plans what is to be written
//! of it.

use rankledger_domain::profile_field::FieldType;
use rankledger_storage::definitions::{ClockInType, CustomLogType, ProfileFieldDefinition};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::checks::Seen;
use super::checks::require_name;
use super::checks::require_short_word;
use super::checks::require_word;
use super::document::ClockInTypeEntry;
use super::document::CustomLogTypeEntry;
use super::document::Document;
use super::document::FieldDefinitionEntry;
use super::ids::Claim;
use super::ids::NaturalIds;
use super::problems::Place;
use super::problems::Problems;
use super::stored::Stored;
use super::structure::position;
use super::summary::Outcome;

/// The definitions as they are to be stored.
pub(super) struct Definitions {
    pub(super) profile_fields: Vec<(Outcome, ProfileFieldDefinition)>,
    pub(super) clock_in_types: Vec<(Outcome, ClockInType)>,
    pub(super) custom_log_types: Vec<(Outcome, CustomLogType)>,
}

pub(super) fn plan_definitions(
    document: &Document,
    stored: &Stored,
    ids: NaturalIds,
    problems: &mut Problems,
) -> Definitions {
    Definitions {
        profile_fields: plan_profile_fields(&document.profile_fields, &stored.profile_fields, problems),
        clock_in_types: plan_clock_in_types(&document.clock_in_types, &stored.clock_in_types, problems),
        custom_log_types: plan_custom_log_types(
            &document.custom_log_types,
            &stored.custom_log_types,
            ids,
            problems,
        ),
    }
}

fn plan_profile_fields(
    entries: &[FieldDefinitionEntry],
    stored: &[ProfileFieldDefinition],
    problems: &mut Problems,
) -> Vec<(Outcome, ProfileFieldDefinition)> {
    let root = Place::root("profileFields");
    let mut seen = Seen::new();
    let mut planned = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let place = root.index(index);
        require_short_word(&entry.id, place.key("id"), problems);
        require_name(&entry.label, place.key("label"), problems);
        report_shared_id(&mut seen, ("profileFields", index), &entry.id, place, problems);
        let old = stored.iter().find(|old| old.id == entry.id);
        let metadata = entry.metadata.clone().map(Value::Object);
        let definition = ProfileFieldDefinition {
            id: entry.id.clone(),
            label: entry.label.clone(),
            kind: entry.kind.clone(),
            options: settle_options(entry, old, place, problems),
            metadata: metadata
                .or_else(|| old.map(|old| old.metadata.clone()))
                .unwrap_or_else(|| Value::Object(Map::new())),
            position: position(index),
        };
        planned.push((Outcome::of(&definition, old), definition));
    }
    planned
}

/// Reports an id that an earlier entry of the list has.
fn report_shared_id<'a>(
    seen: &mut Seen<&'a str, usize>,
    (list, index): (&str, usize),
    id: &'a str,
    place: Place<'_>,
    problems: &mut Problems,
) {
    if let Some(first) = seen.earlier(id, index) {
        problems.add(
            place.key("id"),
            format_args!("{list}[{first}] has the id \"{id}\" already: choose another"),
        );
    }
}

/// The options of a field that is a choice: those given, else those stored. Reports a type that there is not, and
/// options that do not belong to the type.
fn settle_options(
    entry: &FieldDefinitionEntry,
    old: Option<&ProfileFieldDefinition>,
    place: Place<'_>,
    problems: &mut Problems,
) -> Option<Vec<String>> {
    let Some(kind) = FieldType::parse(&entry.kind) else {
        let (word, types) = (&entry.kind, FieldType::ALL.map(FieldType::as_str).join(", "));
        problems.add(
            place.key("type"),
            format_args!("there is no field type \"{word}\"; choose one of: {types}"),
        );
        return None;
    };
    match (kind.has_options(), &entry.options) {
        (true, Some(options)) => check_options(options, place, problems),
        (true, None) => {
            let stored = old.and_then(|old| old.options.clone());
            if stored.is_none() {
                let kind = kind.as_str();
                problems.add(
                    place,
                    format_args!("a field of type {kind} needs options to choose from: give some"),
                );
            }
            return stored;
        }
        (false, Some(_)) => {
            let kind = kind.as_str();
            problems.add(
                place.key("options"),
                format_args!(
                    "a field of type {kind} has none: take them out, or choose the type select or multiselect"
                ),
            );
        }
        (false, None) => {}
    }
    entry.options.clone()
}

fn check_options(options: &[String], place: Place<'_>, problems: &mut Problems) {
    let place = place.key("options");
    if options.is_empty() {
        problems.add(place, "it is empty: give at least one option");
    }
    let mut seen = Seen::new();
    for (index, option) in options.iter().enumerate() {
        require_name(option, place.index(index), problems);
        if seen.earlier(option.as_str(), index).is_some() {
            problems.add(place.index(index), format_args!("\"{option}\" stands here twice: once is enough"));
        }
    }
}

fn plan_clock_in_types(
    entries: &[ClockInTypeEntry],
    stored: &[ClockInType],
    problems: &mut Problems,
) -> Vec<(Outcome, ClockInType)> {
    let root = Place::root("clockInTypes");
    let mut seen = Seen::new();
    let mut planned = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let place = root.index(index);
        require_short_word(&entry.id, place.key("id"), problems);
        require_name(&entry.label, place.key("label"), problems);
        report_shared_id(&mut seen, ("clockInTypes", index), &entry.id, place, problems);
        let kind =
            ClockInType { id: entry.id.clone(), label: entry.label.clone(), position: position(index) };
        let old = stored.iter().find(|old| old.id == kind.id);
        planned.push((Outcome::of(&kind, old), kind));
    }
    planned
}

fn plan_custom_log_types(
    entries: &[CustomLogTypeEntry],
    stored: &[CustomLogType],
    ids: NaturalIds,
    problems: &mut Problems,
) -> Vec<(Outcome, CustomLogType)> {
    let root = Place::root("customLogTypes");
    let mut seen = Seen::new();
    let mut planned = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let place = root.index(index);
        require_name(&entry.label, place.key("label"), problems);
        require_word(&entry.short_code, place.key("shortCode"), problems);
        if let Some(id) = &entry.melonly_id {
            require_name(id, place.key("melonlyId"), problems);
        }
        let id = custom_log_type_id(entry, stored, ids, place, problems);
        if let Some(first) = seen.earlier(id, index) {
            problems.add(
                place,
                format_args!(
                    "customLogTypes[{first}] is the same type: give each a shortCode or an id of its own"
                ),
            );
        }
        let old = stored.iter().find(|old| old.id == id);
        let kind = CustomLogType {
            id,
            label: entry.label.clone(),
            short_code: entry.short_code.clone(),
            melonly_id: entry.melonly_id.clone().or_else(|| old.and_then(|old| old.melonly_id.clone())),
            position: position(index),
        };
        planned.push((Outcome::of(&kind, old), kind));
    }
    planned
}

/// A custom log type is known by its short code.
fn custom_log_type_id(
    entry: &CustomLogTypeEntry,
    stored: &[CustomLogType],
    ids: NaturalIds,
    place: Place<'_>,
    problems: &mut Problems,
) -> Uuid {
    let same = stored.iter().filter(|old| old.short_code == entry.short_code);
    let same_name: Vec<Uuid> = same.map(|old| old.id).collect();
    let natural = ids.custom_log_type(&entry.short_code);
    let natural_is_stored = stored.iter().any(|old| old.id == natural);
    Claim { given: entry.id, same_name: &same_name, natural, natural_is_stored }.settle(place, problems)
}
