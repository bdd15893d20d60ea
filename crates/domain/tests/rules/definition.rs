//! The options of profile fields: when they are needed, and how many there may be.

use rankledger_domain::definition::{BadOptions, FieldKind, MAX_FIELD_OPTIONS};
use rankledger_domain::name::BadName;
use rankledger_domain::profile_field::FieldType;
use serde_json::json;

fn options(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("Option {number}")).collect()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

#[test]
fn a_field_to_choose_from_has_1_to_100_options() {
    for field_type in [FieldType::Select, FieldType::MultiSelect] {
        for count in [1, MAX_FIELD_OPTIONS] {
            let kind = FieldKind::new(field_type, Some(options(count))).expect("so many are allowed");
            assert_eq!(kind.options().map(<[_]>::len), Some(count));
        }
        for count in [0, 101] {
            let refused = FieldKind::new(field_type, Some(options(count)));
            assert_eq!(refused, Err(vec![BadOptions::Count(count)]));
        }
        assert_eq!(FieldKind::new(field_type, None), Err(vec![BadOptions::Missing]));
    }
    assert_eq!(BadOptions::Count(101).to_string(), "there must be 1 to 100 of them");
}

#[test]
fn no_other_field_has_options() {
    for field_type in FieldType::ALL.into_iter().filter(|kind| !kind.has_options()) {
        for given in [words(&["a"]), words(&[])] {
            assert_eq!(FieldKind::new(field_type, Some(given)), Err(vec![BadOptions::Unwanted]));
        }
        let kind = FieldKind::new(field_type, None).expect("no options");
        assert_eq!((kind.field_type(), kind.options()), (field_type, None));
    }
}

#[test]
fn every_option_that_is_no_name_or_stands_there_twice_is_reported() {
    let refused =
        FieldKind::new(FieldType::Select, Some(words(&["Day", "", "Day", "Night", "\u{7}", "Day"])));
    let twice = |index| BadOptions::Twice { index, option: "Day".to_owned() };
    let expected = vec![
        BadOptions::Name { index: 1, fault: BadName::Empty },
        twice(2),
        BadOptions::Name { index: 4, fault: BadName::Control('\u{7}') },
        twice(5),
    ];
    assert_eq!(refused, Err(expected));
}

#[test]
fn stored_options_are_taken_as_they_are() {
    let kind = FieldKind::stored(FieldType::Select, Some(options(500)));
    assert_eq!(kind.into_options().map(|options| options.len()), Some(500));
}

#[test]
fn a_value_is_checked_against_the_options() {
    let kind = FieldKind::new(FieldType::Select, Some(words(&["Day", "Night"]))).expect("two options");
    assert_eq!(kind.check(&json!("Night")), Ok(()));
    assert!(kind.check(&json!("Noon")).is_err());
}
