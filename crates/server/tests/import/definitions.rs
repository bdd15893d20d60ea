//! Definitions of a community: checked, updated, and compared with the values that accounts have filled in.

use rankledger_domain::profile_field::FieldType;
use rankledger_server::ops::import::{Tally, check_host};
use serde_json::{Value, json};

use super::kit::{Database, club};

async fn expect(database: &Database, rest: &str, expected: &[(&str, &str)]) {
    let problems = database.problems_of(&club(rest)).await;
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, (place, words)) in problems.iter().zip(expected) {
        assert!(problem.starts_with(&format!("{place}: ")) && problem.contains(words), "{problem}");
    }
}

fn tally(made: usize, updated: usize, unchanged: usize) -> Tally {
    Tally { made, updated, unchanged }
}

#[tokio::test]
async fn names_and_ids_of_definitions_are_checked() {
    let (fits, long) = ("x".repeat(64), "x".repeat(65));
    let rest = format!(
        "profileFields:
  - {{ id: {long}, label: A, type: text }}
  - {{ id: two words, label: '', type: text }}
  - {{ id: {fits}, label: A, type: text }}
  - {{ id: {fits}, label: B, type: text }}
clockInTypes:
  - {{ id: '', label: A }}
  - {{ id: {long}, label: ' ' }}
  - {{ id: patrol, label: A }}
  - {{ id: patrol, label: B }}
customLogTypes:
  - {{ label: '', shortCode: two words, melonlyId: '' }}
  - {{ label: A, shortCode: a }}
  - {{ label: B, shortCode: a }}
  - {{ label: B, shortCode: b, id: 00000000-0000-0000-0000-000000000001 }}
  - {{ label: B, shortCode: c, id: 00000000-0000-0000-0000-000000000001 }}
"
    );
    expect(
        &Database::new().await,
        &rest,
        &[
            ("profileFields[0].id", "65 characters: shorten it to 64"),
            ("profileFields[1].id", "white space"),
            ("profileFields[1].label", "empty"),
            ("profileFields[3].id", "has the id"),
            ("clockInTypes[0].id", "empty"),
            ("clockInTypes[1].id", "65 characters"),
            ("clockInTypes[1].label", "empty"),
            ("clockInTypes[3].id", "has the id"),
            ("customLogTypes[0].label", "empty"),
            ("customLogTypes[0].shortCode", "white space"),
            ("customLogTypes[0].melonlyId", "empty"),
            ("customLogTypes[2]", "is the same type"),
            ("customLogTypes[4]", "is the same type"),
        ],
    )
    .await;
}

