//! From an account entry to the rows that are to be stored: the entry, over what is stored, over the
//! defaults.

use jiff::Timestamp;
use rankledger_domain::identifier::is_personal;
use rankledger_storage::accounts::Profile;
use rankledger_storage::clock_rows::{ActivityRow, ClockRow};
use rankledger_storage::identifiers::Identifier;
use rankledger_storage::json::Json;
use rankledger_storage::profiles::{NotificationPreference, ProfileField};
use rankledger_storage::standings::AccountDetails;
use serde_json::Value;
use uuid::Uuid;

use super::accounts::Settled;
use super::document::AccountEntry;
use super::document::ActivityRowEntry;
use super::document::ClockRowEntry;
use super::document::IdentifierEntry;
use super::ids::NaturalIds;
use super::times::Time;

/// Everything that is needed to turn an entry into rows.
pub(super) struct Rows<'e, 'a> {
    pub(super) entry: &'e AccountEntry,
    pub(super) settled: Settled,
    /// The stored row of the account. `None` if the account is new.
    pub(super) stored: Option<&'a AccountDetails>,
    /// Every clock row that is stored of it, if the entry has any: the row above has the newest only.
    pub(super) known_clock: &'a [ClockRow],
    /// Every activity row that is stored of it, if the entry has any.
    pub(super) known_activity: &'a [ActivityRow],
    pub(super) ids: NaturalIds,
    pub(super) now: Timestamp,
}

fn at(time: Option<Time>) -> Option<Timestamp> {
    time.map(|time| time.0)
}

