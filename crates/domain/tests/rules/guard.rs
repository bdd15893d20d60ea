//! Guards: at most the limit of ranks is taken away in any minute and any hour, and the time to wait is true.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rankledger_domain::guard::{
    Counted, CountedFor, CountedSpan, Excess, Guards, MOST_LIMIT, RemovalLimits, Removals, Window,
    check_removals, removals,
};
use rankledger_domain::ids::AccountId;
use uuid::Uuid;

use crate::kit::{Ledger, held, until};

const LIMITS: RemovalLimits = RemovalLimits { per_minute: 5, per_hour: 12 };

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(1_776_211_200_000 + milliseconds).expect("a time in range")
}

/// Makes removals from pairs: a time in milliseconds, and a number of ranks.
fn lately(removals: &[(i64, u32)]) -> Vec<Removals> {
    removals.iter().map(|&(milliseconds, count)| Removals { at: at(milliseconds), count }).collect()
}

fn wait(lately_taken: &[(i64, u32)], removals: u32, now: i64) -> Option<Duration> {
    let refused = check_removals(LIMITS, &lately(lately_taken), removals, at(now)).expect_err("a refusal");
    refused.wait
}

#[test]
fn up_to_the_limit_may_be_taken_away() {
    assert_eq!(check_removals(LIMITS, &[], 5, at(0)), Ok(()));
    assert_eq!(check_removals(LIMITS, &lately(&[(0, 2), (10, 2)]), 1, at(10)), Ok(()));
}

#[test]
fn what_takes_nothing_away_passes_whatever_was_taken_before() {
    assert_eq!(check_removals(LIMITS, &lately(&[(0, 99)]), 0, at(0)), Ok(()));
}

#[test]
fn over_the_limit_of_a_minute_the_oldest_have_to_be_a_minute_old() {
    assert_eq!(wait(&[(0, 5)], 1, 0), Some(Duration::from_mins(1)));
    assert_eq!(wait(&[(0, 1), (500, 4)], 1, 1000), Some(Duration::from_secs(59)));
    assert_eq!(wait(&[(0, 1), (500, 4)], 2, 1000), Some(Duration::from_millis(59_500)));
    assert_eq!(wait(&[(0, 1)], 5, 59_999), Some(Duration::from_millis(1)));
    assert_eq!(check_removals(LIMITS, &lately(&[(0, 1)]), 5, at(60_000)), Ok(()));
}

#[test]
fn over_the_limit_of_an_hour_the_oldest_have_to_be_an_hour_old() {
    let slowly = [(0, 4), (100_000, 4), (200_000, 4)];
    assert_eq!(wait(&slowly, 1, 300_000), Some(Duration::from_mins(55)));
    assert_eq!(wait(&slowly, 5, 300_000), Some(Duration::from_mins(55) + Duration::from_secs(100)));
    assert_eq!(check_removals(LIMITS, &lately(&slowly), 4, at(3_600_000)), Ok(()));
}

#[test]
fn a_refusal_says_which_limit_has_to_be_waited_for_longer() {
    let both = [(0, 4), (3_000_000, 4), (3_599_000, 4)];
    let refused = check_removals(LIMITS, &lately(&both), 2, at(3_599_000)).expect_err("a refusal");
    let wait = Some(Duration::from_mins(1));
    assert_eq!(refused, Excess { limit: 5, window: Window::Minute, recent: 4, removals: 2, wait });
}

#[test]
fn more_than_the_limit_at_once_never_passes() {
    let refused = check_removals(LIMITS, &[], 6, at(0)).expect_err("a refusal");
    assert_eq!(refused, Excess { limit: 5, window: Window::Minute, recent: 0, removals: 6, wait: None });
    let by_the_hour = RemovalLimits { per_minute: 50, per_hour: 12 };
    let refused = check_removals(by_the_hour, &[], 13, at(0)).expect_err("a refusal");
    assert_eq!((refused.window, refused.wait), (Window::Hour, None));
}

#[test]
fn nothing_is_waited_for_longer_than_what_never_passes() {
    let refused =
        |removals| check_removals(LIMITS, &lately(&[(0, 5)]), removals, at(0)).expect_err("a refusal");
    assert!(refused(6).longest_wait() > refused(1).longest_wait());
    assert_eq!(refused(1).longest_wait(), Duration::from_mins(1));
}

