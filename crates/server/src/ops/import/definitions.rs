//! Checks the definitions of the community (profile fields, clock-in types, custom log types), and plans the
//! rows to write for them.

use rankledger_domain::definition::{
    BadOptions, ClockInType, CustomLogType, FieldKind, MAX_FIELD_OPTIONS, ProfileFieldDefinition,
};
use rankledger_domain::name::{Name, Word};
use rankledger_domain::profile_field::FieldType;
use uuid::Uuid;

use super::checks::{Seen, accept, require_short_json};
use super::document::ClockInTypeEntry;
use super::document::CustomLogTypeEntry;
use super::document::Document;
use super::document::FieldDefinitionEntry;
use super::errors::DocumentErrors;
use super::errors::DocumentPlace;
use super::ids::Claim;
use super::ids::NaturalIds;
use super::outcome::Outcome;
use super::stored::Stored;
use super::structure::position;

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
    problems: &mut DocumentErrors,
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
    problems: &mut DocumentErrors,
) -> Vec<(Outcome, ProfileFieldDefinition)> {
    let root = DocumentPlace::root("profileFields");
    let mut seen = Seen::new();
    let mut planned = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let place = root.index(index);
        let id = accept(Word::parse(&entry.id), place.key("id"), problems);
        let label = accept(Name::parse(&entry.label), place.key("label"), problems);
        report_shared_id(&mut seen, ("profileFields", index), &entry.id, place, problems);
        let old = stored.iter().find(|old| old.id == entry.id);
        let kind = field_kind(entry, old, place, problems);
        require_short_json(entry.metadata.as_ref(), place.key("metadata"), problems);
        let metadata = entry.metadata.clone().or_else(|| old.map(|old| old.metadata.clone()));
        let (Some(id), Some(label), Some(kind)) = (id, label, kind) else { continue };
        let definition = ProfileFieldDefinition {
            id,
            label,
            kind,
            metadata: metadata.unwrap_or_default(),
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
    place: DocumentPlace<'_>,
    problems: &mut DocumentErrors,
) {
    if let Some(first) = seen.earlier(id, index) {
        let other = problems.refer(format_args!("{list}[{first}]"));
        problems.add(place.key("id"), format_args!("{other} has the id \"{id}\" already: choose another"));
    }
}

/// Returns the type of a field, with the given options, or else the stored ones. `None` if the combination
/// was refused, which is reported.
fn field_kind(
    entry: &FieldDefinitionEntry,
    old: Option<&ProfileFieldDefinition>,
    place: DocumentPlace<'_>,
    problems: &mut DocumentErrors,
) -> Option<FieldKind> {
    let Some(field_type) = FieldType::parse(&entry.kind) else {
        let (word, types) = (&entry.kind, FieldType::ALL.map(FieldType::as_str).join(", "));
        problems.add(
            place.key("type"),
            format_args!("there is no field type \"{word}\"; choose one of: {types}"),
        );
        return None;
    };
    if entry.options.is_none()
        && field_type.has_options()
        && let Some(stored) = old.and_then(|old| old.kind.options())
    {
        return Some(FieldKind::stored(field_type, Some(stored.to_vec())));
    }
    let checked = FieldKind::new(field_type, entry.options.clone());
    checked.map_err(|faults| report_options(&faults, field_type, place, problems)).ok()
}

fn report_options(
    faults: &[BadOptions],
    field_type: FieldType,
    place: DocumentPlace<'_>,
    problems: &mut DocumentErrors,
) {
    let (options, kind) = (place.key("options"), field_type.as_str());
    for fault in faults {
        match fault {
            BadOptions::Missing => problems
                .add(place, format_args!("a field of type {kind} needs options to choose from: give some")),
            BadOptions::Unwanted => problems.add(
                options,
                format_args!(
                    "a field of type {kind} has none: take them out, or choose the type select or multiselect"
                ),
            ),
            BadOptions::Count(0) => problems.add(options, "it is empty: give at least one option"),
            BadOptions::Count(count) => problems
                .add(options, format_args!("it has {count} options: shorten it to {MAX_FIELD_OPTIONS}")),
            BadOptions::Name { index, fault } => problems.add(options.index(*index), fault),
            BadOptions::Twice { index, option } => problems
                .add(options.index(*index), format_args!("\"{option}\" stands here twice: once is enough")),
        }
    }
}

fn plan_clock_in_types(
    entries: &[ClockInTypeEntry],
    stored: &[ClockInType],
    problems: &mut DocumentErrors,
) -> Vec<(Outcome, ClockInType)> {
    let root = DocumentPlace::root("clockInTypes");
    let mut seen = Seen::new();
    let mut planned = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let place = root.index(index);
        let id = accept(Word::parse(&entry.id), place.key("id"), problems);
        let label = accept(Name::parse(&entry.label), place.key("label"), problems);
        report_shared_id(&mut seen, ("clockInTypes", index), &entry.id, place, problems);
        let (Some(id), Some(label)) = (id, label) else { continue };
        let kind = ClockInType { id, label, position: position(index) };
        let old = stored.iter().find(|old| old.id == kind.id);
        planned.push((Outcome::of(&kind, old), kind));
    }
    planned
}

fn plan_custom_log_types(
    entries: &[CustomLogTypeEntry],
    stored: &[CustomLogType],
    ids: NaturalIds,
    problems: &mut DocumentErrors,
) -> Vec<(Outcome, CustomLogType)> {
    let root = DocumentPlace::root("customLogTypes");
    let mut seen = Seen::new();
    let mut planned = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let place = root.index(index);
        let label = accept(Name::parse(&entry.label), place.key("label"), problems);
        let short_code = accept(Word::parse(&entry.short_code), place.key("shortCode"), problems);
        let melonly_id = entry.melonly_id.as_ref().map(Word::parse);
        let melonly_id = melonly_id.map(|checked| accept(checked, place.key("melonlyId"), problems));
        let id = custom_log_type_id(entry, stored, ids, place, problems);
        if let Some(first) = seen.earlier(id, index) {
            let other = problems.refer(root.index(first));
            problems.add(
                place,
                format_args!("{other} is the same type: give each a shortCode or an id of its own"),
            );
        }
        let old = stored.iter().find(|old| old.id == id);
        let (Some(label), Some(short_code)) = (label, short_code) else { continue };
        let kind = CustomLogType {
            id,
            label,
            short_code,
            melonly_id: melonly_id.flatten().or_else(|| old.and_then(|old| old.melonly_id.clone())),
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
    place: DocumentPlace<'_>,
    problems: &mut DocumentErrors,
) -> Uuid {
    let same = stored.iter().filter(|old| old.short_code == entry.short_code);
    let same_name: Vec<Uuid> = same.map(|old| old.id).collect();
    let natural = ids.custom_log_type(&entry.short_code);
    let natural_is_stored = stored.iter().any(|old| old.id == natural);
    Claim { given: entry.id, same_name: &same_name, natural, natural_is_stored }.settle(place, problems)
}