impl<'e> Rows<'e, '_> {
    /// Why and until when an account is banned is kept with the ban: an import does not change either.
    pub(super) fn profile(&self) -> Profile {
        let entry = self.entry;
        let old = self.stored.map(|stored| &stored.profile);
        Profile {
            id: self.settled.id,
            unique_id: self.settled.unique_id,
            custom_unique_id: entry.custom_unique_id.or(old.map(|old| old.custom_unique_id)).unwrap_or(false),
            name: entry.name.clone(),
            sys_status: entry.sys_status.or(old.map(|old| old.sys_status)).unwrap_or(true),
            join_date: at(entry.join_date).or(old.map(|old| old.join_date)).unwrap_or(self.now),
            last_login: at(entry.last_login).or(old.and_then(|old| old.last_login)),
            ban_info: old.map_or_else(|| entry.ban_info.clone(), |old| old.ban_info.clone()),
            ban_expiration: old.map_or(at(entry.ban_expiration), |old| old.ban_expiration),
            api_id_preference: entry.api_id_preference.or(old.map(|old| old.api_id_preference)).unwrap_or(0),
            bio: entry.bio.clone().or_else(|| old.and_then(|old| old.bio.clone())),
            discord_id: self.linked_id(entry.discord_id.as_ref(), "discord", |old| old.discord_id.as_ref()),
            roblox_id: self.linked_id(entry.roblox_id.as_ref(), "roblox", |old| old.roblox_id.as_ref()),
            teamspeak_id: entry.teamspeak_id.clone().or_else(|| old.and_then(|old| old.teamspeak_id.clone())),
        }
    }

    /// The id given, else the value of the entry's first verified identifier of this kind, else the one
    /// stored.
    fn linked_id(
        &self,
        given: Option<&String>,
        kind: &str,
        stored: impl Fn(&Profile) -> Option<&String>,
    ) -> Option<String> {
        let identifiers = self.stored.map_or(&[][..], |stored| &stored.identifiers);
        let is_linked = |identifier: &&IdentifierEntry| {
            identifier.kind == kind && self.identifier(identifier, identifiers).verified
        };
        let first = || self.entry.identifiers.iter().find(is_linked);
        let old = || self.stored.and_then(|old| stored(&old.profile));
        given.or_else(|| first().map(|identifier| &identifier.value)).or_else(old).cloned()
    }

    /// The identifiers that are new or differ.
    pub(super) fn identifiers(&self) -> Vec<Identifier> {
        let stored = self.stored.map_or(&[][..], |stored| &stored.identifiers);
        let rows = self.entry.identifiers.iter().map(|entry| self.identifier(entry, stored));
        rows.filter(|row| !stored.contains(row)).collect()
    }

    fn identifier(&self, entry: &IdentifierEntry, stored: &[Identifier]) -> Identifier {
        let old = stored.iter().find(|old| match entry.id {
            Some(id) => old.id == id,
            None => *old.kind == *entry.kind && *old.value == *entry.value,
        });
        let id = entry.id.or(old.map(|old| old.id));
        // The flag on a shared identifier is raised, not written: see `write.rs`.
        let given_flag = entry.flag_id.as_deref().filter(|_| is_personal(&entry.kind));
        let metadata = entry.metadata.clone().map(|members| Json::from(Value::Object(members)));
        Identifier {
            id: id.unwrap_or_else(|| self.ids.identifier(self.settled.id, entry)),
            account: self.settled.id,
            kind: entry.kind.as_str().into(),
            value: entry.value.as_str().into(),
            ref_count: entry.ref_count.map(i64::from).or(old.map(|old| old.ref_count)).unwrap_or(1),
            verified: is_personal(&entry.kind)
                && entry.verified.or(old.map(|old| old.verified)).unwrap_or(true),
            metadata: metadata.or_else(|| old.map(|old| old.metadata.clone())).unwrap_or(Json::EMPTY_OBJECT),
            flag_id: given_flag.or(old.and_then(|old| old.flag_id.as_deref())).map(Box::from),
            created_at: old.map(|old| old.created_at).or(at(entry.created_at)).unwrap_or(self.now),
            updated_at: at(entry.updated_at).or(old.and_then(|old| old.updated_at)),
        }
    }

    /// The untyped ids, if the entry gives any list and it differs.
    pub(super) fn api_ids(&self) -> Option<&'e [String]> {
        let stored = self.stored.map_or(&[][..], |stored| &stored.api_ids);
        self.entry
            .api_ids
            .as_deref()
            .filter(|ids| !ids.iter().map(String::as_str).eq(stored.iter().map(AsRef::as_ref)))
    }

    /// The clock rows that are new or differ.
    pub(super) fn clock_rows(&self) -> Vec<ClockRow> {
        let stored = self.known_clock;
        let rows = self.entry.clock_rows.iter().map(|entry| {
            let natural = || self.ids.clock_row(self.settled.id, entry);
            clock_row(entry, stored.iter().find(|old| is_row(entry, old)), natural)
        });
        rows.filter(|row| !stored.contains(row)).collect()
    }

    /// The activity rows that are new or differ.
    pub(super) fn activity_rows(&self) -> Vec<ActivityRow> {
        let stored = self.known_activity;
        let rows = self.entry.activity_rows.iter().map(|ActivityRowEntry { server, row: entry }| {
            let old = stored.iter().find(|old| is_row(entry, &old.row));
            let natural = || self.ids.activity_row(self.settled.id, entry);
            ActivityRow {
                server: server.or(old.and_then(|old| old.server)),
                row: clock_row(entry, old.map(|old| &old.row), natural),
            }
        });
        rows.filter(|row| !stored.contains(row)).collect()
    }

    /// All profile fields in order, if there is anything to write: those of the entry, then those stored
    /// besides.
    pub(super) fn profile_fields(&self) -> Vec<ProfileField> {
        let stored = self.stored.map_or(&[][..], |stored| &stored.profile_fields);
        let given = self.entry.profile_fields.iter();
        let given = given.map(|field| (field.id.as_str().into(), field.value.clone().into()));
        let mut fields: Vec<_> = given.map(|(id, value)| ProfileField { id, value }).collect();
        for old in stored {
            if !fields.iter().any(|field| field.id == old.id) {
                fields.push(old.clone());
            }
        }
        if fields == stored { Vec::new() } else { fields }
    }

    /// The notification preferences that are new or differ.
    pub(super) fn notification_preferences(&self) -> Vec<NotificationPreference> {
        let stored = self.stored.map(|stored| stored.notification_preferences.as_slice());
        let Some(topics) = &self.entry.notification_preferences else {
            return if stored.is_none() { vec![NotificationPreference::usual()] } else { Vec::new() };
        };
        let rows = topics.iter().flat_map(|(topic, events)| {
            events.iter().map(|(event, channels)| NotificationPreference {
                topic: topic.clone(),
                event: event.clone(),
                inbox: channels.inbox,
                desktop: channels.desktop,
                mobile: channels.mobile,
                email: channels.email,
                discord: channels.discord,
            })
        });
        rows.filter(|row| !stored.unwrap_or_default().contains(row)).collect()
    }
}

/// Whether an entry is a row that is stored.
fn is_row(entry: &ClockRowEntry, old: &ClockRow) -> bool {
    match entry.id {
        Some(id) => old.id == id,
        None => old.start_time == entry.start_time.0 && *old.kind == *entry.kind,
    }
}

fn clock_row(entry: &ClockRowEntry, old: Option<&ClockRow>, natural: impl FnOnce() -> Uuid) -> ClockRow {
    let id = entry.id.or(old.map(|old| old.id));
    let end_time = at(entry.end_time).or(old.and_then(|old| old.end_time));
    let completed = entry.completed.or(old.filter(|_| entry.end_time.is_none()).map(|old| old.completed));
    let notes = entry.notes.clone().map(|notes| Json::from(Value::Array(notes)));
    ClockRow {
        id: id.unwrap_or_else(natural),
        start_time: entry.start_time.0,
        end_time,
        completed: completed.unwrap_or(end_time.is_some()),
        notes: notes.or_else(|| old.map(|old| old.notes.clone())).unwrap_or(Json::EMPTY_ARRAY),
        kind: entry.kind.as_str().into(),
    }
}
