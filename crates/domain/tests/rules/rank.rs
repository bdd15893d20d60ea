//! Ranks: the power ceiling that is proposed for a new key, and the ranks that it leaves out of reach.

use rankledger_domain::rank::{CommunityRanks, Power, Rank};

use crate::kit::all_ranks;

/// Returns the ranks of the kit, as `edit` changes each.
fn ranks(edit: impl Fn(&mut Rank)) -> CommunityRanks {
    let mut all = all_ranks();
    all.iter_mut().for_each(edit);
    all.into_iter().collect()
}

fn beyond(ranks: &CommunityRanks, ceiling: u32) -> Vec<&str> {
    ranks.beyond(Power(ceiling)).into_iter().map(|rank| rank.key.as_deref().expect("a key")).collect()
}

#[test]
fn the_proposed_ceiling_leaves_all_but_the_highest_rank_in_reach() {
    let ranks = ranks(|_| {});
    assert_eq!(ranks.proposed_ceiling(), Some(Power(50)));
    assert_eq!(beyond(&ranks, 50), ["chief"]);
}

#[test]
fn several_ranks_can_be_the_highest() {
    let ranks = ranks(|rank| rank.power = rank.power.max(Power(40)).min(Power(41)));
    assert_eq!(ranks.proposed_ceiling(), Some(Power(41)));
    let ranks = self::ranks(|rank| rank.power = rank.power.min(Power(40)));
    assert_eq!(ranks.proposed_ceiling(), Some(Power(40)));
    assert_eq!(beyond(&ranks, 40), ["captain", "chief"]);
}

#[test]
fn no_ceiling_is_proposed_that_leaves_no_rank_in_reach() {
    assert_eq!(ranks(|rank| rank.power = Power(7)).proposed_ceiling(), None);
    assert_eq!(CommunityRanks::default().proposed_ceiling(), None);
}

#[test]
fn retired_ranks_do_not_count() {
    let is_low = |rank: &Rank| rank.power < Power(40);
    let ranks = ranks(|rank| rank.retired = !is_low(rank));
    assert_eq!(ranks.proposed_ceiling(), Some(Power(30)));
    assert_eq!(beyond(&ranks, 20), ["sergeant", "medic", "officer", "pilot"]);
    assert_eq!(beyond(&ranks, 31), [""; 0]);
    assert_eq!(self::ranks(|rank| rank.retired = rank.power != Power(20)).proposed_ceiling(), None);
}
