//! The log: rank changes and entries share one row of places, although a rank change stores none.

use proptest::collection::vec;
use proptest::prelude::*;
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::log::{ActKind, LogPlace, LogPosition};

/// A rank change or an act, each of which has a place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Happened {
    Change(ChangeNumber),
    Entry(LogPosition),
}

/// Plays what happened in order: a rank change for each `true`, an entry for each `false`. The position in
/// the list is the place, less one.
fn played(changes: &[bool]) -> Vec<Happened> {
    let (mut newest, mut last) = (ChangeNumber(0), LogPosition::START);
    let mut log = Vec::new();
    for &is_change in changes {
        if is_change {
            newest = newest.next();
            log.push(Happened::Change(newest));
        } else {
            last = last.next(newest);
            log.push(Happened::Entry(last));
        }
    }
    log
}

fn entries(log: &[Happened]) -> impl DoubleEndedIterator<Item = LogPosition> {
    log.iter().filter_map(|happened| match happened {
        Happened::Entry(position) => Some(*position),
        Happened::Change(_) => None,
    })
}

/// The last entry that a query finds.
fn last(log: &[Happened], fits: impl Fn(&LogPosition) -> bool) -> LogPosition {
    entries(log).rev().find(fits).unwrap_or(LogPosition::START)
}

#[test]
fn without_entries_a_change_has_its_number_as_its_place() {
    assert_eq!(LogPosition::START.place_of(ChangeNumber(7)), LogPlace(7));
    assert_eq!(LogPosition::START.change_at(LogPlace(7)), Some(ChangeNumber(7)));
}

#[test]
fn the_first_entry_comes_after_the_changes_of_before() {
    let first = LogPosition::START.next(ChangeNumber(3));
    assert_eq!(first, LogPosition { place: LogPlace(4), after_change: ChangeNumber(3) });
    assert_eq!(first.change_at(LogPlace(4)), None, "the entry has that place");
    assert_eq!(first.place_of(ChangeNumber(4)), LogPlace(5));
}

#[test]
fn a_kind_is_read_back_from_its_word() {
    for kind in ActKind::ALL {
        assert_eq!(ActKind::parse(kind.as_str()), Some(*kind));
        let (subject, done) = kind.as_str().split_once('.').expect("a subject and what was done");
        let is_past = ["ed", "en", "_in", "_out"].iter().any(|end| done.ends_with(end));
        assert!(!subject.is_empty() && is_past, "{}", kind.as_str());
    }
    assert_eq!(ActKind::parse("Account.created"), None);
    assert_eq!(ActKind::parse(""), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn places_have_no_hole_and_no_repeat(changes in vec(any::<bool>(), 0..60)) {
        let log = played(&changes);
        for (place, happened) in (1..).map(LogPlace).zip(&log) {
            match *happened {
                Happened::Entry(position) => prop_assert_eq!(position.place, place),
                Happened::Change(number) => {
                    let before = last(&log, |entry| entry.after_change < number);
                    prop_assert_eq!(before.place_of(number), place);
                }
            }
        }
    }

    #[test]
    fn what_has_a_place_is_found(changes in vec(any::<bool>(), 0..60)) {
        let log = played(&changes);
        for (place, happened) in (1..).map(LogPlace).zip(&log) {
            let at_or_before = last(&log, |entry| entry.place <= place);
            let found = at_or_before.change_at(place).map_or(Happened::Entry(at_or_before), Happened::Change);
            prop_assert_eq!(found, *happened);
        }
    }

    #[test]
    fn a_new_entry_has_the_place_after_everything(changes in vec(any::<bool>(), 0..60)) {
        let log = played(&changes);
        let newest = log.iter().filter(|happened| matches!(happened, Happened::Change(_))).count();
        let newest = ChangeNumber(i64::try_from(newest).expect("a few"));
        let new = last(&log, |_| true).next(newest);
        prop_assert_eq!(usize::try_from(new.place.0).expect("a place"), log.len() + 1);
        prop_assert_eq!(new.after_change, newest);
    }
}
