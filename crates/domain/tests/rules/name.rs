//! Names, words, keys and reasons.

use rankledger_domain::name::{
    BadName, BadReason, Key, MAX_NAME_LENGTH, MAX_REASON_LENGTH, MAX_SHORT_WORD_LENGTH, Name, Word,
    check_account_name, check_name, check_reason, check_word, folded, folded_apart, is_digits, is_same,
    normalized,
};
use rankledger_domain::rank::RankName;

/// The name of one person, as two keyboards compose it.
const COMPOSED: &str = "Jos\u{e9} \u{c5}ngstr\u{f6}m";
const APART: &str = "Jose\u{301} A\u{30a}ngstro\u{308}m";

#[test]
fn one_name_is_one_name_however_its_accents_are_composed() {
    assert_ne!(COMPOSED, APART);
    assert_eq!(normalized(APART), COMPOSED);
    assert!(is_same(APART, COMPOSED) && is_same(COMPOSED, APART) && !is_same(APART, "Jose Angstrom"));
    assert_eq!(Name::parse(APART), Name::parse(COMPOSED));
    assert_eq!(Name::stored(APART.to_owned()), Name::stored(COMPOSED.to_owned()));
    assert!(Name::parse(COMPOSED).is_ok_and(|name| name == *APART));
    assert_eq!(Key::parse("cafe\u{301}"), Key::parse("caf\u{e9}"));
    assert_eq!(RankName::parse("cafe\u{301}"), RankName::parse("caf\u{e9}"));
    assert_eq!(folded(APART), folded(&COMPOSED.to_uppercase()));
    assert_eq!(folded_apart(COMPOSED), APART.to_lowercase());
    // The angstrom sign is another character, of the same letter.
    assert!(is_same("\u{212b}", "\u{c5}"));
}

#[test]
fn a_name_is_measured_in_the_spelling_that_is_kept() {
    assert!(Name::parse("e\u{301}".repeat(MAX_NAME_LENGTH)).is_ok());
}

#[test]
fn an_id_that_is_a_word_is_kept_as_given() {
    assert_ne!(Word::parse("cafe\u{301}"), Word::parse("caf\u{e9}"));
}

#[test]
fn a_name_is_kept_as_given() {
    for text in ["Chief", " Chief  of Staff ", "\u{fc}ber", "\u{1f46e}", "911"] {
        assert_eq!(Name::parse(text).map(String::from).as_deref(), Ok(text));
    }
}

#[test]
fn a_name_needs_a_visible_character() {
    for text in ["", " ", "\t", "\u{200b}", "\u{2800}\u{3164}", "\u{e0041}"] {
        assert_eq!(Name::parse(text), Err(BadName::Empty), "{text:?}");
    }
}

#[test]
fn a_name_holds_no_control_characters() {
    for (text, control) in [("a\nb", '\n'), ("a\u{1b}[2J", '\u{1b}'), ("a\u{202e}b", '\u{202e}')] {
        assert_eq!(Name::parse(text), Err(BadName::Control(control)));
    }
    let text = BadName::Control('\u{1b}').to_string();
    assert_eq!(text, "it holds the control character U+001B: take that out");
}

#[test]
fn a_name_has_at_most_128_characters_and_characters_are_not_bytes() {
    assert_eq!(check_name(&"\u{1f46e}".repeat(MAX_NAME_LENGTH)), Ok(()));
    assert_eq!(check_name(&"x".repeat(129)), Err(BadName::TooLong(129)));
    assert_eq!(BadName::TooLong(129).to_string(), "it has 129 characters: shorten it to 128");
}

#[test]
fn the_name_of_an_account_is_more_than_digits() {
    for name in ["911", "1", "100000000000000001", " 42 ", "4 2", "4\u{200b}2"] {
        assert_eq!(check_account_name(name), Err(BadName::Digits), "{name:?}");
        assert_eq!(check_name(name), Ok(()), "another thing may be called so: {name:?}");
    }
    for name in ["911a", "#1", "-1", "1.5", "\u{661}\u{662}", "4\u{1f46e}2", "Unit 42"] {
        assert_eq!(check_account_name(name), Ok(()), "{name:?}");
    }
    assert_eq!(check_account_name(" "), Err(BadName::Empty));
}

#[test]
fn digits_alone_mean_a_number_or_an_id() {
    for (text, expected) in [
        ("911", true),
        (" 911\n", true),
        ("", false),
        (" ", false),
        ("9 11", false),
        ("-1", false),
        ("\u{661}", false),
        ("911a", false),
    ] {
        assert_eq!(is_digits(text), expected, "{text:?}");
    }
}

#[test]
fn a_word_has_no_white_space_and_at_most_64_characters() {
    assert_eq!(Word::parse("x".repeat(MAX_SHORT_WORD_LENGTH)).map(|word| word.as_str().len()), Ok(64));
    assert_eq!(Word::parse("x".repeat(65)), Err(BadName::LongWord(65)));
    assert_eq!(Word::parse("two words"), Err(BadName::WhiteSpace));
    assert_eq!(Word::parse(""), Err(BadName::Empty));
}

#[test]
fn the_public_id_of_a_community_is_a_word_as_long_as_a_name() {
    assert_eq!(check_word(&"x".repeat(128)), Ok(()));
    assert_eq!(check_word(&"x".repeat(129)), Err(BadName::TooLong(129)));
    assert_eq!(check_word("two words"), Err(BadName::WhiteSpace));
}

#[test]
fn a_key_is_no_uuid_and_no_part_of_a_path() {
    assert_eq!(Key::parse("medic").map(|key| key.to_string()).as_deref(), Ok("medic"));
    assert_eq!(Key::parse("22222222-2222-2222-2222-222222222222"), Err(BadName::Uuid));
    assert_eq!(Key::parse("22222222222222222222222222222222"), Err(BadName::Uuid));
    assert_eq!(Key::parse("trigger"), Err(BadName::Reserved));
    assert_eq!(Key::parse("two words"), Err(BadName::WhiteSpace));
}

#[test]
fn a_stored_text_is_taken_as_it_is() {
    let long = "x".repeat(1000);
    assert_eq!(Name::stored(long.clone()), *long.as_str());
    assert_eq!(Word::stored(long.clone()), long);
}

#[test]
fn a_reason_may_have_several_lines_but_no_other_control_characters() {
    assert_eq!(check_reason(""), Ok(()));
    assert_eq!(check_reason("One\r\n\ttwo"), Ok(()));
    assert_eq!(check_reason("a\u{0}b"), Err(BadReason::Control('\u{0}')));
    assert_eq!(check_reason("\u{2066}"), Err(BadReason::Control('\u{2066}')));
}

#[test]
fn a_reason_has_at_most_500_characters() {
    assert_eq!(check_reason(&"\u{e4}".repeat(MAX_REASON_LENGTH)), Ok(()));
    assert_eq!(check_reason(&"x".repeat(501)), Err(BadReason::TooLong(501)));
    assert_eq!(BadReason::TooLong(501).to_string(), "it has 501 characters: shorten it to 500");
}
