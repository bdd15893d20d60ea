//! Which rank of an account is its primary one.

use proptest::prelude::*;
use rankledger_domain::ids::RankId;
use rankledger_domain::primary_rank::{RankUse, UsedRank, by_use};
use rankledger_domain::rank::Power;
use uuid::Uuid;

fn rank(number: u32, power: u32, usage: RankUse) -> UsedRank {
    UsedRank { rank: RankId(Uuid::from_u128(number.into())), power: Power(power), usage }
}

fn any_held() -> impl Strategy<Value = Vec<UsedRank>> {
    let usage = prop_oneof![Just(RankUse::Either), Just(RankUse::PrimaryOnly), Just(RankUse::SecondaryOnly)];
    let ranks = prop::collection::vec((0..4_u32, usage), 0..6);
    ranks.prop_map(|ranks| {
        (0..).zip(ranks).map(|(number, (power, usage))| rank(number, power, usage)).collect()
    })
}

#[test]
fn one_for_primary_use_only_comes_first_and_then_the_power() {
    use RankUse::{Either, PrimaryOnly, SecondaryOnly};
    for (held, primary, is_doubtful) in [
        (vec![], None, false),
        (vec![rank(0, 90, SecondaryOnly)], None, false),
        (vec![rank(0, 5, Either)], Some(0), false),
        (vec![rank(0, 90, SecondaryOnly), rank(1, 5, Either)], Some(1), false),
        (vec![rank(0, 90, Either), rank(1, 5, PrimaryOnly)], Some(1), false),
        (vec![rank(0, 5, Either), rank(1, 90, Either)], Some(1), true),
        (vec![rank(0, 90, Either), rank(1, 90, Either), rank(2, 5, Either)], Some(0), true),
        (vec![rank(0, 5, PrimaryOnly), rank(1, 6, PrimaryOnly)], Some(1), true),
    ] {
        let found = by_use(&held);
        assert_eq!(found.primary, primary.map(|index: usize| held[index].rank), "{held:?}");
        assert_eq!(found.is_doubtful, is_doubtful, "{held:?}");
    }
}

proptest! {
    #[test]
    fn every_rank_is_there_once_and_the_primary_one_is_never_for_secondary_use(held in any_held()) {
        let found = by_use(&held);
        let mut all = found.secondary.clone();
        all.extend(found.primary);
        all.sort_unstable();
        prop_assert_eq!(all, held.iter().map(|rank| rank.rank).collect::<Vec<_>>());
        let primary = held.iter().find(|rank| Some(rank.rank) == found.primary);
        prop_assert!(primary.is_none_or(|rank| rank.usage != RankUse::SecondaryOnly));
        prop_assert!(primary.is_some() || held.iter().all(|rank| rank.usage == RankUse::SecondaryOnly));
    }

    #[test]
    fn the_order_matters_only_among_equals(held in any_held()) {
        let reversed: Vec<_> = held.iter().rev().copied().collect();
        let power = |primary| held.iter().find(|rank| Some(rank.rank) == primary).map(|rank| rank.power);
        prop_assert_eq!(power(by_use(&held).primary), power(by_use(&reversed).primary));
    }
}
