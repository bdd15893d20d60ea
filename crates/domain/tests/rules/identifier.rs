//! Identifiers of accounts: the values that each type takes, and the one spelling that is kept.

use proptest::prelude::*;
use proptest::sample::select;
use rankledger_domain::identifier::{
    BadIdentifier, IdentifierName, MAX_KIND_LENGTH, MAX_VALUE_LENGTH, bare_steam_id, is_control,
    is_discord_id, is_personal, names_a_person, split_kind,
};

/// Returns the value that is kept; `kind` is a type in the spelling that is kept.
fn kept(kind: &str, value: &str) -> String {
    let name = IdentifierName::parse(kind, value).expect("an identifier");
    assert_eq!(name.kind, kind);
    name.value
}

fn refused(kind: &str, value: &str) -> BadIdentifier {
    match IdentifierName::parse(kind, value) {
        Err(error) => error,
        Ok(name) => panic!("{kind} takes {value:?}, and keeps {:?}", name.value),
    }
}

/// Checks that none of the values is accepted for the type, and that the message says so and names the
/// expected form.
fn expect_no_value(kind: &str, values: &[&str], expected: &str) {
    for value in values {
        let sentence = refused(kind, value).to_string();
        assert_eq!(sentence, format!("the value is no {kind} id: it must be {expected}"), "{value:?}");
    }
}

const NUMBERS: [&str; 5] = ["discord", "roblox", "xbl", "live", "fivem"];

const STEAM: &str = "the 17 digits of a SteamID64, or its hexadecimal form as game servers send it";

#[test]
fn a_type_is_kept_in_lower_case_without_white_space_around_it() {
    for kind in ["discord", " Discord\n", "DISCORD", "\u{2003}dIsCoRd"] {
        let name = IdentifierName::parse(kind, "1").expect("an identifier");
        assert_eq!((name.kind.as_str(), name.value.as_str()), ("discord", "1"), "{kind:?}");
    }
}

#[test]
fn a_type_is_one_word_of_letters_digits_hyphens_and_underscores() {
    assert_eq!(kept("my-game_2", "x"), "x");
    for kind in ["", " ", "two words", "a:b", "a.b", "a/b", "a\u{0}b", "a\nb"] {
        assert_eq!(refused(kind, "1"), BadIdentifier::Kind, "{kind:?}");
    }
    let sentence = "the type must be a word of 1 to 32 letters, digits, \"-\" or \"_\", such as \"discord\"";
    assert_eq!(refused("", "1").to_string(), sentence);
}

#[test]
fn a_type_that_only_looks_like_a_known_one_is_refused() {
    for kind in
        ["\u{17F}team", "d\u{131}scord", "\u{FF44}iscord", "disc\u{43E}rd", "discord\u{200B}", "\u{FC}"]
    {
        assert_eq!(refused(kind, "1"), BadIdentifier::Kind, "{kind:?}");
    }
}

#[test]
fn a_type_has_at_most_32_characters() {
    let longest = "k".repeat(MAX_KIND_LENGTH);
    assert_eq!(kept(&longest, "x"), "x");
    assert_eq!(
        IdentifierName::parse(&format!(" {longest} "), "x").map(|name| name.kind),
        Ok(longest.clone())
    );
    assert_eq!(refused(&format!("{longest}k"), "x"), BadIdentifier::Kind);
}

#[test]
fn a_value_is_kept_without_white_space_around_it() {
    for (kind, value) in [("discord", "12"), ("guild", "Ann of the north")] {
        for spelling in [format!(" {value}"), format!("{value}\r\n"), format!("\t{value}\u{A0}")] {
            assert_eq!(kept(kind, &spelling), value, "{spelling:?}");
        }
    }
}

#[test]
fn a_value_may_repeat_its_type_in_any_case() {
    for value in ["discord:12", "DISCORD:12", " Discord : 12 ", "discord:discord:12", "discord: Discord:12"] {
        assert_eq!(kept("discord", value), "12", "{value:?}");
    }
    assert_eq!(kept("guild", "guild:GUILD:a:b"), "a:b");
}

#[test]
fn a_value_that_begins_with_another_type_is_not_cut() {
    assert_eq!(kept("guild", "discord:12"), "discord:12");
    assert_eq!(kept("guild", ":12"), ":12");
    expect_no_value("discord", &["roblox:12", ":12", "discord:roblox:12"], "1 to 20 digits");
    expect_no_value("license", &["license2:ab"], "1 to 64 hexadecimal digits");
}

#[test]
fn a_value_is_not_empty() {
    for kind in ["discord", "steam", "license", "ip", "guild"] {
        for value in [String::new(), " \n".to_owned(), format!("{kind}:"), format!("{kind}: {kind}: ")] {
            assert_eq!(refused(kind, &value), BadIdentifier::Empty, "{value:?}");
        }
    }
}

