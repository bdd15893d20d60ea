//! Checks the parts of an account entry: linked ids, identifiers, clock and activity rows, profile fields,
//! untyped ids, notification preferences.

use std::collections::{HashMap, HashSet};

use rankledger_domain::definition::FieldKind;
use rankledger_domain::game_server::GameServer;
use rankledger_domain::identifier::{
    BadIdentifier, IdentifierName, MOST_OF_AN_ACCOUNT, is_personal, names_a_person,
};
use rankledger_domain::ids::AccountId;
use rankledger_domain::name::check_reason;
use rankledger_storage::identifiers::Identifier;
use rankledger_storage::{ReadTx, StorageError};
use uuid::Uuid;

use super::accounts::Accounts;
use super::accounts::Settled;
use super::checks::{Seen, require_fit_text, require_name, require_short_json};
use super::definitions::Definitions;
use super::document::AccountEntry;
use super::document::ClockRowEntry;
use super::document::IdentifierEntry;
use super::errors::DocumentErrors;
use super::errors::DocumentPlace;
use super::identities::Identities;
use super::outcome::Outcome;
use super::stored::Stored;

/// The indices of an account and of a part of it.
type PartPlace = (usize, usize);

/// The servers and fields that the parts of an account may refer to.
pub(super) struct Known<'a> {
    /// The game servers that the community has afterwards.
    servers: HashSet<i64>,
    /// The types of the profile fields that the document defines.
    fields: HashMap<&'a str, &'a FieldKind>,
}

impl<'a> Known<'a> {
    pub(super) fn of(
        servers: &[(Outcome, GameServer)],
        definitions: &'a Definitions,
        stored: &Stored,
    ) -> Self {
        let all_servers = stored.servers.iter().chain(servers.iter().map(|(_, server)| server));
        let fields = definitions.profile_fields.iter().map(|(_, field)| (field.id.as_str(), &field.kind));
        Self { servers: all_servers.map(|server| server.id).collect(), fields: fields.collect() }
    }
}

pub(super) struct PartsChecker<'a> {
    tx: &'a mut dyn ReadTx,
    stored: &'a Stored,
    identities: &'a Identities<'a>,
    known: &'a Known<'a>,
    errors: &'a mut DocumentErrors,
    identifier_ids: Seen<Uuid, PartPlace>,
    verified: Seen<(&'a str, &'a str), PartPlace>,
    clock_row_ids: Seen<Uuid, PartPlace>,
    activity_row_ids: Seen<Uuid, PartPlace>,
}

impl<'a> PartsChecker<'a> {
    pub(super) fn new(
        tx: &'a mut dyn ReadTx,
        stored: &'a Stored,
        identities: &'a Identities<'a>,
        known: &'a Known<'a>,
        errors: &'a mut DocumentErrors,
    ) -> Self {
        Self {
            tx,
            stored,
            identities,
            known,
            errors,
            identifier_ids: Seen::new(),
            verified: Seen::new(),
            clock_row_ids: Seen::new(),
            activity_row_ids: Seen::new(),
        }
    }

    pub(super) async fn check(
        mut self,
        entries: &'a [AccountEntry],
        accounts: &Accounts<'_>,
    ) -> Result<(), StorageError> {
        let root = DocumentPlace::root("accounts");
        for (index, (entry, settled)) in entries.iter().zip(&accounts.settled).enumerate() {
            let place = root.index(index);
            self.linked_ids(entry, place);
            self.texts(entry, place);
            self.identifiers(index, entry, *settled, place.key("identifiers")).await?;
            self.clock_rows(index, entry, place.key("clockRows"));
            self.activity_rows(index, entry, place.key("activityRows"));
            self.words(entry, place);
            self.api_ids(entry, place.key("apiIds"));
        }
        Ok(())
    }

