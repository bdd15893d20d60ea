//! A game server as a request or a document describes it, checked and put onto what is stored.

use http::Uri;
use jiff::Timestamp;
use rankledger_domain::game_server::{
    AceMapping, BadPart, GameServer, MAX_URL_LENGTH, MOST_MAPPINGS, Secret, check_id, check_principal,
    parse_host, parse_port,
};
use rankledger_domain::ids::RankId;
use rankledger_domain::name::{Name, check_reason};
use rankledger_domain::rank::{CommunityRanks, RankName};
use rankledger_domain::refusal::NamedEntry;

use crate::wire::game_servers::{MappingEntry, ServerEntry};
use crate::wire::loose_text::Text;
use crate::wire::problem::Problem;
use crate::wire::sent::Sent;

/// What is wrong with entries, each with its place: a JSON pointer.
#[derive(Debug, Default)]
pub(in crate::ops) struct Faults {
    /// Parts that do not have the form they must have.
    pub(in crate::ops) forms: Vec<(String, String)>,
    /// Ranks that the community does not have.
    pub(in crate::ops) unknown_ranks: Vec<NamedEntry>,
}

impl Faults {
    /// Returns the refusal of a request that has these faults.
    pub(super) fn into_result(self) -> Result<(), Problem> {
        if let Some((pointer, what)) = self.forms.first() {
            return Err(Problem::invalid_body(pointer, what));
        }
        if self.unknown_ranks.is_empty() { Ok(()) } else { Err(Problem::unknown_rank(&self.unknown_ranks)) }
    }

    /// Notes a part that does not have its form, and returns one that has.
    fn checked<T, E: ToString>(&mut self, pointer: String, checked: Result<T, E>) -> Option<T> {
        checked.map_err(|error| self.forms.push((pointer, error.to_string()))).ok()
    }