#[test]
fn a_value_has_at_most_128_characters_however_many_bytes_they_are() {
    let longest = "ä".repeat(MAX_VALUE_LENGTH);
    assert_eq!(kept("guild", &longest), longest);
    assert_eq!(kept("guild", &format!(" guild:{longest} ")), longest);
    let error = refused("guild", &format!("{longest}ä"));
    assert_eq!(error, BadIdentifier::TooLong(129));
    assert_eq!(error.to_string(), "the value has 129 characters: the most is 128");
}

#[test]
fn a_value_holds_no_control_character() {
    for control in ['\0', '\n', '\u{1B}', '\u{7F}', '\u{85}', '\u{9B}'] {
        let error = refused("guild", &format!("a{control}b"));
        assert_eq!(error, BadIdentifier::Control(control));
    }
    let sentence = "the value holds the control character U+001B: take that out";
    assert_eq!(refused("discord", "1\u{1B}[2J").to_string(), sentence);
}

#[test]
fn a_value_does_not_turn_the_text_around_it() {
    let turning = ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}');
    for control in turning {
        assert_eq!(refused("guild", &format!("{control}b")), BadIdentifier::Control(control));
    }
    for harmless in ['\u{2029}', '\u{202F}', '\u{2065}', '\u{206A}', 'é', '字', '🚓'] {
        assert!(!is_control(harmless), "{harmless:?}");
    }
}

#[test]
fn ids_of_discord_roblox_xbox_and_cfx_are_1_to_20_digits() {
    for kind in NUMBERS {
        for value in ["0", "1234567890", "18446744073709551615", "99999999999999999999"] {
            assert_eq!(kept(kind, value), value);
        }
        let others =
            ["100000000000000000000", "-1", "+1", "1.0", "0x1", "1 2", "1e3", "name#0001", "\u{661}"];
        expect_no_value(kind, &others, "1 to 20 digits");
    }
}

#[test]
fn a_steam_id_is_kept_in_the_hexadecimal_form_that_game_servers_send() {
    let hex = "110000112345678";
    let decimal = u64::from_str_radix(hex, 16).expect("a number").to_string();
    for value in [hex, &decimal, &format!("steam:{hex}"), &format!("Steam:{decimal}"), &format!("0{hex}")] {
        assert_eq!(kept("steam", value), hex, "{value:?}");
    }
    assert_eq!(kept("steam", "11000010ABCDEF0"), "11000010abcdef0");
    assert_eq!(kept("steam", "76561197960265728"), "110000100000000");
    assert_eq!(kept("steam", "99999999999999999"), "16345785d89ffff");
}

#[test]
fn a_steam_id_of_digits_alone_is_decimal_if_it_has_17_of_them() {
    assert_eq!(kept("steam", "9999999999999999"), "9999999999999999");
    assert_eq!(kept("steam", "110000100000002"), "110000100000002");
    assert_eq!(kept("steam", "0000000000000007"), "7");
    assert_eq!(kept("steam", "0"), "0");
}

#[test]
fn what_is_no_steam_id_is_refused() {
    let others = [
        "76561197960265727",
        "00000000000000007",
        "103582791429521408",
        "076561197960265729",
        "+76561197960265729",
        "11000010abcdef012",
        "STEAM_0:1:12345",
        "[U:1:12345]",
        "+ff",
        "xyz",
        "0x110000112345678",
    ];
    expect_no_value("steam", &others, STEAM);
}

#[test]
fn a_license_is_kept_in_lower_case() {
    for kind in ["license", "license2"] {
        assert_eq!(kept(kind, "00ABCDEF"), "00abcdef");
        assert_eq!(kept(kind, &format!("{kind}:{}", "F".repeat(64))), "f".repeat(64));
        expect_no_value(kind, &["g", "a b", &"f".repeat(65)], "1 to 64 hexadecimal digits");
    }
}

