//! Checks that a Discord id belongs to one person, wherever it stands.

use std::collections::HashMap;

use super::accounts::Accounts;
use super::discord_ids::discord_ids;
use super::document::AccountEntry;
use super::errors::{DocumentErrors, DocumentPlace};
use super::identities::Identities;
use super::stored::Stored;

/// Refuses a Discord id that two entries have, or an entry and a stored account that is somebody else.
pub(super) fn check_discord_ids(
    entries: &[AccountEntry],
    accounts: &Accounts<'_>,
    identities: &Identities<'_>,
    stored: &Stored,
    errors: &mut DocumentErrors,
) {
    let root = DocumentPlace::root("accounts");
    let mut first_with: HashMap<String, usize> = HashMap::new();
    for (index, (entry, settled)) in entries.iter().zip(&accounts.settled).enumerate() {
        for (id, (key, at)) in discord_ids(entry) {
            let entry_place = root.index(index);
            let list = entry_place.key(key);
            let place = at.map_or(list, |at| list.index(at));
            let other = first_with.get(&id).copied();
            let owner = identities.linked_to(&id).iter().find(|owner| **owner != settled.id);
            if let Some(other) = other {
                let other = errors.refer(root.index(other));
                errors.add(
                    place,
                    format_args!(
                        "{other} has the Discord id {id} too, and it belongs to one person: take it out of one of the two"
                    ),
                );
            } else if let Some(owner) = owner {
                let name =
                    stored.accounts.get(*owner).map_or_else(|| owner.to_string(), |owner| owner.name.clone());
                errors.add(
                    place,
                    format_args!("discord:{id} belongs to \"{name}\" already: leave it out, or correct it"),
                );
            }
            first_with.entry(id).or_insert(index);
        }
    }
}
