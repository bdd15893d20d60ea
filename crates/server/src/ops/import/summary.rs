//! What an import did, in figures.

use std::fmt;

/// What became of one thing that a document describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was not stored before.
    Made,
    /// It was stored, but not like this.
    Updated,
    /// It was stored just like this.
    Unchanged,
}

impl Outcome {
    /// What storing `row` over `stored` makes of it.
    pub(super) fn of<T: PartialEq>(row: &T, stored: Option<&T>) -> Self {
        match stored {
            None => Self::Made,
            Some(stored) if stored == row => Self::Unchanged,
            Some(_) => Self::Updated,
        }
    }
}

/// How many things of one kind came to each [`Outcome`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many are new.
    pub made: usize,
    /// How many were brought up to date.
    pub updated: usize,
    /// How many were up to date already.
    pub unchanged: usize,
}

impl Tally {
    pub(super) fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Made => self.made += 1,
            Outcome::Updated => self.updated += 1,
            Outcome::Unchanged => self.unchanged += 1,
        }
    }
}

/// What an import did.
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
    /// Its accounts.
    pub accounts: Tally,
    /// Rank changes recorded: what new accounts begin with, and the history of the document.
    pub rank_changes_recorded: usize,
    /// Rank changes of the document that were recorded before.
    pub rank_changes_known: usize,
}

impl fmt::Display for Summary {
    /// A line for the community, a small table, and a line for the rank changes.
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
            ("accounts", self.accounts),
        ] {
            writeln!(f, "{noun:<16} {made:>9} {updated:>9} {unchanged:>9}")?;
        }
        let Self { rank_changes_recorded: recorded, rank_changes_known: known, .. } = self;
        write!(f, "rank changes: {recorded} recorded, {known} recorded before")
    }
}
