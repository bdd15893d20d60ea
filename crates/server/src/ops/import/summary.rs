//! Counts the results of an import.

use std::fmt;

use rankledger_storage::unfinished_imports::DocumentHash;
use serde_json::{Value, json};

use super::differences::Standings;
use super::document::Document;
use super::outcome::Outcome;
use super::plan::Plan;
use super::portions::new_holders;

/// Largest number of accounts that a preview names.
const LISTED: usize = 20;

/// How many things of one kind came to each [`Outcome`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Number of new ones.
    pub made: usize,
    /// Number of those that were brought up to date.
    pub updated: usize,
    /// Number of those that were up to date already.
    pub unchanged: usize,
}

impl Tally {
    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Made => self.made += 1,
            Outcome::Updated => self.updated += 1,
            Outcome::Unchanged => self.unchanged += 1,
        }
    }
}

impl Tally {
    fn of(outcomes: impl Iterator<Item = Outcome>) -> Self {
        let mut tally = Self::default();
        outcomes.for_each(|outcome| tally.count(outcome));
        tally
    }

    fn of_rows<T>(planned: &[(Outcome, T)]) -> Self {
        Self::of(outcomes(planned))
    }
}

impl Plan {
    /// Counts the results that the import has once it is finished, also those from before it was cut off.
    pub(super) fn summary(&self, document: &Document) -> Summary {
        Summary {
            community: self.community.1.public_id.clone(),
            outcome: self.community.0,
            servers: Tally::of_rows(&self.servers),
            departments: Tally::of_rows(&self.structure.departments),
            ranks: Tally::of_rows(&self.structure.ranks),
            promotion_flows: Tally::of_rows(&self.flows),
            profile_fields: Tally::of_rows(&self.definitions.profile_fields),
            clock_in_types: Tally::of_rows(&self.definitions.clock_in_types),
            custom_log_types: Tally::of_rows(&self.definitions.custom_log_types),
            subscriptions: Tally::of_rows(&self.subscriptions.planned),
            accounts: Tally::of_rows(&self.accounts),
            rank_changes_recorded: new_holders(self, &document.accounts).len() + self.history.planned.len(),
            rank_changes_known: self.history.known,
            standings: self.standings.clone(),
            // Those of the plan that is written to its end: the import adds them.
            new_secrets: Vec::new(),
        }
    }

    /// Returns what the import would do, in full.
    pub(super) fn preview(&self, document: &Document) -> Preview {
        let named = |wanted: Outcome| {
            let all = self.accounts.iter().zip(&document.accounts);
            let names =
                all.filter(|((outcome, _), _)| *outcome == wanted).map(|(_, entry)| entry.name.clone());
            names.take(LISTED).collect()
        };
        Preview {
            new_accounts: named(Outcome::Made),
            updated_accounts: named(Outcome::Updated),
            summary: self.summary(document),
        }
    }

    /// Whether the community, its structure or its definitions are not stored like this.
    pub(super) fn changes_structure(&self) -> bool {
        let Tally { made, updated, .. } = Tally::of(
            std::iter::once(self.community.0)
                .chain(outcomes(&self.servers))
                .chain(outcomes(&self.structure.departments))
                .chain(outcomes(&self.structure.ranks))
                .chain(outcomes(&self.flows))
                .chain(outcomes(&self.definitions.profile_fields))
                .chain(outcomes(&self.definitions.clock_in_types))
                .chain(outcomes(&self.definitions.custom_log_types))
                .chain(outcomes(&self.subscriptions.planned)),
        );
        made + updated > 0
    }
}

fn outcomes<T>(planned: &[(Outcome, T)]) -> impl Iterator<Item = Outcome> {
    planned.iter().map(|(outcome, _)| *outcome)
}

