//! The Discord ids by which an entry knows somebody, wherever they stand in it.

use rankledger_domain::identifier::{IdentifierName, bare_steam_id, is_discord_id, split_kind};

use super::document::AccountEntry;

const DISCORD: &str = "discord";

/// The list, and the index there, at which a Discord id stands; `discordId` has no index.
type Where = (&'static str, Option<usize>);

/// Returns the Discord ids of an entry, each once, with the first place where it stands.
pub(super) fn discord_ids(entry: &AccountEntry) -> Vec<(String, Where)> {
    let mut ids: Vec<(String, Where)> = Vec::new();
    let on_row = entry.discord_id.iter().map(|id| (id.clone(), ("discordId", None)));
    let typed = (0..).zip(&entry.identifiers).filter_map(|(index, identifier)| {
        let counts = identifier.kind == DISCORD && identifier.verified != Some(false);
        counts.then(|| (identifier.value.clone(), ("identifiers", Some(index))))
    });
    let untyped = (0..).zip(entry.api_ids.iter().flatten());
    let untyped = untyped.filter_map(|(index, id)| Some((of_api_id(id)?, ("apiIds", Some(index)))));
    for (id, place) in on_row.chain(typed).chain(untyped) {
        if !ids.iter().any(|(known, _)| *known == id) {
            ids.push((id, place));
        }
    }
    ids
}

/// Returns the Discord id that an id without a type is: with `discord:` before it, or so long that it can be
/// nothing else. `None` if it is another one.
fn of_api_id(id: &str) -> Option<String> {
    match split_kind(id.trim()) {
        Some((kind, value)) if kind.eq_ignore_ascii_case(DISCORD) => {
            IdentifierName::parse(DISCORD, value).ok().map(|name| name.value)
        }
        None if is_discord_id(id.trim()) && bare_steam_id(id.trim()).is_none() => Some(id.trim().to_owned()),
        _ => None,
    }
}
