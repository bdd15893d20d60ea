//! Ranks as a table names them: by key, by id, by label, or by department and label.

use rankledger_domain::ids::DepartmentId;
use rankledger_domain::name::folded;
use rankledger_domain::rank::{CommunityRanks, Rank, RankName};
use rankledger_storage::departments::Department;

use super::super::checks::unknown_rank;

/// What separates several ranks in a cell.
const SEPARATORS: [char; 5] = [';', ',', '|', '\n', '\r'];

/// The ranks of a community, and the departments that they are in.
pub(super) struct RankNames<'a> {
    pub(super) ranks: &'a CommunityRanks,
    pub(super) departments: &'a [Department],
}

impl RankNames<'_> {
    /// Reads the ranks of a cell. An error for each that there is not.
    pub(super) fn read(&self, cell: &str, department: Option<&str>) -> Vec<Result<String, String>> {
        let one = self.find(cell, department);
        if one.is_ok() || !cell.contains(SEPARATORS) {
            return vec![one];
        }
        let parts = cell.split(SEPARATORS).map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| self.find(part, department)).collect()
    }

    /// Returns the id of a rank.
    fn find(&self, name: &str, department: Option<&str>) -> Result<String, String> {
        if let Some(rank) = self.ranks.resolve(&RankName::parse(name)) {
            return Ok(rank.id.to_string());
        }
        let (department, label) = match name.split_once('/') {
            Some((department, label)) if !self.departments_called(department).is_empty() => {
                (Some(department), label)
            }
            _ => (department, name),
        };
        let within = department.map(|department| self.departments_called(department));
        let called = folded(label.trim());
        let is_meant = |rank: &&Rank| {
            folded(&rank.label) == called
                && within.as_ref().is_none_or(|within| within.is_empty() || within.contains(&rank.department))
        };
        let all: Vec<_> = self.ranks.all().filter(is_meant).collect();
        let in_use: Vec<_> = all.iter().copied().filter(|rank| !rank.retired).collect();
        match (in_use.as_slice(), all.as_slice()) {
            ([one], _) | ([], [one]) => Ok(one.id.to_string()),
            ([], _) => Err(unknown_rank(name, self.ranks)),
            (several, _) => {
                Err(format!("several ranks are called \"{label}\": write {}", self.unmistakable(several)))
            }
        }
    }

    fn departments_called(&self, name: &str) -> Vec<DepartmentId> {
        let called = folded(name.trim());
        let same = |one: &&Department| folded(&one.label) == called || folded(&one.label_two) == called;
        self.departments.iter().filter(same).map(|one| one.id).collect()
    }

    /// Names ranks so that none is taken for another: by their keys, or by department and label.
    fn unmistakable(&self, ranks: &[&Rank]) -> String {
        let name = |rank: &&Rank| {
            let department = self.departments.iter().find(|one| one.id == rank.department);
            let label = department.map(|one| format!("{}/{}", one.label, rank.label));
            rank.key.clone().or(label).unwrap_or_else(|| rank.id.to_string())
        };
        let mut names: Vec<_> = ranks.iter().map(name).collect();
        names.sort();
        names.join(" or ")
    }
}