#[test]
fn an_ip_address_is_kept_in_its_shortest_form() {
    for (value, short) in [
        ("192.0.2.1", "192.0.2.1"),
        ("ip:192.0.2.1", "192.0.2.1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("IP: 2001:0db8::0001", "2001:db8::1"),
        ("::", "::"),
        ("ip:::1", "::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:C000:201", "192.0.2.1"),
    ] {
        assert_eq!(kept("ip", value), short, "{value:?}");
    }
    let others =
        ["192.0.2", "192.0.2.256", "192.0.2.01", "192.0.2.1:80", "[::1]", "fe80::1%eth0", "localhost"];
    expect_no_value("ip", &others, "an IPv4 or IPv6 address");
}

#[test]
fn the_value_of_any_other_type_is_kept_as_it_is() {
    for value in ["Ann", "ANN of  the north", "0x7", "#1", "字"] {
        assert_eq!(kept("guild", value), value);
    }
}

/// Generates types, known and unknown ones.
fn kinds() -> impl Strategy<Value = String> {
    let known = ["discord", "Roblox", "STEAM", "license", "license2", "ip", "xbl", "live", "fivem", "guild"];
    prop_oneof![4 => select(known.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

/// Generates values that are often valid.
fn values() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{1,21}",
        "7656119[0-9]{10}",
        "[0-9a-fA-F]{1,66}",
        any::<std::net::IpAddr>().prop_map(|address| address.to_string()),
        "[ :a-zA-Z0-9\u{202E}\n]{0,12}",
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn an_identifier_is_read_from_its_kept_spelling_as_it_is(
        kind in kinds(),
        repeated in 0..3_usize,
        value in values(),
    ) {
        let prefix = format!("{} :", kind.to_ascii_uppercase()).repeat(repeated);
        if let Ok(name) = IdentifierName::parse(&kind, &format!("{prefix}{value}")) {
            prop_assert_eq!(IdentifierName::parse(&name.kind, &name.value), Ok(name.clone()));
            let whole = format!("{}:{}", name.kind, name.value);
            prop_assert_eq!(IdentifierName::parse(&name.kind, &whole), Ok(name.clone()));
            prop_assert!((1..=MAX_KIND_LENGTH).contains(&name.kind.len()), "{:?}", name);
            prop_assert!((1..=MAX_VALUE_LENGTH).contains(&name.value.chars().count()), "{:?}", name);
            prop_assert!(!name.value.contains(is_control) && name.value.trim() == name.value, "{:?}", name);
        }
    }

    #[test]
    fn any_two_texts_are_an_identifier_or_refused_with_a_sentence(kind: String, value: String) {
        if let Err(error) = IdentifierName::parse(&kind, &value) {
            prop_assert!(!error.to_string().contains(is_control), "{}", error);
        }
    }

    #[test]
    fn a_steam_id_is_one_and_the_same_in_both_forms(account: u32) {
        let number = 76_561_197_960_265_728 + u64::from(account);
        let hex = format!("{number:x}");
        prop_assert_eq!(kept("steam", &number.to_string()), hex.clone());
        prop_assert_eq!(kept("steam", &hex.to_ascii_uppercase()), hex);
    }
}

#[test]
fn an_id_is_split_at_its_first_colon_if_a_type_stands_before_it() {
    for (id, expected) in [
        ("steam:110000112345678", Some(("steam", "110000112345678"))),
        ("x:steam:110000112345678", Some(("x", "steam:110000112345678"))),
        ("custom_1-x:", Some(("custom_1-x", ""))),
        ("110000112345678", None),
        (":1", None),
        ("two words:1", None),
        ("d\u{e4}:1", None),
        ("2001:db8::1", None),
        ("fe80::1", None),
        ("::1", None),
        ("ip:2001:db8::1", Some(("ip", "2001:db8::1"))),
    ] {
        assert_eq!(split_kind(id), expected, "{id}");
    }
    assert_eq!(split_kind(&format!("{}:1", "x".repeat(MAX_KIND_LENGTH + 1))), None);
}

#[test]
fn a_discord_id_has_17_to_20_digits() {
    for (length, expected) in [(16, false), (17, true), (20, true), (21, false)] {
        assert_eq!(is_discord_id(&"1".repeat(length)), expected, "{length}");
    }
    assert!(!is_discord_id("10000000000000000a") && !is_discord_id(" 100000000000000001"));
}

#[test]
fn what_a_household_shares_is_personal_to_nobody() {
    for kind in
        ["discord", "roblox", "steam", "license", "license2", "xbl", "live", "fivem", "unheard-of", "iphone"]
    {
        assert!(is_personal(kind), "{kind}");
    }
    for kind in ["ip", "hwid", "hwid2", "hwid_3", "token", "token-0", "mac", "device", "fingerprint"] {
        assert!(!is_personal(kind), "{kind}");
    }
}

#[test]
fn a_numbered_type_has_the_form_of_its_type() {
    let spelled = |kind, value| IdentifierName::parse(kind, value).map(|name| name.value);
    assert_eq!(spelled("license2", "AB"), Ok("ab".to_owned()));
    assert!(spelled("license3", "xyz").is_err() && spelled("ip2", "nowhere").is_err());
    assert_eq!(spelled("hwid_2", "2:AbC"), Ok("2:AbC".to_owned()));
    // Only some types are numbered: this one is unknown, and takes any value.
    assert_eq!(spelled("steam64", "xyz"), Ok("xyz".to_owned()));
}

#[test]
fn a_steam_id_may_stand_alone_in_its_decimal_form() {
    assert_eq!(bare_steam_id("76561198000000001").as_deref(), Some("1100001025e4c01"));
    for text in ["1100001025e4c01", "76561197960265727", "7656119800000000", "steam:76561198000000001", ""] {
        assert_eq!(bare_steam_id(text), None, "{text}");
    }
}

#[test]
fn what_people_share_names_nobody_in_any_spelling() {
    for id in ["discord:1", "1", "LEGACY", "steam:110000100000001", "unheard-of:1", "1.2.3", "fe80", "a b:c"]
    {
        assert!(names_a_person(id), "{id}");
    }
    for id in ["ip:1.2.3.4", "IP:1.2.3.4", "hwid:x", "hwid2:x", "token_3:x", "1.2.3.4", "fe80::1", "ip:"] {
        assert!(!names_a_person(id), "{id}");
    }
}
