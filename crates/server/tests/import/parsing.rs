//! A text that cannot be read as a document is refused, and the error names its place.

use std::fmt::Write;

use rankledger_server::ops::import::{Document, Format};

fn refusal(text: &str, format: Format) -> String {
    Document::parse(text, format).expect_err("it cannot be read").to_string()
}

#[test]
fn yaml_names_line_and_column() {
    let unknown = refusal("community:\n  id: club\n  nmae: The Club\n", Format::Yaml);
    assert!(unknown.contains("nmae") && unknown.contains("line 3, column 3"), "{unknown}");
    let wrong_type = refusal("community: { id: club, name: The Club, subVersion: high }", Format::Yaml);
    assert!(wrong_type.contains("line 1, column 52"), "{wrong_type}");
    let broken = refusal("community:\n  id: [club\n", Format::Yaml);
    assert!(broken.contains("line "), "{broken}");
    for text in [unknown, wrong_type, broken] {
        assert!(!text.contains('\n'), "one line: {text}");
    }
}

#[test]
fn json_names_the_path() {
    let account =
        r#"{"community": {"id": "club", "name": "Club"}, "accounts": [{"name": "Ann", "ranks": [true]}]}"#;
    let wrong_type = refusal(account, Format::Json);
    assert!(
        wrong_type.starts_with("accounts[0].ranks[0] (Ann): ") && wrong_type.contains("line 1"),
        "{wrong_type}"
    );
    let unknown = refusal(r#"{"community": {"id": "club", "name": "Club", "level": 5}}"#, Format::Json);
    assert!(unknown.contains("community.level: ") && unknown.contains("subVersion"), "{unknown}");
    let trailing = refusal(r#"{"community": {"id": "club", "name": "Club"}} {}"#, Format::Json);
    assert!(trailing.contains("trailing"), "{trailing}");
    assert!(refusal("", Format::Json).contains("line 1"));
}

#[test]
fn a_missing_key_is_named() {
    assert!(refusal("accounts: []", Format::Yaml).contains("community"));
    let text = "community: { id: club, name: Club }\nrankChanges:\n  - { account: Ann, add: [cadet] }\n";
    assert!(refusal(text, Format::Yaml).contains("undoId"));
}

#[test]
fn a_key_of_an_activity_row_is_none_of_a_clock_row() {
    let row = |rows: &str, key: &str| {
        let row = format!("{{ startTime: 2026-01-01T00:00:00Z, type: patrol, {key}: 1 }}");
        format!("community: {{ id: c, name: C }}\naccounts:\n  - {{ name: Ann, {rows}: [{row}] }}\n")
    };
    assert!(Document::parse(&row("activityRows", "server"), Format::Yaml).is_ok());
    for (rows, key) in [("clockRows", "server"), ("activityRows", "servre")] {
        let unknown = refusal(&row(rows, key), Format::Yaml);
        assert!(unknown.contains(key) && unknown.contains("line 3"), "{unknown}");
    }
}

#[test]
fn a_malformed_time_or_id_is_refused() {
    let time = "community: { id: club, name: Club }\naccounts:\n  - { name: Ann, joinDate: yesterday }\n";
    assert!(refusal(time, Format::Yaml).contains("line 3"));
    let id = "community: { id: club, name: Club, uuid: 12-34 }\n";
    assert!(refusal(id, Format::Yaml).contains("line 1"));
}

#[test]
fn deep_nesting_and_unfolding_aliases_are_refused_not_followed() {
    let deep = |open: &str, close: &str| {
        format!(
            "community: {{ id: club, name: Club }}\npromotionFlows:\n  - {{ labelFrom: A, labelTo: B, actions: {}{} }}\n",
            open.repeat(20_000),
            close.repeat(20_000)
        )
    };
    refusal(&deep("[", "]"), Format::Yaml);
    let deep = format!(
        r#"{{"community": {{"id": "c", "name": "C"}}, "promotionFlows": [{{"labelFrom": "A", "labelTo": "B", "actions": {}"#,
        "[".repeat(20_000)
    );
    refusal(&deep, Format::Json);
    let mut bomb = "[&x0 [a, a, a, a, a, a, a, a]".to_owned();
    for level in 1..9 {
        let below = format!("*x{}, ", level - 1).repeat(8);
        write!(bomb, ", &x{level} [{below}]").expect("a text can be written to");
    }
    let bomb = format!(
        "community: {{ id: club, name: The Club }}\npromotionFlows:\n  - {{ labelFrom: A, labelTo: B, actions: {bomb}] }}\n"
    );
    let unfolded = refusal(&bomb, Format::Yaml);
    assert!(unfolded.contains("alias"), "{unfolded}");
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let json = "\u{feff}{\"community\": {\"id\": \"club\", \"name\": \"Club\"}}";
    assert!(Document::parse(json, Format::Json).is_ok());
    assert!(Document::parse("\u{feff}community: { id: club, name: Club }\n", Format::Yaml).is_ok());
}

#[test]
fn a_member_called_null_is_explained_in_plain_words() {
    let community = "community: { id: club, name: Club }\n";
    for (text, place) in [
        ("null: 7\n", "line 2, column 1"),
        ("~: 7\n", "line 2, column 1"),
        ("accounts:\n  - name: Ann\n    null: x\n", "line 4, column 5"),
        ("accounts:\n  - name: Ann\n    : x\n", "line 4, column 5"),
        ("accounts:\n  - name: null\n", "line 3, column 11"),
        ("accounts:\n  - name:\n", "line 3, column "),
        ("profileFields: [{ id: a, label: A, type: text, metadata: { null: 3 } }]\n", "line 2, column 60"),
    ] {
        let said = refusal(&format!("{community}{text}"), Format::Yaml);
        assert!(said.contains("within quotes") && said.contains(place), "{text}: {said}");
        assert!(!said.contains("Option") && !said.contains("deserialize"), "{said}");
    }
    let list = refusal(&format!("{community}[a]: 7\n"), Format::Yaml);
    assert!(list.contains("not a list or a mapping") && list.contains("line 2"), "{list}");
    let twice = refusal(&format!("{community}servers: []\nservers: []\n"), Format::Yaml);
    assert!(twice.contains("servers") && !twice.contains("Policy"), "{twice}");
}

#[test]
fn no_text_may_hold_the_character_nul() {
    let yaml = |accounts: &str| format!("community: {{ id: club, name: Club }}\naccounts:\n{accounts}");
    for escape in [r"\0", r"\x00", r"\u0000", r"\U00000000"] {
        let said = refusal(
            &yaml(&format!("  - {{ name: Ann }}\n  - {{ name: Bob, bio: \"a{escape}\" }}\n")),
            Format::Yaml,
        );
        assert_eq!(said, "line 4, Bob, bio: it holds the character U+0000: take that out", "{escape}");
    }
    let json = r#"{"community": {"id": "club", "name": "Club"}, "accounts": [{"name": "Ann",
        "identifiers": [{"type": "guild", "value": "a", "metadata": {"b\u0000": 1}}]}]}"#;
    let said = refusal(json, Format::Json);
    assert!(said.starts_with("line 2, Ann, guild, metadata.b\u{FFFD}: "), "{said}");
    // What only looks like it is none.
    assert!(Document::parse(&yaml(r"  - { name: Ann, bio: '\0' }"), Format::Yaml).is_ok());
    let escaped = r#"{"community": {"id": "club", "name": "\\u0000"}}"#;
    assert!(Document::parse(escaped, Format::Json).is_ok());
}