#[tokio::test]
async fn options_belong_to_a_choice() {
    let rest = "profileFields:
  - { id: a, label: A, type: txt }
  - { id: b, label: B, type: select }
  - { id: c, label: C, type: multiselect, options: [] }
  - { id: d, label: D, type: select, options: [x, y, x, ''] }
  - { id: e, label: E, type: text, options: [x] }
  - { id: f, label: F, type: fivem, options: [] }
  - { id: g, label: G, type: select, options: [x] }
";
    expect(
        &Database::new().await,
        rest,
        &[
            ("profileFields[0].type", "choose one of: text, "),
            ("profileFields[1]", "needs options"),
            ("profileFields[2].options", "at least one"),
            ("profileFields[3].options[2]", "\"x\" stands here twice"),
            ("profileFields[3].options[3]", "empty"),
            ("profileFields[4].options", "type text has none"),
            ("profileFields[5].options", "type fivem has none"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_field_has_at_most_100_options_as_by_the_api() {
    let fields = |count: usize| {
        let options: Vec<_> = (0..count).map(|number| format!("Option {number}")).collect();
        format!("profileFields: [{{ id: a, label: A, type: select, options: [{}] }}]\n", options.join(", "))
    };
    let expected = ("profileFields[0].options", "it has 101 options: shorten it to 100");
    expect(&Database::new().await, &fields(101), &[expected]).await;
    let database = Database::new().await;
    database.import_yaml(&club(&fields(100))).await.expect("it is imported");
    let all = database.everything().await;
    assert_eq!(all.profile_fields[0].kind.options().map(<[_]>::len), Some(100));
}

#[tokio::test]
async fn the_words_of_a_custom_log_type_are_those_of_the_api() {
    let long = "x".repeat(65);
    let rest = format!(
        "customLogTypes:
  - {{ label: A, shortCode: {long} }}
  - {{ label: B, shortCode: b, melonlyId: two words }}
  - {{ label: C, shortCode: c, melonlyId: {long} }}
"
    );
    expect(
        &Database::new().await,
        &rest,
        &[
            ("customLogTypes[0].shortCode", "65 characters: shorten it to 64"),
            ("customLogTypes[1].melonlyId", "white space: write it as one word"),
            ("customLogTypes[2].melonlyId", "65 characters: shorten it to 64"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_flow_runs_in_a_direction_that_there_is() {
    let flow = |key: &str, direction: &str| {
        format!("  - {{ key: {key}, labelFrom: A, labelTo: B, promotionType: {direction} }}\n")
    };
    let rest = format!("promotionFlows:\n{}{}{}", flow("a", "Both"), flow("b", "demote"), flow("c", "up"));
    expect(
        &Database::new().await,
        &rest,
        &[
            (
                "promotionFlows[0].promotionType",
                "there is no direction \"Both\"; choose one of: both, promote, demote",
            ),
            ("promotionFlows[2].promotionType", "there is no direction \"up\""),
        ],
    )
    .await;
}

#[test]
fn the_guide_names_every_field_type() {
    let guide = include_str!("../../../../docs/guides/import.md");
    for kind in FieldType::ALL.map(FieldType::as_str) {
        assert!(guide.contains(&format!("`{kind}`")), "{kind}");
    }
}

#[tokio::test]
async fn what_accounts_fill_in_fits_the_fields_of_the_document() {
    let fields = "profileFields:
  - { id: callsign, label: Call sign, type: number }
  - { id: unit, label: Unit, type: select, options: [K9, SWAT] }
";
    let accounts = |callsign: &str, unit: &str| {
        format!(
            "accounts: [{{ name: Ann, profileFields: [{{ id: old, value: [1] }}, \
             {{ id: callsign, value: {callsign} }}, {{ id: unit, value: {unit} }}] }}]"
        )
    };
    let database = Database::new().await;
    let wrong = format!("{fields}{}", accounts("'7'", "k9"));
    let places = [
        ("accounts[0].profileFields[1].value", "takes a number"),
        ("accounts[0].profileFields[2].value", "one of its options: K9, SWAT"),
    ];
    expect(&database, &wrong, &places).await;

    let fits = format!("{fields}{}", accounts("7", "null"));
    database.import_yaml(&club(&fits)).await.expect("a field that nobody has defined is taken as it is");
    let summary = database.import_yaml(&club(&accounts("'7'", "k9"))).await;
    let summary = summary.expect("a document without definitions is imported as ever");
    assert_eq!((summary.accounts, summary.profile_fields), (tally(0, 1, 0), tally(0, 0, 0)));
    let all = database.everything().await;
    let values: Vec<_> = all.account("Ann").profile_fields.iter().map(|field| &field.value).collect();
    assert_eq!(values, [&json!([1]), &json!("7"), &json!("k9")]);
}

#[tokio::test]
async fn definitions_are_brought_up_to_date() {
    let database = Database::new().await;
    let first = "profileFields:
  - { id: a, label: A, type: select, options: [x], metadata: { n: 1 } }
  - { id: b, label: B, type: select, options: [x] }
  - { id: c, label: C, type: text }
clockInTypes: [{ id: patrol, label: Patrol }, { id: desk, label: Desk }]
customLogTypes: [{ label: Warning, shortCode: warn, melonlyId: '1' }, { label: Note, shortCode: note }]
";
    database.import_yaml(&club(first)).await.expect("it is imported");
    let before = database.everything().await;
    let newer = "profileFields:
  - { id: a, label: A plus, type: multiselect }
  - { id: b, label: B, type: text }
  - { id: d, label: D, type: text }
clockInTypes: [{ id: patrol, label: Beat }]
customLogTypes: [{ label: Last warning, shortCode: warn }, { label: Note, shortCode: note }]
";
    let summary = database.import_yaml(&club(newer)).await.expect("it is imported");
    assert_eq!(summary.profile_fields, tally(1, 2, 0));
    assert_eq!(summary.clock_in_types, tally(0, 1, 0));
    assert_eq!(summary.custom_log_types, tally(0, 1, 1));
    let after = database.everything().await;
    let [a, b, .., c, d] = after.profile_fields.as_slice() else { panic!("four fields") };
    assert_eq!(
        (a.label.as_str(), a.kind.field_type().as_str(), &Value::from(a.metadata.clone())),
        ("A plus", "multiselect", &json!({"n": 1}))
    );
    assert_eq!(
        (a.kind.options(), b.kind.options()),
        (Some(&["x".to_owned()][..]), None),
        "a text has no options"
    );
    assert_eq!((b.metadata.len(), c.id.as_str(), d.id.as_str()), (0, "c", "d"));
    let beats: Vec<_> = after.clock_in_types.iter().map(|kind| kind.label.as_str()).collect();
    assert_eq!(beats, ["Beat", "Desk"], "what is left out stays");
    let (old, new) = (&before.custom_log_types[0], &after.custom_log_types[0]);
    assert_eq!((new.id, new.label.as_str(), &new.melonly_id), (old.id, "Last warning", &old.melonly_id));
}

#[tokio::test]
async fn a_custom_log_type_is_known_by_its_short_code() {
    let database = Database::new().await;
    let id = "00000000-0000-0000-0000-000000000009";
    let types = |list: &str| club(&format!("customLogTypes: [{list}]"));
    let given = types(&format!("{{ id: {id}, label: Warning, shortCode: warn }}"));
    database.import_yaml(&given).await.expect("it is imported");
    let summary = database.import_yaml(&types("{ label: Warning, shortCode: warn }")).await;
    assert_eq!(summary.expect("it is imported").custom_log_types, tally(0, 0, 1));
    let renamed = types(&format!("{{ id: {id}, label: Warning, shortCode: w }}"));
    database.import_yaml(&renamed).await.expect("it is imported");
    let all = database.everything().await.custom_log_types;
    assert_eq!((all.len(), all[0].short_code.as_str()), (1, "w"));
}

#[test]
fn a_host_name_is_told_from_anything_else() {
    let long = format!("{}.example", "x".repeat(63));
    for host in ["localhost", "cms.example.com", "c-m-s.example.com:8443", "10.0.0.1:80", &long] {
        assert!(check_host(host).is_ok(), "{host}");
    }
    let too_long = format!("{}.example", "x".repeat(64));
    let far_too_long = "x.".repeat(127);
    for text in [
        "",
        ":80",
        ".",
        "cms..example.com",
        "cms.example.com.",
        "-cms.example.com",
        "cms-.example.com",
        "Cms.example.com",
        "https://cms.example.com",
        "cms.example.com/",
        "cms.example.com:",
        "cms.example.com:0",
        "cms.example.com:+1",
        "cms.example.com:65536",
        "cms.example.com:80:80",
        "cms_.example.com",
        "münchen.example",
        " cms.example.com",
        &too_long,
        &far_too_long,
    ] {
        assert!(check_host(text).is_err(), "{text:?}");
    }
}
