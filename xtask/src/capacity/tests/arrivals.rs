//! Arrivals: how many requests, for which community, when.

use std::time::Duration;

use super::given::assert_near;
use crate::capacity::arguments::Arguments;
use crate::capacity::load::{Burst, Communities, LARGEST, Load, Stream};

fn load() -> Load {
    Arguments::default().loads().swap_remove(1)
}

fn total(streams: &[Stream]) -> f64 {
    streams.iter().map(|stream| stream.rate).sum()
}

#[test]
fn one_database_gets_everything() {
    let load = Load { burst: Burst::None, ..load() };
    assert_near("changes", load.changes(), 10_000.0 * 2.0 * 2.0 / 3_600.0, 0.001);
    assert_near("reads", load.reads(), 50.0 * load.changes(), 0.001);
    assert_near("all", total(&load.streams(1)), load.changes() + load.reads(), 0.001);
}

#[test]
fn of_ten_databases_the_one_with_the_largest_community_gets_more_than_a_tenth() {
    let load = Load { burst: Burst::None, ..load() };
    let (one, ten) = (total(&load.streams(1)), total(&load.streams(10)));
    assert!(ten > one / 10.0 && ten < one / 8.0, "{ten} of {one}");
    assert_eq!(load.streams(10)[1].communities, Communities::Others(1_000));
}

#[test]
fn bursts_fall_on_the_largest_community() {
    let bursts = load().streams(1).split_off(2);
    assert!(bursts.iter().all(|burst| burst.communities == Communities::Largest));
    let requests =
        bursts.iter().map(|burst| burst.rate * burst.until.saturating_sub(burst.from).as_secs_f64());
    let requests: Vec<_> = requests.collect();
    assert_near("the rogue", requests[1], 400.0, 0.1);
    assert_near("the restart", requests[2], load().largest() / 20.0, 0.1);
    assert_near("the promotion", bursts[0].rate, load().largest() / 600.0, 0.1);
}

#[test]
fn a_small_load_is_watched_for_ten_hours_and_a_large_one_for_a_number_of_requests() {
    let small = Load { communities: 1, burst: Burst::None, ..load() };
    assert_eq!(small.streams(1)[0].until, Duration::from_hours(10));
    let large = Load { communities: 1_000_000, burst: Burst::None, ..load() };
    let streams = large.streams(1);
    assert_near("requests", total(&streams) * streams[0].until.as_secs_f64(), 200_000.0, 0.1);
}

#[test]
fn a_community_of_rank_i_gets_about_i_to_the_power_of_the_skew() {
    let picks = 1_000_000;
    let mut counts = vec![0_u32; 1_001];
    for pick in 0..picks {
        let rank = Communities::Others(1_000).pick((f64::from(pick) + 0.5) / f64::from(picks));
        counts[usize::try_from(rank).expect("a rank is small")] += 1;
    }
    assert_eq!(counts[0] + counts[usize::try_from(LARGEST).expect("it is 1")], 0);
    assert_eq!(counts.iter().sum::<u32>(), picks);
    let ratio = f64::from(counts[100]) / f64::from(counts[800]);
    assert_near("the 100th beside the 800th", ratio, 8.0_f64.powf(0.7), 2.0);
}

#[test]
fn a_community_alone_has_all_of_the_load() {
    let alone = Load { communities: 1, burst: Burst::None, ..load() };
    assert_eq!(alone.streams(1).len(), 1);
    assert_near("its members", alone.largest(), 200.0, 0.001);
}
