//! Checks the community itself and its game servers, and plans what is to be written of them.

use jiff::Timestamp;
use rankledger_storage::communities::{Community, GameServer, NewCommunity};
use uuid::Uuid;

use super::checks::{Seen, require_fit_text, require_name, require_word};
use super::document::{CommunityEntry, ServerEntry};
use super::errors::{DocumentErrors, DocumentPlace};
use super::host::check_host;
use super::ids::community_uuid;
use super::outcome::Outcome;
use super::stored::Stored;

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

/// The game servers as they are to be stored.
pub(super) fn plan_servers(
    entries: &[ServerEntry],
    stored: &[GameServer],
    errors: &mut DocumentErrors,
) -> Vec<(Outcome, GameServer)> {
    let mut seen = Seen::new();
    let servers = DocumentPlace::root("servers");
    let mut planned = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let place = servers.index(index);
        require_name(&entry.name, place.key("name"), errors);
        require_fit_text(Some(&entry.description), place.key("description"), errors);
        if let Some(first) = seen.earlier(entry.id, index) {
            let id = entry.id;
            errors.add(
                place.key("id"),
                format_args!("servers[{first}] has the id {id} already: choose another"),
            );
        }
        let server =
            GameServer { id: entry.id, name: entry.name.clone(), description: entry.description.clone() };
        let old = stored.iter().find(|old| old.id == server.id);
        planned.push((Outcome::of(&server, old), server));
    }
    planned
}
