//! Leaves out of what was read whatever an import would refuse for the whole community, and says what that
//! was: a rank that no department has, an identifier or a time that cannot be read, a value that does not fit
//! its profile field.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rankledger_domain::identifier::{IdentifierName, is_personal, split_kind};
use rankledger_domain::profile_field::FieldType;
use serde_json::Value;
use uuid::Uuid;

use super::answers::{Account, ClockRow, Definitions, FieldValue, Identifier, Server};

/// Leaves out what does not fit. Returns a line for each such thing.
pub(super) fn fit(definitions: &mut Definitions, accounts: &mut [Account]) -> Vec<String> {
    let ranks = definitions.departments.iter().flat_map(|department| &department.ranks);
    let ranks: HashSet<Uuid> = ranks.map(|rank| rank.id).collect();
    let mut fitter = Fitter { ranks, fields: HashMap::new(), left_out: Vec::new() };
    fitter.definitions(definitions);
    for field in &definitions.profile_fields {
        if let Some(kind) = FieldType::parse(&field.r#type) {
            fitter.fields.insert(&field.id, (kind, field.options.as_deref().unwrap_or_default()));
        }
    }
    for account in accounts {
        fitter.account(account);
    }
    fitter.left_out
}

struct Fitter<'a> {
    ranks: HashSet<Uuid>,
    /// The types and the options of the profile fields.
    fields: HashMap<&'a str, (FieldType, &'a [String])>,
    left_out: Vec<String>,
}

impl Fitter<'_> {
    fn definitions(&mut self, definitions: &mut Definitions) {
        for flow in &mut definitions.flows {
            let flow_name = format!("promotion flow {} to {}", flow.label_from, flow.label_to);
            self.known_ranks(&flow_name, &mut flow.ranks_to_add);
            self.known_ranks(&flow_name, &mut flow.ranks_to_remove);
        }
        for server in &mut definitions.servers {
            self.server(server);
        }
    }

    fn server(&mut self, server: &mut Server) {
        let name = format!("server {}", server.name);
        for list in [&mut server.allowed_ranks, &mut server.blocked_ranks].into_iter().flatten() {
            self.known_ranks(&name, list);
        }
        let mappings = server.ace_config.iter_mut().flat_map(|config| &mut config.mappings);
        mappings.for_each(|mapping| self.known_ranks(&name, &mut mapping.ranks));
    }

    fn account(&mut self, account: &mut Account) {
        let name = account.name.clone();
        self.known_ranks(&name, &mut account.ranks);
        self.moment(&name, "joinDate", &mut account.join_date);
        self.moment(&name, "lastLogin", &mut account.last_login);
        if let Some(id) = &account.discord_id
            && let Err(fault) = IdentifierName::parse("discord", id)
        {
            self.left_out.push(format!("{name}: discordId {id}: {fault}"));
            account.discord_id = None;
        }
        self.identifiers(account);
        let fields = std::mem::take(&mut account.profile_fields);
        account.profile_fields = self.profile_fields(&name, fields);
        account.clock_rows.retain_mut(|row| self.clock_row(&name, row));
    }

    /// Keeps the ranks that there are, each once.
    fn known_ranks(&mut self, whose: &str, ranks: &mut Vec<String>) {
        let mut seen = HashSet::new();
        ranks.retain(|name| {
            let id = Uuid::parse_str(name).ok().filter(|id| self.ranks.contains(id));
            if id.is_none() {
                self.left_out.push(format!("{whose}: the rank {name}, which no department has"));
            }
            id.is_some_and(|id| seen.insert(id))
        });
    }

    /// Keeps a time that can be read.
    fn moment(&mut self, whose: &str, member: &str, moment: &mut Option<String>) {
        if let Some(text) = moment.take_if(|text| text.parse::<Timestamp>().is_err()) {
            self.left_out.push(format!("{whose}: {member} {text}, which is no time"));
        }
    }

    /// Keeps the identifiers that can be read, each once. The active ids that are not among them become
    /// identifiers, or ids without a type.
    fn identifiers(&mut self, account: &mut Account) {
        let mut seen: HashSet<IdentifierName> = HashSet::new();
        let mut kept = Vec::with_capacity(account.identifiers.len());
        for mut identifier in std::mem::take(&mut account.identifiers) {
            let (kind, value) = (&identifier.r#type, identifier.value.as_deref().unwrap_or_default());
            match IdentifierName::parse(kind, value) {
                Err(fault) => {
                    self.left_out.push(format!("{}: the identifier {kind}:{value}: {fault}", account.name));
                }
                Ok(name) => {
                    self.parts_of_identifier(&account.name, &mut identifier, &name.kind);
                    if seen.insert(name) {
                        kept.push(identifier);
                    }
                }
            }
        }
        for id in account.active_api_ids.iter().flatten() {
            match split_kind(id).map(|(kind, value)| IdentifierName::parse(kind, value)) {
                Some(Ok(name)) if !seen.contains(&name) => {
                    kept.push(Identifier::verified(&name));
                    seen.insert(name);
                }
                None | Some(Err(_))
                    if seen.iter().all(|name| name.value != *id) && !account.api_ids.contains(id) =>
                {
                    account.api_ids.push(id.clone());
                }
                _ => {}
            }
        }
        account.identifiers = kept;
    }

    fn parts_of_identifier(&mut self, whose: &str, identifier: &mut Identifier, kind: &str) {
        let is_id = |id: &mut String| Uuid::parse_str(id).is_ok();
        identifier.id.take_if(|id| !is_id(id));
        identifier.flag_id.take_if(|id| !is_personal(kind) && !is_id(id));
        self.moment(whose, "createdAt of an identifier", &mut identifier.created_at);
        self.moment(whose, "updatedAt of an identifier", &mut identifier.updated_at);
    }

    /// Keeps the values that fit their fields, of each field one. Null is no value.
    fn profile_fields(&mut self, whose: &str, mut values: Vec<FieldValue>) -> Vec<FieldValue> {
        let mut seen = HashSet::new();
        values.retain(|FieldValue { id, value }| {
            let checked = self.fields.get(id.as_str()).map(|(kind, options)| kind.check(options, value));
            if let Some(Err(fault)) = &checked {
                self.left_out.push(format!("{whose}: the profile field {id}, which is {value}: {fault}"));
            }
            !matches!(checked, Some(Err(_))) && *value != Value::Null && seen.insert(id.clone())
        });
        values
    }

    /// Whether a clock row has a start that can be read, and does not end before it.
    fn clock_row(&mut self, whose: &str, row: &mut ClockRow) -> bool {
        row.id.take_if(|id| Uuid::parse_str(id).is_err());
        let read = |time: &Option<String>| time.as_ref().map(|time| time.parse::<Timestamp>()).transpose();
        let is_fit = match (read(&row.start_time), read(&row.end_time)) {
            (Ok(Some(start)), Ok(end)) => end.is_none_or(|end| end >= start),
            _ => false,
        };
        if !is_fit {
            let text = |time: &Option<String>| time.clone().unwrap_or_else(|| "nothing".to_owned());
            let (start, end) = (text(&row.start_time), text(&row.end_time));
            self.left_out.push(format!("{whose}: the time on duty from {start} to {end}"));
        }
        is_fit
    }
}
