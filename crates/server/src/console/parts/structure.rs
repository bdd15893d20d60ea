//! Departments and ranks, as pages name them: a code and a tint for each department.

use std::collections::HashMap;

use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{DepartmentId, RankId};
use rankledger_storage::StorageError;
use rankledger_storage::departments::{Department, DepartmentRank};

use super::chips::Chip;
use super::moment::Moment;
use crate::console::visit::Visit;

/// Number of tints: a class of the style sheet each.
const TINTS: usize = 8;

/// Longest code of a department.
const LONGEST_CODE: usize = 5;

/// The departments and ranks of a community, in order.
pub(in crate::console) struct Structure {
    pub(in crate::console) departments: Vec<Department>,
    pub(in crate::console) ranks: Vec<DepartmentRank>,
    place_of_department: HashMap<DepartmentId, usize>,
    place_of_rank: HashMap<RankId, usize>,
}

/// A rank in a list to choose from.
pub(in crate::console) struct RankOption {
    pub(in crate::console) id: String,
    pub(in crate::console) label: String,
    pub(in crate::console) is_chosen: bool,
}

impl Structure {
    /// Loads departments and ranks.
    pub(in crate::console) async fn load(visit: &mut Visit) -> Result<Self, StorageError> {
        let community = visit.community();
        let departments = visit.tx.departments(community).await?;
        let mut ranks = visit.tx.department_ranks(community).await?;
        let place_of_department: HashMap<_, _> =
            departments.iter().enumerate().map(|(place, department)| (department.id, place)).collect();
        ranks.sort_by_key(|of| place_of_department.get(&of.rank.department).copied());
        let place_of_rank = ranks.iter().enumerate().map(|(place, of)| (of.rank.id, place)).collect();
        Ok(Self { departments, ranks, place_of_department, place_of_rank })
    }

    /// Returns the rank with this id. `None` if there is no such rank.
    pub(in crate::console) fn rank(&self, id: RankId) -> Option<&DepartmentRank> {
        self.place_of_rank.get(&id).map(|place| &self.ranks[*place])
    }

    /// Returns the ranks of a department.
    pub(in crate::console) fn ranks_of(&self, department: DepartmentId) -> Vec<RankId> {
        let own = self.ranks.iter().filter(|of| of.rank.department == department);
        own.map(|of| of.rank.id).collect()
    }

    /// Returns how a rank is called in a sentence: the code of its department, and its label.
    pub(in crate::console) fn name(&self, id: RankId) -> String {
        let Chip { code, label, .. } = self.chip(HeldRank::permanent(id));
        format!("{code} {label}")
    }

    /// Returns the chip of a rank that is held.
    pub(in crate::console) fn chip(&self, held: HeldRank) -> Chip {
        let until = held.expires_at.map(Moment::of);
        let Some(of) = self.rank(held.rank) else {
            return Chip {
                code: "?".to_owned(),
                label: held.rank.to_string(),
                until,
                tint: 0,
                ..Chip::default()
            };
        };
        let place = self.place_of_department.get(&of.rank.department).copied();
        let code = place.map_or_else(|| "?".to_owned(), |place| code(&self.departments[place]));
        let tint = place.unwrap_or_default() % TINTS;
        Chip { code, label: of.rank.label.clone(), until, tint, ..Chip::default() }
    }

    /// Returns the ranks that can be given, as a list to choose from. Those at `without` are left out.
    pub(in crate::console) fn options(&self, chosen: Option<RankId>, without: &[RankId]) -> Vec<RankOption> {
        let is_retired = |of: &DepartmentRank| {
            let department = self.place_of_department.get(&of.rank.department);
            of.rank.retired || department.is_none_or(|place| self.departments[*place].retired)
        };
        let options = self.ranks.iter().filter(|of| !is_retired(of) && !without.contains(&of.rank.id));
        let option = |of: &DepartmentRank| RankOption {
            id: of.rank.id.to_string(),
            label: self.name(of.rank.id),
            is_chosen: chosen == Some(of.rank.id),
        };
        options.map(option).collect()
    }
}

/// Returns the code of a department: its second name if that is short, else the first letters of its name.
pub(in crate::console) fn code(department: &Department) -> String {
    let second = department.label_two.trim();
    if !second.is_empty() && second.chars().count() <= LONGEST_CODE {
        return second.to_owned();
    }
    let words: Vec<_> = department.label.split_whitespace().collect();
    match words.as_slice() {
        [] => "?".to_owned(),
        [word] => word.chars().take(3).collect::<String>().to_uppercase(),
        words => words
            .iter()
            .filter_map(|word| word.chars().next())
            .take(LONGEST_CODE)
            .collect::<String>()
            .to_uppercase(),
    }
}