    async fn identifiers(
        &mut self,
        account: usize,
        entry: &'a AccountEntry,
        settled: Settled,
        place: DocumentPlace<'_>,
    ) -> Result<(), StorageError> {
        let root = DocumentPlace::root("accounts");
        let community = self.stored.id();
        let stored = match community {
            Some(community) if !settled.is_new => self.tx.identifiers(community, settled.id).await?,
            _ => Vec::new(),
        };
        self.number_of_identifiers(entry, &stored, place);
        let mut values = Seen::new();
        for (index, identifier) in entry.identifiers.iter().enumerate() {
            let place = place.index(index);
            self.identifier_name(identifier, place);
            require_short_json(identifier.metadata.as_ref(), place.key("metadata"), self.errors);
            require_fit_text(identifier.flag_id.as_deref(), place.key("flagId"), self.errors);
            let key = (identifier.kind.as_str(), identifier.value.as_str());
            let old = stored.iter().find(|old| key == (&*old.kind, &*old.value));
            let verified = is_personal(&identifier.kind)
                && identifier.verified.or(old.map(|old| old.verified)).unwrap_or(true);
            // Of Discord ids, which stand in other places too, see `discord_ids.rs`.
            let is_discord = identifier.kind == "discord";
            if values.earlier(key, index).is_some() {
                let (kind, value) = key;
                self.errors.add(place, format_args!("{kind}:{value} stands here twice: once is enough"));
            } else if verified
                && !is_discord
                && let Some((a, _)) = self.verified.earlier(key, (account, index))
            {
                let other = self.errors.refer(root.index(a));
                self.errors.add(
                    place,
                    format_args!("{other} has the same, and verified too: leave one of them out"),
                );
            }
            if let Some(id) = identifier.id {
                self.identifier_id(id, (account, index), old, place);
            }
            if verified && !is_discord {
                self.owner_of_value(settled.id, identifier, place);
            }
        }
        Ok(())
    }

    fn identifier_name(&mut self, identifier: &IdentifierEntry, place: DocumentPlace<'_>) {
        if let Err(fault) = IdentifierName::parse(&identifier.kind, &identifier.value) {
            let key = if fault == BadIdentifier::Kind { "type" } else { "value" };
            self.errors.add(place.key(key), fault);
        }
    }

    /// Refuses identifiers that would make too many. An account that has too many, from an earlier import,
    /// keeps them and gains none.
    fn number_of_identifiers(
        &mut self,
        entry: &AccountEntry,
        stored: &[Identifier],
        place: DocumentPlace<'_>,
    ) {
        let names = entry.identifiers.iter().map(|entry| (entry.kind.as_str(), entry.value.as_str()));
        let mut new: HashSet<_> = names.collect();
        for old in stored {
            new.remove(&(&*old.kind, &*old.value));
        }
        let (name, count) = (&entry.name, stored.len() + new.len());
        if !new.is_empty() && count > MOST_OF_AN_ACCOUNT {
            self.errors.add(
                place,
                format_args!("\"{name}\" would have {count} identifiers: leave some out, the most is {MOST_OF_AN_ACCOUNT}"),
            );
        }
    }

    fn texts(&mut self, entry: &AccountEntry, place: DocumentPlace<'_>) {
        require_fit_text(entry.bio.as_deref(), place.key("bio"), self.errors);
        require_fit_text(entry.teamspeak_id.as_deref(), place.key("teamspeakId"), self.errors);
        if let Some(Err(fault)) = entry.ban_info.as_deref().map(check_reason) {
            self.errors.add(place.key("banInfo"), fault);
        }
    }

    fn linked_ids(&mut self, entry: &AccountEntry, place: DocumentPlace<'_>) {
        for (key, kind, id) in
            [("discordId", "discord", &entry.discord_id), ("robloxId", "roblox", &entry.roblox_id)]
        {
            if let Some(id) = id
                && let Err(fault) = IdentifierName::parse(kind, id)
            {
                self.errors.add(place.key(key), fault);
            }
        }
    }

    /// An id names one identifier, and an identifier keeps the id it was made with.
    fn identifier_id(
        &mut self,
        id: Uuid,
        here: PartPlace,
        old: Option<&Identifier>,
        place: DocumentPlace<'_>,
    ) {
        if let Some((a, i)) = self.identifier_ids.earlier(id, here) {
            let other = self.errors.refer(format_args!("accounts[{a}].identifiers[{i}]"));
            self.errors
                .add(place.key("id"), format_args!("{other} has this id already: choose another, or none"));
        }
        if let Some(old) = old
            && old.id != id
        {
            self.errors.add(
                place.key("id"),
                format_args!("this identifier is stored with the id {}: give that, or none", old.id),
            );
        }
    }

    fn owner_of_value(&mut self, account: AccountId, identifier: &IdentifierEntry, place: DocumentPlace<'_>) {
        let IdentifierEntry { kind, value, .. } = identifier;
        if let Some(owner) = self.identities.owner_of(identifier)
            && owner != account
        {
            let name =
                self.stored.accounts.get(owner).map_or_else(|| owner.to_string(), |owner| owner.name.clone());
            self.errors.add(
                place,
                format_args!(
                    "{kind}:{value} belongs to \"{name}\" already: leave it out, or say verified: false"
                ),
            );
        }
    }