#[test]
fn ranks_that_are_gone_are_counted_and_no_others() {
    let count = |held: &str, words: &str| {
        let mut ledger = Ledger::holding(held);
        let number = ledger.change(words);
        removals(&ledger.entry(number).transition)
    };
    assert_eq!(count("officer medic", "-officer"), 1);
    assert_eq!(count("officer medic", "=pilot"), 2, "a move takes away as well");
    assert_eq!(count("officer", "+medic"), 0);

    let mut ledger = Ledger::holding("officer medic");
    let number = ledger.grant(vec![until("officer", 1), held("medic")]);
    assert_eq!(removals(&ledger.entry(number).transition), 1, "a sooner end takes away as well");
}

#[test]
fn counts_from_the_future_are_of_no_account_but_other_nodes_may_be_a_little_ahead() {
    let leaped = [(315_360_000_000, 5), (315_363_600_000, 5)];
    assert_eq!(check_removals(LIMITS, &lately(&leaped), 5, at(0)), Ok(()));
    assert_eq!(wait(&[(1000, 5)], 1, 0), Some(Duration::from_secs(61)));
    let counted =
        Counted::at(at(90_000), CountedFor::Community, &lately(&[(0, 1), (60_000, 2), (900_000, 4)]));
    assert_eq!((counted.last_minute, counted.last_hour), (2, 3));
    let span = CountedSpan::at(at(0));
    assert_eq!((span.after, span.until), (at(-3_600_000), at(60_000)));
}

#[test]
fn all_together_may_take_three_times_as_much_as_one_unless_it_is_set() {
    let guards = Guards { limits: LIMITS, ..Guards::default() };
    assert_eq!(guards.limits_of(CountedFor::Community), RemovalLimits { per_minute: 15, per_hour: 36 });
    assert_eq!(guards.limits_of(CountedFor::Person(AccountId(Uuid::nil()))), LIMITS);
    let set = RemovalLimits { per_minute: 1, per_hour: 2 };
    let guards = Guards { together: Some(set), ..guards };
    assert_eq!(guards.limits_of(CountedFor::Community), set);
    let many = RemovalLimits { per_minute: MOST_LIMIT, per_hour: MOST_LIMIT };
    assert_eq!(Guards { limits: many, ..Guards::default() }.together(), many);
}

/// Generates moments in time, each with the number of ranks to take away then.
fn attempts() -> impl Strategy<Value = Vec<(i64, u32)>> {
    prop::collection::vec((0..400_000_i64, 0..7_u32), 1..60).prop_map(|mut attempts| {
        let mut now = 0;
        for (time, _) in &mut attempts {
            now += *time;
            *time = now;
        }
        attempts
    })
}

/// Returns how many ranks were taken away within the window that ends at this moment.
fn within(taken: &[(i64, u32)], window: SignedDuration, end: i64) -> u32 {
    let begin = end - i64::try_from(window.as_millis()).expect("a short time");
    taken.iter().filter(|(time, _)| (begin + 1..=end).contains(time)).map(|(_, count)| count).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn no_minute_and_no_hour_has_more_than_its_limit(attempts in attempts()) {
        let mut taken = Vec::new();
        for (time, count) in attempts {
            if check_removals(LIMITS, &lately(&taken), count, at(time)).is_ok() {
                taken.push((time, count));
            }
        }
        for &(end, _) in &taken {
            prop_assert!(within(&taken, Window::Minute.length(), end) <= LIMITS.per_minute);
            prop_assert!(within(&taken, Window::Hour.length(), end) <= LIMITS.per_hour);
        }
    }

    #[test]
    fn what_is_refused_would_be_too_much(attempts in attempts()) {
        let mut taken = Vec::new();
        for (time, count) in attempts {
            taken.push((time, count));
            if check_removals(LIMITS, &lately(&taken[..taken.len() - 1]), count, at(time)).is_ok() {
                continue;
            }
            let minute = within(&taken, Window::Minute.length(), time);
            let hour = within(&taken, Window::Hour.length(), time);
            prop_assert!(minute > LIMITS.per_minute || hour > LIMITS.per_hour);
            taken.pop();
        }
    }

    #[test]
    fn the_wait_is_true_to_the_millisecond(attempts in attempts()) {
        let mut taken = Vec::new();
        for (time, count) in attempts {
            let Err(refused) = check_removals(LIMITS, &lately(&taken), count, at(time)) else {
                taken.push((time, count));
                continue;
            };
            let Some(wait) = refused.wait else {
                prop_assert!(count > LIMITS.per_minute);
                continue;
            };
            let passes = time + i64::try_from(wait.as_millis()).expect("a short time");
            prop_assert_eq!(check_removals(LIMITS, &lately(&taken), count, at(passes)), Ok(()));
            prop_assert!(check_removals(LIMITS, &lately(&taken), count, at(passes - 1)).is_err());
        }
    }
}