    /// Returns a part that may be absent or nothing. One that does not have its form is noted, and is as good
    /// as absent.
    fn optional<T, E: ToString>(
        &mut self,
        pointer: String,
        sent: Sent<&str>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Sent<T> {
        match sent {
            Sent::Absent => Sent::Absent,
            Sent::Nothing => Sent::Nothing,
            Sent::Value(text) => self.checked(pointer, parse(text)).map_or(Sent::Absent, Sent::Value),
        }
    }

    /// Returns the ranks that a list names, each once. Notes those that there are not.
    fn ranks(&mut self, pointer: &str, names: &[String], ranks: &CommunityRanks) -> Vec<RankId> {
        let names: Vec<_> = names.iter().map(|name| RankName::parse(name)).collect();
        let mut found = ranks.resolve_all(&names, pointer, &mut self.unknown_ranks);
        let mut seen = std::collections::HashSet::new();
        found.retain(|rank| seen.insert(*rank));
        found
    }
}

/// Puts an entry onto the server as it is stored, or onto a new one. `place` is the entry's JSON pointer.
pub(in crate::ops) fn with_entry(
    stored: Option<&GameServer>,
    entry: &ServerEntry,
    place: &str,
    ranks: &CommunityRanks,
    now: Timestamp,
    faults: &mut Faults,
) -> GameServer {
    let at = |member: &str| format!("{place}/{member}");
    let mut server = stored.cloned().unwrap_or_else(|| GameServer::named(entry.id, ""));
    faults.checked(at("id"), check_id(entry.id));
    if let Some(name) = faults.checked(at("name"), Name::parse(&entry.name)) {
        server.name = name.into();
    }
    if let Some(description) = &entry.description {
        faults.checked(at("description"), check_reason(description));
        server.description.clone_from(description);
    }
    let ip = faults.optional(at("ip"), entry.ip.text(), parse_host);
    server.ip = ip.over(server.ip);
    let port = entry.port.clone().and_then(Text::given);
    let port = faults.optional(at("port"), port.text(), parse_port);
    server.port = port.over(server.port);
    let name = |text: &str| Name::parse(text).map(String::from);
    let kind = faults.optional(at("type"), entry.r#type.text(), name);
    let kind = kind.over(server.kind.clone());
    set_kind(&mut server, kind, now);
    let code = faults.optional(at("robloxJoinCode"), entry.roblox_join_code.text(), name);
    server.roblox_join_code = code.over(server.roblox_join_code);
    if let Some(metadata) = &entry.roblox_metadata {
        server.roblox_metadata.clone_from(metadata);
    }
    let key = faults.optional(at("erlcApiKey"), entry.erlc_api_key.text(), Secret::parse);
    server.erlc_api_key = key.over(server.erlc_api_key);
    if let Some(mappings) = entry.ace_config.as_ref().and_then(|config| config.mappings.as_ref()) {
        server.aces = mappings_of(mappings, &at("aceConfig/mappings"), ranks, faults);
    }
    if let Some(names) = &entry.allowed_ranks {
        server.whitelist.allowed = faults.ranks(&at("allowedRanks"), names, ranks);
    }
    if let Some(names) = &entry.blocked_ranks {
        server.whitelist.blocked = faults.ranks(&at("blockedRanks"), names, ranks);
    }
    let url = faults.optional(at("pushUrl"), entry.push_url.text(), push_url);
    server.push_url = url.over(server.push_url);
    let secret = faults.optional(at("pushSecret"), entry.push_secret.text(), Secret::parse);
    server.push_secret = secret.over(server.push_secret);
    server
}

/// Sets the type of a server, and when that was.
fn set_kind(server: &mut GameServer, kind: Option<String>, now: Timestamp) {
    if server.kind != kind {
        server.kind = kind;
        server.kind_updated_at = Some(now);
    }
}

/// Returns the mappings of a request. `place` is the JSON pointer of their list.
pub(super) fn mappings_of(
    entries: &[MappingEntry],
    place: &str,
    ranks: &CommunityRanks,
    faults: &mut Faults,
) -> Vec<AceMapping> {
    if entries.len() > MOST_MAPPINGS {
        let what = format!("there are {}: the most is {MOST_MAPPINGS}", entries.len());
        faults.forms.push((place.to_owned(), what));
    }
    let mapping = |(index, entry): (usize, &MappingEntry)| {
        let at = |member: &str| format!("{place}/{index}/{member}");
        let mut found = faults.ranks(&at("ranks"), entry.ranks.as_deref().unwrap_or_default(), ranks);
        if let Some(role) = &entry.discord_role_id {
            match ranks.resolve(&RankName::parse(role)) {
                Some(rank) if found.contains(&rank.id) => {}
                Some(rank) => found.push(rank.id),
                None => {
                    let pointer = at("discordRoleId");
                    faults.unknown_ranks.push(NamedEntry { pointer, name: role.clone() });
                }
            }
        }
        let checked = |principal: &String| {
            check_principal(principal).map(|()| principal.clone()).map_err(|bad| bad.to_string())
        };
        let (member, principal) = match (&entry.principal, &entry.ace_group) {
            (Some(one), Some(other)) if one != other => {
                ("principal", Err("aceGroup names another one: send one of them".to_owned()))
            }
            (Some(principal), _) => ("principal", checked(principal)),
            (None, Some(group)) => ("aceGroup", checked(group)),
            (None, None) => {
                ("principal", Err("a mapping needs a principal, such as \"group.admin\"".to_owned()))
            }
        };
        let principal = faults.checked(at(member), principal)?;
        Some(AceMapping { ranks: found, principal })
    };
    entries.iter().enumerate().filter_map(mapping).collect()
}

/// Checks a push URL. A user name in it would be sent to whoever the rest names.
fn push_url(text: &str) -> Result<String, BadPart> {
    let uri: Uri = text.parse().map_err(|_| BadPart::Url)?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'));
    let is_host = authority.is_some_and(|authority| parse_host(authority.host()).is_ok());
    let is_port = authority.is_some_and(|authority| match authority.port() {
        None => true,
        Some(port) => port.as_u16() > 0,
    });
    let is_fit = is_http && is_host && is_port && !text.contains('#') && text.len() <= MAX_URL_LENGTH;
    if is_fit { Ok(text.to_owned()) } else { Err(BadPart::Url) }
}
