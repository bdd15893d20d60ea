//! Profile fields: the values that each type takes, and the message that names them when another value is
//! refused.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rankledger_domain::profile_field::{FieldType, MAX_TEXT_LENGTH};
use serde_json::{Value, json};

fn options() -> Vec<String> {
    ["Day", "Night"].map(str::to_owned).to_vec()
}

fn check(kind: FieldType, value: &Value) -> Result<(), String> {
    kind.check(&options(), value)
}

fn accepts(kind: FieldType, values: &[Value]) {
    for value in values {
        assert_eq!(check(kind, value), Ok(()), "{} takes {value}", kind.as_str());
    }
}

/// Checks that the type takes none of the values, and that the message says what it takes.
fn refuses(kind: FieldType, values: &[Value], expected: &str) {
    for value in values {
        let sentence = format!("a field of type {} takes {expected}", kind.as_str());
        assert_eq!(check(kind, value), Err(sentence), "{value}");
    }
}

/// Checks that the value is refused with this message.
fn refusal(kind: FieldType, value: &Value, sentence: &str) {
    assert_eq!(check(kind, value).as_ref().map_err(String::as_str), Err(sentence), "{value}");
}

const WEB_ADDRESSES: [FieldType; 2] = [FieldType::Url, FieldType::Image];

const IDS: [FieldType; 3] = [FieldType::Roblox, FieldType::Steam, FieldType::FiveM];

const TURNING: &str = "it holds the control character U+202E: take that out";

#[test]
fn a_type_is_read_back_from_its_word() {
    for kind in FieldType::ALL {
        assert_eq!(FieldType::parse(kind.as_str()), Some(kind));
    }
    for word in ["", "Text", "text ", "textArray"] {
        assert_eq!(FieldType::parse(word), None, "{word:?}");
    }
}

#[test]
fn types_are_called_as_documented() {
    let words = FieldType::ALL.map(FieldType::as_str).join(", ");
    let documented = "text, text array, textarea, number, checkbox, select, multiselect, date, url, image, discord, \
                      roblox, steam, fivem";
    assert_eq!(words, documented);
}

#[test]
fn only_the_two_types_of_choice_have_options() {
    for kind in FieldType::ALL {
        let is_choice = matches!(kind, FieldType::Select | FieldType::MultiSelect);
        assert_eq!(kind.has_options(), is_choice, "{}", kind.as_str());
    }
}

#[test]
fn null_empties_a_field_of_any_type() {
    for kind in FieldType::ALL {
        assert_eq!(kind.check(&[], &Value::Null), Ok(()), "{}", kind.as_str());
    }
}

#[test]
fn no_type_takes_an_object() {
    for kind in FieldType::ALL {
        let sentence = check(kind, &json!({"value": "1"})).expect_err("an object is refused");
        let beginning = format!("a field of type {} takes ", kind.as_str());
        assert!(sentence.starts_with(&beginning), "{sentence}");
    }
}

#[test]
fn a_text_is_one_line() {
    accepts(FieldType::Text, &[json!(""), json!("one"), json!("Ä 字 🚓")]);
    refuses(FieldType::Text, &[json!(1), json!(true), json!(["one"])], "a text");
    let sentence = "it holds the control character U+000A: take that out";
    refusal(FieldType::Text, &json!("one\ntwo"), sentence);
    refusal(FieldType::Text, &json!("\u{202E}one"), TURNING);
}

#[test]
fn a_text_area_has_lines_and_tabs_but_no_other_control_character() {
    accepts(FieldType::TextArea, &[json!(""), json!("one\r\n\ttwo\n")]);
    refuses(FieldType::TextArea, &[json!(1), json!(["one"])], "a text");
    let sentence = "it holds the control character U+001B: take that out";
    refusal(FieldType::TextArea, &json!("one\n\u{1B}[2J"), sentence);
    refusal(FieldType::TextArea, &json!("one\n\u{202E}two"), TURNING);
}

#[test]
fn a_text_array_is_an_array_of_lines() {
    accepts(FieldType::TextArray, &[json!([]), json!(["one", ""])]);
    let others = [json!("one"), json!(["one", 2]), json!([null]), json!([["one"]])];
    refuses(FieldType::TextArray, &others, "an array of texts");
    let sentence = "it holds the control character U+000A: take that out";
    refusal(FieldType::TextArray, &json!(["one", "two\n"]), sentence);
}

#[test]
fn a_text_has_at_most_4000_characters_however_many_bytes_they_are() {
    let longest = "ä".repeat(MAX_TEXT_LENGTH);
    let longer = format!("{longest}ä");
    let sentence = "it has 4001 characters: shorten it to 4000";
    for kind in [FieldType::Text, FieldType::TextArea, FieldType::Discord] {
        accepts(kind, &[json!(longest)]);
        refusal(kind, &json!(longer), sentence);
    }
    accepts(FieldType::TextArray, &[json!([longest, longest])]);
    refusal(FieldType::TextArray, &json!(["", longer]), sentence);
    let address = |length: usize| json!(format!("https://{}", "a".repeat(length - "https://".len())));
    for kind in WEB_ADDRESSES {
        accepts(kind, &[address(MAX_TEXT_LENGTH)]);
        refusal(kind, &address(MAX_TEXT_LENGTH + 1), sentence);
    }
}

#[test]
fn a_number_is_any_number() {
    accepts(FieldType::Number, &[json!(0), json!(-1.5), json!(u64::MAX), json!(1e300)]);
    refuses(FieldType::Number, &[json!("1"), json!(true), json!([1])], "a number");
}