/// The results of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The public id of the community.
    pub community: String,
    /// Whether the community itself is new.
    pub outcome: Outcome,
    /// Its game servers.
    pub servers: Tally,
    /// Its departments.
    pub departments: Tally,
    /// Its ranks.
    pub ranks: Tally,
    /// Its promotion flows.
    pub promotion_flows: Tally,
    /// Its profile fields.
    pub profile_fields: Tally,
    /// Its clock-in types.
    pub clock_in_types: Tally,
    /// Its custom log types.
    pub custom_log_types: Tally,
    /// Its subscriptions.
    pub subscriptions: Tally,
    /// Its accounts.
    pub accounts: Tally,
    /// Rank changes recorded: what new accounts begin with, and the history of the document.
    pub rank_changes_recorded: usize,
    /// Rank changes of the document that were recorded before.
    pub rank_changes_known: usize,
    /// Stored accounts that differ from the document: which were changed, and which were not.
    pub standings: Standings,
    /// The secrets of subscriptions that were made with the import.
    pub new_secrets: Vec<NewSecret>,
}

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The summary that it would have.
    pub summary: Summary,
    /// The names of the first accounts that it would make.
    pub new_accounts: Vec<String>,
    /// The names of the first accounts that it would bring up to date.
    pub updated_accounts: Vec<String>,
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "dry run: nothing was written. The import would end like this:\n{}", self.summary)?;
        let Tally { made, updated, .. } = self.summary.accounts;
        for (what, names, count) in
            [("new", &self.new_accounts, made), ("brought up to date", &self.updated_accounts, updated)]
        {
            if count > 0 {
                let more = if count > names.len() {
                    format!(" and {} more", count - names.len())
                } else {
                    String::new()
                };
                writeln!(f, "accounts {what}: {}{more}", names.join(", "))?;
            }
        }
        Ok(())
    }
}

/// The secret that a subscription was given by the import.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSecret {
    /// The name of the subscription.
    pub subscription: String,
    /// The secret, to be shown once.
    pub secret: String,
}

impl fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSecret").field("subscription", &self.subscription).finish_non_exhaustive()
    }
}

impl Summary {
    /// Returns the summary as the log shows it, with the SHA-256 of the document.
    pub(super) fn logged(&self, document: &DocumentHash) -> Value {
        let tally = |Tally { made, updated, .. }| json!({"made": made, "updated": updated});
        json!({
            "document": data_encoding::HEXLOWER.encode(document), "servers": tally(self.servers),
            "departments": tally(self.departments), "ranks": tally(self.ranks),
            "promotionFlows": tally(self.promotion_flows), "profileFields": tally(self.profile_fields),
            "clockInTypes": tally(self.clock_in_types), "customLogTypes": tally(self.custom_log_types),
            "subscriptions": tally(self.subscriptions), "accounts": tally(self.accounts),
            "rankChanges": self.rank_changes_recorded,
        })
    }
}

impl Summary {
    /// Tells how stored accounts differ from the document, and how to have what it says.
    fn standings(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Standings { updates, changed, kept, flags } = &self.standings;
        if changed.total > 0 {
            write!(
                f,
                "\n{} given other ranks or another status, each by a rank change:{changed}",
                accounts(changed.total)
            )?;
        }
        if kept.total > 0 {
            let whose = accounts(kept.total);
            write!(f, "\n{whose} left with other ranks or another status than the document says:{kept}")?;
            if !updates {
                f.write_str("\nto give them what the document says, import it with --update")?;
            }
        }
        if flags.total > 0 {
            let whose = accounts(flags.total);
            write!(
                f,
                "\n{whose} left with another ban, archiving or ownership than the document says, which an import does \
                 not change:{flags}"
            )?;
        }
        Ok(())
    }
}

fn accounts(count: usize) -> String {
    if count == 1 { "1 stored account was".to_owned() } else { format!("{count} stored accounts were") }
}

impl fmt::Display for Summary {
    /// A line for the community, a small table, a line for the rank changes, and one for each new secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match self.outcome {
            Outcome::Made => "made",
            Outcome::Updated => "brought up to date",
            Outcome::Unchanged => "up to date already",
        };
        writeln!(f, "community {}: {outcome}", self.community)?;
        writeln!(f, "{:<16} {:>9} {:>9} {:>9}", "", "made", "updated", "unchanged")?;
        for (noun, Tally { made, updated, unchanged }) in [
            ("servers", self.servers),
            ("departments", self.departments),
            ("ranks", self.ranks),
            ("promotion flows", self.promotion_flows),
            ("profile fields", self.profile_fields),
            ("clock-in types", self.clock_in_types),
            ("custom log types", self.custom_log_types),
            ("subscriptions", self.subscriptions),
            ("accounts", self.accounts),
        ] {
            writeln!(f, "{noun:<16} {made:>9} {updated:>9} {unchanged:>9}")?;
        }
        let Self { rank_changes_recorded: recorded, rank_changes_known: known, .. } = self;
        write!(f, "rank changes: {recorded} recorded, {known} recorded before")?;
        self.standings(f)?;
        for NewSecret { subscription, secret } in &self.new_secrets {
            write!(f, "\nthe secret of the subscription \"{subscription}\", which is shown once: {secret}")?;
        }
        Ok(())
    }
}