    fn clock_rows(&mut self, account: usize, entry: &AccountEntry, place: DocumentPlace<'_>) {
        let rows = entry.clock_rows.iter();
        check_rows("clockRows", account, rows, &mut self.clock_row_ids, place, self.errors);
    }

    fn activity_rows(&mut self, account: usize, entry: &AccountEntry, place: DocumentPlace<'_>) {
        let rows = entry.activity_rows.iter().map(|entry| &entry.row);
        check_rows("activityRows", account, rows, &mut self.activity_row_ids, place, self.errors);
        for (index, row) in entry.activity_rows.iter().enumerate() {
            if let Some(server) = row.server
                && !self.known.servers.contains(&server)
            {
                self.errors.add(
                    place.index(index).key("server"),
                    format_args!("there is no server {server}; name one by its id, or add it under servers"),
                );
            }
        }
    }

    fn words(&mut self, entry: &AccountEntry, place: DocumentPlace<'_>) {
        let fields = place.key("profileFields");
        let mut seen = Seen::new();
        for (index, field) in entry.profile_fields.iter().enumerate() {
            require_name(&field.id, fields.index(index).key("id"), self.errors);
            let (field_place, kind) = (fields.index(index), self.known.fields.get(field.id.as_str()));
            match kind.map(|kind| kind.check(&field.value)) {
                None => require_short_json(Some(&field.value), field_place.key("value"), self.errors),
                Some(Ok(())) => {}
                Some(Err(fault)) => self.errors.add(field_place.key("value"), fault),
            }
            if seen.earlier(field.id.as_str(), index).is_some() {
                let id = &field.id;
                self.errors.add(
                    fields.index(index),
                    format_args!("the field \"{id}\" stands here twice: once is enough"),
                );
            }
        }
        let preferences = place.key("notificationPreferences");
        for (topic, events) in entry.notification_preferences.iter().flatten() {
            require_name(topic, preferences, self.errors);
            for event in events.keys() {
                require_name(event, preferences, self.errors);
            }
        }
    }

    fn api_ids(&mut self, entry: &AccountEntry, api_ids: DocumentPlace<'_>) {
        let (name, count) = (&entry.name, entry.api_ids.as_ref().map_or(0, Vec::len));
        if count > MOST_OF_AN_ACCOUNT {
            self.errors.add(
                api_ids,
                format_args!(
                    "\"{name}\" would have {count}: leave some out, the most is {MOST_OF_AN_ACCOUNT}"
                ),
            );
        }
        let mut seen = Seen::new();
        for (index, id) in entry.api_ids.iter().flatten().enumerate() {
            require_name(id, api_ids.index(index), self.errors);
            if seen.earlier(id.as_str(), index).is_some() {
                self.errors.add(api_ids.index(index), "it stands here twice: once is enough");
            }
            if !names_a_person(id) {
                self.errors.add(
                    api_ids.index(index),
                    format_args!("people share \"{id}\", so that it names nobody: put it under identifiers, or leave it out"),
                );
            }
        }
    }
}

/// Checks clock rows or activity rows; `key` is what the document calls them.
fn check_rows<'a>(
    key: &str,
    account: usize,
    rows: impl Iterator<Item = &'a ClockRowEntry>,
    ids: &mut Seen<Uuid, PartPlace>,
    place: DocumentPlace<'_>,
    errors: &mut DocumentErrors,
) {
    let mut natural = Seen::new();
    for (index, row) in rows.enumerate() {
        let place = place.index(index);
        require_name(&row.kind, place.key("type"), errors);
        require_short_json(row.notes.as_ref(), place.key("notes"), errors);
        if row.end_time.is_some_and(|end| end.0 < row.start_time.0) {
            errors.add(place.key("endTime"), "it is before startTime: swap the two");
        }
        if let Some(id) = row.id {
            if let Some((a, i)) = ids.earlier(id, (account, index)) {
                let other = errors.refer(format_args!("accounts[{a}].{key}[{i}]"));
                errors.add(
                    place.key("id"),
                    format_args!("{other} has this id already: choose another, or none"),
                );
            }
        } else if let Some(first) = natural.earlier((row.start_time.0, row.kind.as_str()), index) {
            let other = errors.refer(format_args!("accounts[{account}].{key}[{first}]"));
            errors.add(place, format_args!("{other} began then too: give one of them an id"));
        }
    }
}
