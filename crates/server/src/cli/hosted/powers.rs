//! The powers of the ranks: those that they have here, those that the hosted original tells, or a proposal
//! from the order of the ranks in their departments.

use std::collections::HashMap;

use uuid::Uuid;

use super::answers::{Definitions, Department};

/// Difference between the proposed powers of two ranks in a row: there is room for others between them.
const STEP: u32 = 10;

/// Where the power of a rank is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The rank has it here already.
    Here,
    /// The hosted original tells it.
    There,
    /// It is proposed.
    Proposed,
}

/// The order of the ranks in their departments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    /// Whether the first rank of a department is its lowest.
    pub(super) is_rising: bool,
    /// Whether the promotion flows say so.
    pub(super) is_by_flows: bool,
}

/// Where the powers are from.
pub(super) struct Powers {
    pub(super) order: Order,
    origins: HashMap<Uuid, Origin>,
}

impl Powers {
    /// Gives every rank a power. `here` has the powers of those that are stored. Without a promotion flow
    /// that says otherwise, `highest_first` decides on the order.
    pub(super) fn settle(
        definitions: &mut Definitions,
        here: &HashMap<Uuid, u32>,
        highest_first: bool,
    ) -> Self {
        let order = order(definitions, highest_first);
        let are_told = are_told(&definitions.departments);
        let mut powers = Self { order, origins: HashMap::new() };
        for department in &mut definitions.departments {
            powers.settle_department(department, here, are_told);
        }
        powers
    }

    /// Where the power of this rank is from.
    pub(super) fn origin(&self, rank: Uuid) -> Origin {
        self.origins.get(&rank).copied().unwrap_or(Origin::Proposed)
    }

    /// Whether the power of any rank is from there.
    pub(super) fn any(&self, origin: Origin) -> bool {
        self.origins.values().any(|one| *one == origin)
    }

    /// A rank that is new among ranks with powers is given that of the next lower one: no more than anybody
    /// has decided on.
    fn settle_department(&mut self, department: &mut Department, here: &HashMap<Uuid, u32>, are_told: bool) {
        let is_stored = department.ranks.iter().any(|rank| here.contains_key(&rank.id));
        let mut ranks: Vec<_> = department.ranks.iter_mut().collect();
        if !self.order.is_rising {
            ranks.reverse();
        }
        let (mut below, mut next) = (0, STEP);
        for rank in ranks {
            let (power, origin) = match (here.get(&rank.id), rank.power) {
                (Some(power), _) => (*power, Origin::Here),
                (None, Some(power)) if are_told => (power, Origin::There),
                (None, _) if is_stored => (below, Origin::Proposed),
                (None, _) => (next, Origin::Proposed),
            };
            rank.power = Some(power);
            self.origins.insert(rank.id, origin);
            below = power;
            next = next.saturating_add(STEP);
        }
    }
}

/// Whether the hosted original tells powers: every rank has one, and they tell ranks apart.
fn are_told(departments: &[Department]) -> bool {
    let ranks: Vec<_> = departments.iter().flat_map(|department| &department.ranks).collect();
    let differ = ranks.windows(2).any(|pair| pair[0].power != pair[1].power);
    ranks.iter().all(|rank| rank.power.is_some()) && (differ || ranks.len() == 1)
}

/// Finds the order from the promotion flows: a flow gives a higher rank than it takes.
fn order(definitions: &Definitions, highest_first: bool) -> Order {
    let mut places: HashMap<String, (usize, usize)> = HashMap::new();
    for (index, department) in definitions.departments.iter().enumerate() {
        for (position, rank) in department.ranks.iter().enumerate() {
            places.insert(rank.id.to_string(), (index, position));
        }
    }
    let place = |name: &String| places.get(&name.to_lowercase()).copied();
    let (mut rising, mut falling) = (0, 0);
    for flow in &definitions.flows {
        for (from, of) in flow.ranks_to_remove.iter().filter_map(place) {
            for (to, given) in flow.ranks_to_add.iter().filter_map(place) {
                rising += usize::from(from == to && given > of);
                falling += usize::from(from == to && given < of);
            }
        }
    }
    let is_by_flows = rising != falling;
    Order { is_rising: if is_by_flows { rising > falling } else { !highest_first }, is_by_flows }
}
