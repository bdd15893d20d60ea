//! The departments and ranks of a community, and which rank somebody means: by key, by label, by
//! `Department/Label` or by UUID.

use std::collections::HashMap;

use anyhow::{Result, anyhow};
use rankledger_domain::ids::RankId;
use uuid::Uuid;

use super::{did_you_mean, is_same};
use crate::cli::client::Client;
use crate::cli::print::harmless;
use crate::cli::table::Table;
use crate::wire::departments::{DepartmentBody, RankBody};

/// The departments of a community with all their ranks, the retired ones included.
pub(in crate::cli) struct Structure(Vec<DepartmentBody>);

/// A rank and its department.
type Placed<'a> = (&'a DepartmentBody, &'a RankBody);

/// Returns a rank as the API takes one: its id. A UUID is taken as it is, and so is any text if the ranks may
/// not be read.
pub(in crate::cli) fn rank(client: &Client, name: &str) -> Result<String> {
    let name = name.trim();
    if Uuid::parse_str(name).is_ok() {
        return Ok(name.to_owned());
    }
    let structure = Structure::load(client)?;
    if structure.0.is_empty() {
        return Ok(name.to_owned());
    }
    structure.find(name).map(|id| id.to_string())
}

impl Structure {
    /// Asks for the ranks of the community. There are none if they may not be read.
    pub(in crate::cli) fn load(client: &Client) -> Result<Self> {
        let all = vec![("includeRetired", "true".to_owned())];
        let departments = client.get_if_allowed("/v2/community/departments", &all)?;
        Ok(Self(departments.unwrap_or_default()))
    }

    /// Returns the ranks in order, each with its department.
    pub(in crate::cli) fn ranks(&self) -> impl Iterator<Item = Placed<'_>> {
        self.0.iter().flat_map(|department| department.ranks.iter().map(move |rank| (department, rank)))
    }

    /// Returns the label of each rank; with the name of its department, if several ranks have the label.
    pub(in crate::cli) fn all_labels(&self) -> HashMap<RankId, String> {
        let mut seen = HashMap::<_, usize>::new();
        for (_, rank) in self.ranks() {
            *seen.entry(rank.label.as_str()).or_default() += 1;
        }
        let label = |(department, rank): Placed<'_>| match seen.get(rank.label.as_str()) {
            Some(2..) => (rank.id, harmless(&format!("{}/{}", department.label, rank.label))),
            _ => (rank.id, harmless(&rank.label)),
        };
        self.ranks().map(label).collect()
    }

    /// Returns the labels of ranks in a line.
    pub(in crate::cli) fn labels(&self, ranks: &[RankId]) -> String {
        if ranks.is_empty() {
            return "none".to_owned();
        }
        let known = self.all_labels();
        let label = |rank: &RankId| known.get(rank).cloned().unwrap_or_else(|| rank.to_string());
        ranks.iter().map(label).collect::<Vec<_>>().join(", ")
    }

    /// Returns the rank that somebody means. A key is exact and comes first. Of several ranks with the label,
    /// those that are not retired count.
    fn find(&self, name: &str) -> Result<RankId> {
        if let Some((_, rank)) = self.ranks().find(|(_, rank)| rank.key.as_deref() == Some(name)) {
            return Ok(rank.id);
        }
        let named: Vec<_> = self.ranks().filter(|placed| is_called(*placed, name)).collect();
        let given: Vec<_> = named.iter().filter(|(_, rank)| rank.retired != Some(true)).copied().collect();
        let candidates = if given.is_empty() { named } else { given };
        match candidates[..] {
            [(_, rank)] => Ok(rank.id),
            [] => {
                let keys = self.ranks().filter_map(|(_, rank)| rank.key.as_deref());
                let near = did_you_mean(name, self.ranks().map(|(_, rank)| rank.label.as_str()).chain(keys));
                Err(anyhow!("there is no rank \"{name}\": `rankledger ranks` lists them{near}"))
            }
            _ => Err(ambiguous(name, &candidates)),
        }
    }
}

/// Whether a rank has this label, alone or behind the name of its department and a slash.
fn is_called((department, rank): Placed<'_>, name: &str) -> bool {
    let is_label = |label: &str| is_same(label, &rank.label);
    let is_department = |of: &str| is_same(of, &department.label) || is_same(of, &department.label_two);
    // Labels and the names of departments may hold slashes themselves.
    let mut slashes = name.match_indices('/');
    is_label(name) || slashes.any(|(at, _)| is_department(&name[..at]) && is_label(&name[at + 1..]))
}

/// The error for a label that several ranks have, with a table of what tells them apart.
fn ambiguous(name: &str, candidates: &[Placed<'_>]) -> anyhow::Error {
    let mut table = Table::new(["RANK", "KEY", "POWER", "ID"]);
    for (department, rank) in candidates {
        table.row([
            format!("{}/{}", department.label, rank.label),
            rank.key.clone().unwrap_or_else(|| "-".to_owned()),
            rank.power.to_string(),
            rank.id.to_string(),
        ]);
    }
    let table = table.to_string();
    let count = candidates.len();
    anyhow!(
        "\"{name}\" is the name of {count} ranks: name the one with its department, by key or by id\n{}",
        table.trim_end()
    )
}
