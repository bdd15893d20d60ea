//! Two builds beside each other.

use crate::bench::against::order;
use crate::bench::against::report::Compared;
use crate::bench::figures::{Figures, Part, What};

/// Figures of each build, one for each round.
fn compared(today: &[f64], other: &[f64], part: Part) -> Option<Compared> {
    let figures = [today, other].map(|rounds| {
        let mut figures = Figures::default();
        for &figure in rounds {
            figures.add(What::Changes64, part, figure);
        }
        figures
    });
    Compared::of(&figures, What::Changes64, part)
}

/// The verdict if today's figure is this many hundredths of the other's.
fn verdict(hundredths: f64, part: Part) -> &'static str {
    compared(&[hundredths], &[100.0], part).map_or("not measured", |compared| compared.verdict(part))
}

#[test]
fn medians_are_compared_and_single_rounds_shown() {
    let compared = compared(&[10.0, 40.0, 30.0], &[20.0, 10.0, 60.0], Part::Median).expect("it was measured");
    assert_eq!(format!("{:.2}", compared.ratio), "1.50", "30 to 20");
    assert_eq!(compared.range, (0.5, 4.0));
}

#[test]
fn a_figure_that_was_not_measured_has_no_row() {
    assert!(compared(&[1.0], &[], Part::Median).is_none());
    assert!(compared(&[], &[], Part::Median).is_none());
}

#[test]
fn more_than_five_percent_are_marked() {
    for part in [Part::Median, Part::Slowest, Part::Single] {
        assert_eq!(verdict(106.0, part), "**worse**");
        assert_eq!(verdict(104.0, part), "");
        assert_eq!(verdict(96.0, part), "");
        assert_eq!(verdict(94.0, part), "better");
    }
}

#[test]
fn a_verdict_says_if_a_round_contradicts() {
    let verdict = |today: &[f64]| {
        let compared = compared(today, &[10.0, 10.0, 10.0], Part::Median).expect("it was measured");
        compared.verdict(Part::Median)
    };
    assert_eq!(verdict(&[12.0, 12.0, 9.0]), "**worse**, not in each round");
    assert_eq!(verdict(&[12.0, 12.0, 11.0]), "**worse**");
    assert_eq!(verdict(&[8.0, 8.0, 11.0]), "better, not in each round");
    assert_eq!(verdict(&[8.0, 8.0, 9.0]), "better");
}

#[test]
fn a_higher_rate_is_better() {
    assert_eq!(verdict(106.0, Part::PerSecond), "better");
    assert_eq!(verdict(100.0, Part::PerSecond), "");
    assert_eq!(verdict(94.0, Part::PerSecond), "**worse**");
}

#[test]
fn builds_take_turns_to_be_first() {
    assert_eq!([0, 1, 2, 3].map(order).concat(), [0, 1, 1, 0, 0, 1, 1, 0]);
}