#[test]
fn a_checkbox_is_true_or_false() {
    accepts(FieldType::Checkbox, &[json!(true), json!(false)]);
    refuses(FieldType::Checkbox, &[json!("true"), json!(1), json!([true])], "true or false");
}

#[test]
fn a_select_is_one_of_its_options() {
    accepts(FieldType::Select, &[json!("Day"), json!("Night")]);
    let others = [json!("day"), json!("Day "), json!(""), json!(0), json!(["Day"])];
    refuses(FieldType::Select, &others, "one of its options: Day, Night");
    assert!(FieldType::Select.check(&[], &json!("Day")).is_err(), "there is nothing to choose from");
}

#[test]
fn a_multiselect_is_any_of_its_options() {
    accepts(FieldType::MultiSelect, &[json!([]), json!(["Night"]), json!(["Night", "Day"])]);
    let others = [json!("Day"), json!(["Day", "Dusk"]), json!(["Day", null]), json!([["Day"]])];
    refuses(FieldType::MultiSelect, &others, "an array of its options: Day, Night");
    assert_eq!(FieldType::MultiSelect.check(&[], &json!([])), Ok(()));
}

#[test]
fn a_date_is_a_day_of_the_calendar() {
    accepts(
        FieldType::Date,
        &[json!("2026-04-15"), json!("2024-02-29"), json!("9999-12-31"), json!("0001-01-01")],
    );
    let others = [
        json!("2026-02-29"),
        json!("2026-13-01"),
        json!("2026-04-31"),
        json!("20260415"),
        json!("2026-4-15"),
        json!("2026-W16-3"),
        json!("2026-04-15T00:00:00Z"),
        json!("+002026-04-15"),
        json!("-002026-04-15"),
        json!(" 2026-04-15"),
        json!("15.04.2026"),
        json!(""),
        json!(20_260_415),
    ];
    refuses(FieldType::Date, &others, "a day as a text, such as \"2026-04-15\"");
}

#[test]
fn a_web_address_begins_with_https_or_http() {
    for kind in WEB_ADDRESSES {
        accepts(
            kind,
            &[json!("https://example.com/a?b#c"), json!("http://a"), json!("https://bücher.example/ß")],
        );
        let others = [
            json!("example.com"),
            json!("ftp://example.com"),
            json!("javascript:alert(1)//https://"),
            json!(" https://example.com"),
            json!("https://example.com/a b"),
            json!("https://example.com\n"),
            json!("https://"),
            json!("https:///a"),
            json!("http://?a"),
            json!("http://#a"),
            json!(""),
            json!(7),
            json!(["https://example.com"]),
        ];
        refuses(kind, &others, "a web address that begins with https:// or http://");
        refusal(kind, &json!("https://example.com/\u{202E}gpj"), TURNING);
    }
}

#[test]
fn a_discord_field_is_a_name_or_an_id() {
    accepts(FieldType::Discord, &[json!("1234567890"), json!("ann#0001"), json!("Ann")]);
    let others = [json!(1_234_567_890), json!(["Ann"])];
    refuses(FieldType::Discord, &others, "the name or id of a Discord user as a text");
    refusal(FieldType::Discord, &json!("\u{202E}nna"), TURNING);
}

#[test]
fn the_fields_of_roblox_steam_and_cfx_are_ids_as_identifiers_have_them() {
    accepts(FieldType::Roblox, &[json!("987654321"), json!("roblox:987654321")]);
    accepts(FieldType::Steam, &[json!("76561197960265729"), json!("steam:110000100000001")]);
    accepts(FieldType::FiveM, &[json!("1234"), json!(" FIVEM:1234 ")]);
    for kind in IDS {
        refuses(kind, &[json!(1234), json!(["1234"]), json!(true)], "an id as a text");
        refusal(kind, &json!(""), "the value is empty");
    }
    let digits = "the value is no roblox id: it must be 1 to 20 digits";
    refusal(FieldType::Roblox, &json!("Builderman"), digits);
    refusal(FieldType::FiveM, &json!("ann"), &digits.replace("roblox", "fivem"));
    let steam = "the value is no steam id: it must be the 17 digits of a SteamID64, or its hexadecimal form as game \
                 servers send it";
    refusal(FieldType::Steam, &json!("STEAM_0:1:12345"), steam);
}

fn fields() -> impl Strategy<Value = FieldType> {
    select(FieldType::ALL.to_vec())
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "[-+:TWZ0-9\\[\\]]{8,12}",
        "https?://.{0,9}",
        "Day"
    ]
}

fn json_values() -> impl Strategy<Value = Value> {
    let leaves = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        texts().prop_map(Value::from),
    ];
    leaves.prop_recursive(3, 12, 4, |inner| {
        let object = vec((any::<String>(), inner.clone()), 0..3);
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            object.prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn any_value_is_accepted_or_refused_with_a_sentence(
        kind in fields(),
        options in vec(texts(), 0..3),
        value in json_values(),
    ) {
        if let Err(sentence) = kind.check(&options, &value) {
            prop_assert!(!sentence.is_empty());
            prop_assert!(!value.is_null(), "null empties every field");
        }
    }

    #[test]
    fn a_date_that_is_accepted_is_ten_characters_of_digits_and_hyphens(text in texts()) {
        if check(FieldType::Date, &json!(text)).is_ok() {
            let is_fit = |(index, byte): (usize, u8)| match index {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            };
            prop_assert!(text.len() == 10 && text.bytes().enumerate().all(is_fit), "{}", text);
        }
    }
}
