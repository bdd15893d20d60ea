//! Checks departments and ranks, and plans what is to be written of them.

use std::collections::{HashMap, HashSet};

use rankledger_domain::credential::{Scope, Scopes};
use rankledger_domain::ids::{DepartmentId, RankId};
use rankledger_domain::name::{is_same, normalized};
use rankledger_domain::rank::{CommunityRanks, Power, Rank};
use rankledger_storage::departments::{Department, DepartmentRank};
use uuid::Uuid;

use super::checks::{Seen, require_key, require_name};
use super::document::{DepartmentEntry, RankEntry};
use super::errors::{DocumentErrors, DocumentPlace};
use super::ids::{Claim, NaturalIds};
use super::outcome::Outcome;
use super::stored::Stored;

/// Departments and ranks as they are to be stored.
pub(super) struct Structure {
    pub(super) departments: Vec<(Outcome, Department)>,
    pub(super) ranks: Vec<(Outcome, DepartmentRank)>,
    /// Every rank that the community has afterwards.
    pub(super) all_ranks: CommunityRanks,
}

/// The position of a rank in the document: the index of its department, and its index there.
type RankPlace = (usize, usize);

pub(super) fn plan_structure(
    entries: &[DepartmentEntry],
    stored: &Stored,
    ids: NaturalIds,
    errors: &mut DocumentErrors,
) -> Structure {
    let mut planner = Planner {
        stored,
        ids,
        departments_seen: Seen::new(),
        ranks_seen: Seen::new(),
        departments: Vec::with_capacity(entries.len()),
        ranks: Vec::new(),
        errors,
    };
    for (index, entry) in entries.iter().enumerate() {
        planner.department(index, entry);
    }
    planner.finish()
}

struct Planner<'a> {
    stored: &'a Stored,
    ids: NaturalIds,
    departments_seen: Seen<DepartmentId, usize>,
    ranks_seen: Seen<RankId, RankPlace>,
    departments: Vec<(Outcome, Department)>,
    ranks: Vec<(Outcome, DepartmentRank)>,
    errors: &'a mut DocumentErrors,
}

