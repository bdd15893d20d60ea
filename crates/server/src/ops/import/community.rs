//! Checks the community itself, and plans what is to be written of it.

use jiff::Timestamp;
use rankledger_storage::communities::{Community, NewCommunity};
use uuid::Uuid;

use super::checks::{require_name, require_word};
use super::document::CommunityEntry;
use super::errors::{DocumentErrors, DocumentPlace};
use super::host::check_host;
use super::ids::community_uuid;
use super::outcome::Outcome;
use super::stored::{Stored, fold};

/// The highest subscription level that clients know.
const MAX_SUB_VERSION: u8 = 5;

/// The community as it is to be stored.
pub(super) fn plan_community(
    entry: &CommunityEntry,
    stored: &Stored,
    now: Timestamp,
    errors: &mut DocumentErrors,
) -> (Outcome, NewCommunity) {
    let place = DocumentPlace::root("community");
    require_word(&entry.id, place.key("id"), errors);
    require_name(&entry.name, place.key("name"), errors);
    if let Some(level) = entry.sub_version
        && level > MAX_SUB_VERSION
    {
        errors.add(
            place.key("subVersion"),
            format_args!("it is {level}: choose one of 0 to {MAX_SUB_VERSION}"),
        );
    }
    if let Some(Err(fault)) = entry.custom_domain.as_deref().map(check_host) {
        errors.add(place.key("customDomain"), fault);
    }
    refuse_other_case(entry, stored, place.key("id"), errors);
    let old = stored.community.as_ref();
    let custom_domain = entry.custom_domain.clone();
    let community = NewCommunity {
        uuid: settle_uuid(entry, stored, place.key("uuid"), errors),
        public_id: entry.id.clone(),
        name: entry.name.clone(),
        sub_version: entry.sub_version.or(old.map(|old| old.sub_version)).unwrap_or(MAX_SUB_VERSION),
        undo_needs_user: entry.undo_needs_user.or(old.map(|old| old.undo_needs_user)).unwrap_or(false),
        change_needs_user: entry.change_needs_user.or(old.map(|old| old.change_needs_user)).unwrap_or(false),
        custom_domain: custom_domain.or_else(|| old.and_then(|old| old.custom_domain.clone())),
        created_at: now,
    };
    (outcome(&community, old), community)
}

/// Refuses a new community whose id differs from that of another in upper and lower case only.
fn refuse_other_case(
    entry: &CommunityEntry,
    stored: &Stored,
    place: DocumentPlace<'_>,
    errors: &mut DocumentErrors,
) {
    let same = |other: &&Community| fold(&other.public_id) == fold(&entry.id);
    if stored.community.is_none()
        && let Some(other) = stored.others.iter().find(same)
    {
        let id = &other.public_id;
        errors.add(
            place,
            format_args!(
                "there is a community \"{id}\", which differs in upper and lower case only: write {id} to import into \
                 it, or choose another id"
            ),
        );
    }
}

fn outcome(new: &NewCommunity, old: Option<&Community>) -> Outcome {
    match old {
        None => Outcome::Made,
        Some(old) => {
            let same = old.name == new.name
                && old.sub_version == new.sub_version
                && old.undo_needs_user == new.undo_needs_user
                && old.change_needs_user == new.change_needs_user
                && old.custom_domain == new.custom_domain;
            if same { Outcome::Unchanged } else { Outcome::Updated }
        }
    }
}

/// A community keeps the UUID it was made with; no two have the same.
fn settle_uuid(
    entry: &CommunityEntry,
    stored: &Stored,
    place: DocumentPlace<'_>,
    errors: &mut DocumentErrors,
) -> Uuid {
    if let Some(old) = &stored.community {
        if entry.uuid.is_some_and(|given| given != old.uuid) {
            let id = &entry.id;
            errors.add(
                place,
                format_args!("\"{id}\" is stored with the UUID {}: give that, or none", old.uuid),
            );
        }
        return old.uuid;
    }
    let uuid = entry.uuid.unwrap_or_else(|| community_uuid(&entry.id));
    if let Some(other) = stored.others.iter().find(|other| other.uuid == uuid) {
        let id = &other.public_id;
        errors.add(
            place,
            format_args!("the community \"{id}\" has this UUID already: choose another, or give none"),
        );
    }
    uuid
}
