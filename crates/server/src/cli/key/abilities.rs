//! What a new key may do, and to whom, in sentences.

use rankledger_domain::credential::{Credential, RateFactor, Scope};
use rankledger_domain::rank::{CommunityRanks, Power};
use rankledger_domain::time::wire_format;

use super::grant::Granted;
use crate::cli::print::harmless;

/// Ranks that a sentence names; it counts the others.
const NAMED: usize = 5;

/// Returns lines that say what the key may do, and to whom.
pub(super) fn abilities(granted: &Granted) -> String {
    let Granted { credential, community, .. } = granted;
    let mut lines = vec![format!("In {} ({}) it may:", harmless(&community.name), community.public_id)];
    lines.extend(credential.scopes.iter().map(|scope| format!("- {} ({scope})", in_words(scope))));
    lines.push(reach(granted));
    let factor = credential.rate_factor;
    if factor > RateFactor::ONE {
        lines.push(format!("It may send {factor} times as many requests as the rate limits allow others."));
    }
    if let Some(end) = credential.expires_at {
        lines.push(format!("It ends at {}.", wire_format(end)));
    }
    lines.join("\n") + "\n"
}

fn in_words(scope: Scope) -> &'static str {
    match scope {
        Scope::CommunityRead => "read the community, its departments and its promotion flows",
        Scope::AccountsRead => "read accounts and the history",
        Scope::AccountsWrite => "change accounts, and ban, kick and archive them",
        Scope::RanksWrite => "give and take ranks",
        Scope::RanksUndo => "undo single rank changes",
        Scope::RanksRollback => "undo all that somebody did, in one request",
        Scope::RanksForce => "undo also what later changes superseded",
        Scope::EventsRead => "read the feed of what happens",
        Scope::Admin => "do everything, also make other keys",
    }
}

/// Says which ranks and accounts the key reaches, and how to make one that reaches others.
fn reach(granted: &Granted) -> String {
    let Granted { credential, ranks, is_ceiling_given, .. } = granted;
    match (credential.power_ceiling, ranks.proposed_ceiling()) {
        (Some(ceiling), _) => {
            let only = format!("It reaches only ranks and accounts of power below {ceiling}");
            let beyond = match names(ranks, ceiling) {
                Some(names) => format!("it cannot give or take {names}"),
                None => "at present these are all ranks".to_owned(),
            };
            let way_out = "--power-ceiling N chooses another power, and --power-ceiling none makes a key that reaches all";
            let way_out = if *is_ceiling_given { String::new() } else { format!(" ({way_out})") };
            format!("{only}: {beyond}{way_out}.")
        }
        (None, Some(proposed)) => {
            let names = names(ranks, proposed).unwrap_or_default();
            let all = format!("It has no power ceiling: it reaches every rank and account, also {names}");
            let way_out = format!("a key made with --power-ceiling {proposed} does not");
            let is_settled = *is_ceiling_given || is_admin(credential);
            if is_settled { format!("{all}.") } else { format!("{all} ({way_out}).") }
        }
        (None, None) => {
            let all = "It has no power ceiling: it reaches every rank and account";
            let why = "the community has no rank above others from which one would follow";
            let is_settled = *is_ceiling_given || is_admin(credential);
            if is_settled { format!("{all}.") } else { format!("{all} ({why}).") }
        }
    }
}

fn is_admin(credential: &Credential) -> bool {
    credential.scopes.allow(Scope::Admin)
}

/// The ranks that a key with this power ceiling does not reach, as a list in a sentence. `None` if there are
/// none.
fn names(ranks: &CommunityRanks, ceiling: Power) -> Option<String> {
    let beyond = ranks.beyond(ceiling);
    let named: Vec<_> = beyond.iter().take(NAMED).map(|rank| harmless(&rank.label)).collect();
    let named = named.join(", ");
    match beyond.len().checked_sub(NAMED) {
        _ if beyond.is_empty() => None,
        None | Some(0) => Some(named),
        Some(more) => Some(format!("{named} and {more} more")),
    }
}