impl Planner<'_> {
    fn department(&mut self, index: usize, entry: &DepartmentEntry) {
        let departments = DocumentPlace::root("departments");
        let place = departments.index(index);
        require_name(&entry.label, place.key("label"), self.errors);
        if let Some(label) = &entry.label_two {
            require_name(label, place.key("labelTwo"), self.errors);
        }
        let id = self.department_id(entry, place);
        if let Some(first) = self.departments_seen.earlier(id, index) {
            let other = self.errors.refer(departments.index(first));
            self.errors.add(
                place,
                format_args!("{other} is the same department: give each a label or an id of its own"),
            );
        }
        let old = self.stored.departments.iter().find(|old| old.id == id);
        let label_two = entry.label_two.clone().or_else(|| old.map(|old| old.label_two.clone()));
        let department = Department {
            id,
            label: entry.label.clone(),
            label_two: label_two.unwrap_or_else(|| entry.label.clone()),
            retired: entry.retired.or(old.map(|old| old.retired)).unwrap_or(false),
            position: position(index),
        };
        self.departments.push((Outcome::of(&department, old), department));

        let ranks = place.key("ranks");
        for (rank_index, rank) in entry.ranks.iter().enumerate() {
            self.rank(id, (index, rank_index), rank, ranks.index(rank_index));
        }
    }

    fn department_id(&mut self, entry: &DepartmentEntry, place: DocumentPlace<'_>) -> DepartmentId {
        let stored = &self.stored.departments;
        let same_name: Vec<Uuid> =
            stored.iter().filter(|old| is_same(&old.label, &entry.label)).map(|old| old.id.0).collect();
        let natural = self.ids.department(&entry.label);
        let natural_is_stored = stored.iter().any(|old| old.id.0 == natural);
        let claim = Claim { given: entry.id, same_name: &same_name, natural, natural_is_stored };
        DepartmentId(claim.settle(place, self.errors))
    }

    fn rank(
        &mut self,
        department: DepartmentId,
        here: RankPlace,
        entry: &RankEntry,
        place: DocumentPlace<'_>,
    ) {
        require_name(&entry.label, place.key("label"), self.errors);
        if let Some(key) = &entry.key {
            require_key(key, place.key("key"), self.errors);
        }
        if entry.primary_only == Some(true) && entry.secondary_only == Some(true) {
            self.errors.add(place, "it is both primaryOnly and secondaryOnly: choose one");
        }
        let id = self.rank_id(department, entry, place);
        if let Some((d, r)) = self.ranks_seen.earlier(id, here) {
            let other = self.errors.refer(format_args!("departments[{d}].ranks[{r}]"));
            self.errors.add(
                place,
                format_args!("{other} is the same rank: give each a label, key or id of its own"),
            );
        }
        let old = self.stored.ranks.iter().find(|old| old.rank.id == id);
        let scopes = entry.scopes.as_deref().map(|names| scopes(names, place.key("scopes"), self.errors));
        let rank = DepartmentRank {
            rank: Rank {
                id,
                key: entry.key.clone().or_else(|| old.and_then(|old| old.rank.key.clone())),
                label: entry.label.clone(),
                department,
                power: entry.power.map(Power).or(old.map(|old| old.rank.power)).unwrap_or_default(),
                retired: entry.retired.or(old.map(|old| old.rank.retired)).unwrap_or(false),
            },
            primary_only: entry.primary_only.or(old.map(|old| old.primary_only)).unwrap_or(false),
            secondary_only: entry.secondary_only.or(old.map(|old| old.secondary_only)).unwrap_or(false),
            position: position(here.1),
            scopes: scopes.or(old.map(|old| old.scopes.clone())).unwrap_or_default(),
        };
        self.ranks.push((Outcome::of(&rank, old), rank));
    }

    /// A rank is known by its key, else by its label within its department.
    fn rank_id(&mut self, department: DepartmentId, entry: &RankEntry, place: DocumentPlace<'_>) -> RankId {
        let stored = &self.stored.ranks;
        let of_key = |old: &&DepartmentRank| match (&entry.key, &old.rank.key) {
            (Some(key), Some(own)) => is_same(own, key),
            _ => false,
        };
        let of_label = |old: &&DepartmentRank| {
            old.rank.department == department
                && is_same(&old.rank.label, &entry.label)
                && (entry.key.is_none() || old.rank.key.is_none())
        };
        let mut same_name: Vec<Uuid> = stored.iter().filter(of_key).map(|old| old.rank.id.0).collect();
        if same_name.is_empty() {
            same_name.extend(stored.iter().filter(of_label).map(|old| old.rank.id.0));
        }
        let natural = self.ids.rank(department, entry.key.as_deref(), &entry.label);
        let natural_is_stored = stored.iter().any(|old| old.rank.id.0 == natural);
        let claim = Claim { given: entry.id, same_name: &same_name, natural, natural_is_stored };
        RankId(claim.settle(place, self.errors))
    }

    /// The departments that are retired afterwards, and all their ranks with them.
    fn retired_departments(&self) -> HashSet<DepartmentId> {
        let is_kept = |old: &&Department| !self.departments_seen.contains(&old.id);
        let kept = self.stored.departments.iter().filter(is_kept);
        let all = kept.chain(self.departments.iter().map(|(_, planned)| planned));
        all.filter(|department| department.retired).map(|department| department.id).collect()
    }

    /// Puts the planned ranks over the stored ones, and reports the keys that two of them have then.
    fn finish(self) -> Structure {
        let kept = self.stored.ranks.iter().filter(|old| !self.ranks_seen.contains(&old.rank.id));
        let all: Vec<&Rank> =
            kept.map(|old| &old.rank).chain(self.ranks.iter().map(|(_, planned)| &planned.rank)).collect();
        let mut by_key: HashMap<String, &Rank> = HashMap::new();
        for rank in &all {
            let Some(key) = rank.key.as_deref() else { continue };
            if let Some(first) = by_key.insert(normalized(key), rank)
                && first.id != rank.id
            {
                self.errors.add(
                    "departments",
                    format_args!(
                        "\"{}\" ({}) and \"{}\" ({}) would both have the key \"{key}\": change one of the two",
                        first.label, first.id, rank.label, rank.id
                    ),
                );
            }
        }
        let retired = self.retired_departments();
        let as_given = |rank: &Rank| Rank {
            retired: rank.retired || retired.contains(&rank.department),
            ..rank.clone()
        };
        let all_ranks = all.into_iter().map(as_given).collect();
        Structure { departments: self.departments, ranks: self.ranks, all_ranks }
    }
}

/// Reads the scopes that a rank carries, and reports names that are no scopes.
fn scopes(names: &[String], place: DocumentPlace<'_>, errors: &mut DocumentErrors) -> Scopes {
    let mut scopes = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        match name.parse::<Scope>() {
            Ok(scope) => scopes.push(scope),
            Err(unknown) => errors.add(place.index(index), unknown),
        }
    }
    scopes.into_iter().collect()
}

/// The position of what stands at this index.
pub(super) fn position(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}
