//! The report of what was read: how much, the powers, how it differs from what is here, what was left out,
//! and what the API of the hosted original does not tell.

use std::path::Path;

use super::answers::{Community, Definitions, Department, Rank};
use super::powers::{Origin, Powers};
use super::reading::Accounts;
use crate::cli::print::count;

/// The most lines about what was left out that are shown. The document has all of them.
const SHOWN: usize = 20;

/// What that API does not tell, and what becomes of it.
const NOT_TOLD: [&str; 8] = [
    "retired ranks and departments: whoever holds one there does not hold it here",
    "until when a rank is held: every rank is held without an end",
    "why and until when somebody is banned: every ban lasts until it is lifted",
    "the history: it begins here with one change for each account that has ranks",
    "biographies, notification preferences and the time in game",
    "time on duty beyond the rows that come with an account",
    "which ranks may join a server, and the keys of servers: see docs/guides/game-servers.md",
    "API keys: `rankledger key adopt` takes over each key that clients have, so that they need no other",
];

/// What the report is about.
pub(super) struct Report<'a> {
    pub(super) address: &'a str,
    pub(super) community: &'a Community,
    pub(super) definitions: &'a Definitions,
    pub(super) accounts: &'a Accounts,
    pub(super) powers: &'a Powers,
    /// `None` if the community is new here.
    pub(super) differences: Option<&'a [String]>,
    pub(super) left_out: &'a [String],
}

impl Report<'_> {
    /// Returns the lines at the top of the document: what it is, and all that was left out.
    pub(super) fn heading(&self, read_at: &str) -> Vec<String> {
        let Report { community, address, .. } = self;
        let mut lines = vec![
            format!("The community {}, read from {address}; the reading began at {read_at}.", community.id),
            "Edit it if you like, then: rankledger import THIS_FILE. The format: docs/guides/import.md"
                .to_owned(),
            format!("Powers: {}.", self.powers_in_words()),
        ];
        if !self.left_out.is_empty() {
            lines.push("Left out, because an import would refuse it:".to_owned());
            lines.extend(self.left_out.iter().map(|line| format!("  {line}")));
        }
        lines
    }

    /// Returns the text that is shown before anything is written.
    pub(super) fn text(&self, document: &Path) -> String {
        let mut lines =
            vec![format!("{} ({}), from {}", self.community.name, self.community.id, self.address)];
        lines.push(format!("  {}", self.counts()));
        lines.push(format!("\nPowers: {}", self.powers_in_words()));
        lines.extend(self.ranks());
        if let Some(differences) = self.differences {
            lines.push("\nRanks and accounts that differ from those here".to_owned());
            lines.extend(differences.iter().map(|line| format!("  {line}")));
            if differences.is_empty() {
                lines.push("  none".to_owned());
            }
            lines.push(
                "  An import leaves the ranks, the status and the bans of accounts that are here as they are, and removes \
                 nobody. With --update it sets the ranks and the status."
                    .to_owned(),
            );
        }
        self.left_out(&mut lines);
        lines.push("\nNot told by that API".to_owned());
        lines.extend(NOT_TOLD.iter().map(|line| format!("  {line}")));
        let document = document.display();
        lines.push(format!("\nThe import document is {document}"));
        lines.push(format!("To edit it first, and to import it later: rankledger import {document}\n"));
        lines.join("\n")
    }

    fn counts(&self) -> String {
        let Definitions { departments, flows, profile_fields, clock_in_types, log_types, servers } =
            self.definitions;
        let ranks = departments.iter().map(|department| department.ranks.len()).sum();
        let Accounts { accounts, gone } = self.accounts;
        let counts = [
            (departments.len(), "department"),
            (ranks, "rank"),
            (flows.len(), "promotion flow"),
            (profile_fields.len(), "profile field"),
            (clock_in_types.len(), "clock-in type"),
            (log_types.len(), "custom log type"),
            (servers.len(), "server"),
            (accounts.len(), "account"),
        ];
        let counts = counts.map(|(number, noun)| count(number, noun)).join(", ");
        if *gone == 0 { counts } else { format!("{counts}; {} went away meanwhile", count(*gone, "account")) }
    }

    /// Says where the powers are from.
    fn powers_in_words(&self) -> String {
        let any = |origin| self.powers.any(origin);
        match (any(Origin::Here), any(Origin::There), any(Origin::Proposed)) {
            (false, false, false) => "there are no ranks".to_owned(),
            (false, false, true) => self.proposal(),
            (false, true, _) => "as that API tells them".to_owned(),
            (true, false, false) => "as they are here".to_owned(),
            (true, true, false) => "as they are here; those of new ranks as that API tells them".to_owned(),
            (true, _, true) => {
                "as they are here; a new rank is proposed that of the next lower one".to_owned()
            }
        }
    }

    fn proposal(&self) -> String {
        let order = self.powers.order;
        let first = if order.is_rising { "lowest" } else { "highest" };
        let why = match (order.is_by_flows, order.is_rising) {
            (true, _) => ", as the promotion flows go",
            (false, true) => " (--highest-first if it is the other way round)",
            (false, false) => "",
        };
        format!("proposed from the order of the ranks, the {first} first{why}")
    }

    /// Lists the ranks with their powers, a line for each department.
    fn ranks(&self) -> Vec<String> {
        let department = |department: &Department| {
            let rank = |rank: &Rank| {
                let power = rank.power.unwrap_or_default();
                let note = match self.powers.origin(rank.id) {
                    Origin::Proposed => " (proposed)",
                    Origin::Here | Origin::There => "",
                };
                format!("{} {power}{note}", rank.label)
            };
            let ranks: Vec<_> = department.ranks.iter().map(rank).collect();
            format!("  {}: {}", department.label, ranks.join(", "))
        };
        self.definitions.departments.iter().map(department).collect()
    }

    fn left_out(&self, lines: &mut Vec<String>) {
        if self.left_out.is_empty() {
            return;
        }
        lines.push("\nLeft out, because an import would refuse it".to_owned());
        lines.extend(self.left_out.iter().take(SHOWN).map(|line| format!("  {line}")));
        if self.left_out.len() > SHOWN {
            let more = self.left_out.len() - SHOWN;
            lines.push(format!("  and {more} more, which the document lists at its top"));
        }
    }
}
