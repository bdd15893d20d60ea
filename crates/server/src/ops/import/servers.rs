//! Checks game servers, and plans what is to be written of them.

use jiff::Timestamp;
use rankledger_domain::game_server::GameServer;
use rankledger_domain::rank::CommunityRanks;
use rankledger_domain::refusal::NamedEntry;

use super::checks::{Seen, unknown_rank};
use super::document::ServerEntry;
use super::errors::{DocumentErrors, DocumentPlace};
use super::outcome::Outcome;
use super::times::Time;
use crate::ops::game_servers::entry::{Faults, with_entry};

/// The game servers as they are to be stored. Those that the document does not name stay.
pub(super) fn plan_servers(
    entries: &[ServerEntry],
    stored: &[GameServer],
    ranks: &CommunityRanks,
    now: Timestamp,
    errors: &mut DocumentErrors,
) -> Vec<(Outcome, GameServer)> {
    let mut seen = Seen::new();
    let servers = DocumentPlace::root("servers");
    let mut planned = Vec::with_capacity(entries.len());
    for (index, ServerEntry(entry)) in entries.iter().enumerate() {
        if let Some(first) = seen.earlier(entry.id, index) {
            let (id, other) = (entry.id, errors.refer(servers.index(first)));
            errors.add(
                servers.index(index).key("id"),
                format_args!("{other} has the id {id} already: choose another"),
            );
        }
        let old = stored.iter().find(|old| old.id == entry.id);
        let mut faults = Faults::default();
        let mut server = with_entry(old, entry, &format!("/servers/{index}"), ranks, now, &mut faults);
        if let Some(time) = entry.type_last_updated {
            server.kind_updated_at = Some(Time::from(time.0).0);
        }
        report(faults, ranks, errors);
        planned.push((Outcome::of(&server, old), server));
    }
    planned
}

fn report(faults: Faults, ranks: &CommunityRanks, errors: &mut DocumentErrors) {
    for (pointer, what) in faults.forms {
        errors.add(place_of(&pointer), what);
    }
    for NamedEntry { pointer, name } in faults.unknown_ranks {
        errors.add(place_of(&pointer), unknown_rank(&name, ranks));
    }
}

/// Returns the place in a document that a JSON pointer names: `servers[0].ip` for `/servers/0/ip`.
fn place_of(pointer: &str) -> String {
    let step = |(index, step): (usize, &str)| match step.parse::<usize>() {
        Ok(number) => format!("[{number}]"),
        Err(_) if index == 0 => step.to_owned(),
        Err(_) => format!(".{step}"),
    };
    pointer.split('/').skip(1).enumerate().map(step).collect()
}
