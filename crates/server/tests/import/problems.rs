//! Everything that can be wrong with the community, its ranks and flows, and its history: each error names
//! its place, and nothing is written.

use rankledger_server::ops::import::ImportError;

use super::kit::{Database, club};

/// Checks that the document has exactly these errors: each begins with this place and contains these words.
async fn expect(yaml: &str, expected: &[(&str, &str)]) {
    expect_after(&Database::new().await, yaml, expected).await;
}

async fn expect_after(database: &Database, yaml: &str, expected: &[(&str, &str)]) {
    let problems = database.problems_of(yaml).await;
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, (place, words)) in problems.iter().zip(expected) {
        assert!(problem.starts_with(&format!("{place}: ")) && problem.contains(words), "{problem}");
    }
}

#[tokio::test]
async fn names_of_every_kind_are_checked() {
    let long = "x".repeat(129);
    let yaml = format!(
        r#"
community: {{ id: "the club", name: "" , subVersion: 6, customDomain: "https://cms.example.com" }}
servers: [{{ id: 1, name: " ", description: "" }}]
departments:
  - {{ label: "{long}", labelTwo: "a\u202Eb", ranks: [{{ label: "a\u0007", key: "two words" }}] }}
promotionFlows: [{{ labelFrom: "", labelTo: B, key: 11111111-1111-1111-1111-111111111111 }}]
"#
    );
    expect(
        &yaml,
        &[
            ("community.id", "white space"),
            ("community.name", "empty"),
            ("community.subVersion", "0 to 5"),
            ("community.customDomain", "no host name"),
            ("departments[0].label", "129 characters"),
            ("departments[0].labelTwo", "U+202E"),
            ("departments[0].ranks[0].label", "U+0007"),
            ("departments[0].ranks[0].key", "white space"),
            ("servers[0].name", "empty"),
            ("promotionFlows[0].labelFrom", "empty"),
            ("promotionFlows[0].key", "UUID"),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_stands_twice_is_told() {
    let yaml = "
community: { id: club, name: Club }
servers: [{ id: 1, name: A, description: '' }, { id: 1, name: B, description: '' }]
departments:
  - label: Police
    ranks:
      - { label: Cadet }
      - { label: Cadet }
      - { id: 00000000-0000-0000-0000-000000000001, label: X, key: k, primaryOnly: true, secondaryOnly: true }
      - { id: 00000000-0000-0000-0000-000000000002, label: Y, key: k }
  - label: Police
promotionFlows:
  - { labelFrom: A, labelTo: B }
  - { labelFrom: A, labelTo: B }
  - { key: f, labelFrom: A, labelTo: B, id: 00000000-0000-0000-0000-000000000001 }
  - { key: f, labelFrom: A, labelTo: B, id: 00000000-0000-0000-0000-000000000002 }
";
    expect(
        yaml,
        &[
            ("departments[0].ranks[1]", "line 7 (Police, Cadet) is the same rank"),
            ("departments[0].ranks[2]", "primaryOnly and secondaryOnly"),
            ("departments[1]", "line 5 (Police) is the same department"),
            ("departments", "would both have the key \"k\""),
            ("servers[1].id", "line 3 (A) has the id 1"),
            ("promotionFlows[1]", "(A) is the same flow"),
            ("promotionFlows", "would both have the key \"f\""),
        ],
    )
    .await;
}

#[tokio::test]
async fn flows_name_ranks_that_can_be_given() {
    let flows = club(
        "promotionFlows:
  - { labelFrom: A, labelTo: B, ranksToAdd: [cadett, emeritus, cadet, cadet], ranksToRemove: [officer] }
  - { labelFrom: B, labelTo: C, ranksToAdd: [cadet], ranksToRemove: [cadet, emeritus] }
",
    );
    expect(
        &flows,
        &[
            ("promotionFlows[0].ranksToAdd[0]", "no rank \"cadett\""),
            ("promotionFlows[0].ranksToAdd[3]", "twice"),
            ("promotionFlows[0].ranksToAdd", "\"Emeritus\" is retired"),
            ("promotionFlows[1]", "\"Cadet\" stands in both"),
        ],
    )
    .await;
}

#[tokio::test]
async fn ranks_of_a_retired_department_cannot_be_given() {
    let document = |department: &str, rest: &str| {
        format!(
            "community: {{ id: club, name: Club }}
departments: [{{ label: Fire, {department} ranks: [{{ key: captain, label: Captain }}] }}]
accounts: [{{ name: Ann }}]
{rest}"
        )
    };
    let flow = "promotionFlows: [{ labelFrom: A, labelTo: B, ranksToAdd: [captain] }]";
    let change = "rankChanges:
  - { undoId: 00000000-0000-0000-0000-000000000001, account: Ann, add: [captain] }";
    let both = format!("{flow}\n{change}");
    let expected = [
        ("promotionFlows[0].ranksToAdd", "\"Captain\" is retired"),
        ("rankChanges[0].add[0]", "\"Captain\" is retired"),
    ];
    expect(&document("retired: true,", &both), &expected).await;
    let database = Database::new().await;
    database.import_yaml(&document("retired: true,", "")).await.expect("it is imported");
    expect_after(&database, &document("", &both), &expected).await;
    let all = database.everything().await;
    assert!(!all.rank("captain").rank.retired, "by itself the rank is not");
    database.import_yaml(&document("retired: false,", &both)).await.expect("it is in use again");
}

#[tokio::test]
async fn a_stored_community_keeps_its_uuid_and_its_own() {
    let database = Database::new().await;
    let uuid = "00000000-0000-0000-0000-000000000007";
    let first = format!("community: {{ id: club, name: Club, uuid: {uuid} }}");
    database.import_yaml(&first).await.expect("it is imported");
    let other_uuid = "community: { id: club, name: Club, uuid: 00000000-0000-0000-0000-000000000008 }";
    expect_after(&database, other_uuid, &[("community.uuid", uuid)]).await;
    let same_uuid = format!("community: {{ id: other, name: Other, uuid: {uuid} }}");
    expect_after(&database, &same_uuid, &[("community.uuid", "\"club\" has this UUID")]).await;
}

#[tokio::test]
async fn a_name_that_was_given_up_is_not_taken_for_what_it_named() {
    let database = Database::new().await;
    database
        .import_yaml("community: { id: club, name: Club }\ndepartments: [{ label: Police }]")
        .await
        .expect("made");
    let id = database.everything().await.departments[0].id;
    let renamed =
        format!("community: {{ id: club, name: Club }}\ndepartments: [{{ id: {id}, label: Sheriff }}]");
    database.import_yaml(&renamed).await.expect("renamed");
    let old_name = "community: { id: club, name: Club }\ndepartments: [{ label: Police }]";
    expect_after(&database, old_name, &[("departments[0]", &id.to_string())]).await;
}

#[tokio::test]
async fn history_is_planned_by_the_rules() {
    let id = |n: u8| format!("00000000-0000-0000-0000-0000000000{n:02}");
    let yaml = club(&format!(
        "accounts:
  - {{ name: Ann, ranks: [cadet] }}
  - {{ name: Ban, ranks: [cadet], banned: true }}
  - {{ name: Arc, archived: true }}
rankChanges:
  - {{ undoId: {}, account: Nobody, add: [cadet] }}
  - {{ undoId: {}, account: Ann, add: [cadett, emeritus] }}
  - {{ undoId: {}, account: Ann, add: [emeritus], actor: Nobody }}
  - {{ undoId: {}, account: Ann, add: [cadet] }}
  - {{ undoId: {}, account: Ann }}
  - {{ undoId: {}, account: Ban, add: [officer] }}
  - {{ undoId: {}, account: Arc, active: true }}
  - {{ undoId: {}, account: Ann, set: [chief] }}
",
        id(1),
        id(2),
        id(3),
        id(4),
        id(5),
        id(6),
        id(7),
        id(7),
    ));
    expect(
        &yaml,
        &[
            ("rankChanges[0].account", "no account \"Nobody\""),
            ("rankChanges[1].add[0]", "no rank \"cadett\""),
            ("rankChanges[2].actor", "no account \"Nobody\""),
            ("rankChanges[2].add[0]", "\"Emeritus\" is retired"),
            ("rankChanges[3]", "change nothing"),
            ("rankChanges[4]", "at least one of set, add, remove and active"),
            ("rankChanges[5]", "banned"),
            ("rankChanges[6]", "archived"),
            ("rankChanges[7].undoId", "has this id already"),
        ],
    )
    .await;
}

#[tokio::test]
async fn the_first_twenty_problems_are_listed_and_the_rest_counted() {
    let database = Database::new().await;
    let accounts: Vec<_> = (0..25).map(|n| format!("  - {{ name: A{n}, ranks: [none-{n}] }}")).collect();
    let yaml = club(&format!("accounts:\n{}\n", accounts.join("\n")));
    let error = database.import_yaml(&yaml).await.expect_err("25 problems");
    let text = error.to_string();
    assert!(
        text.starts_with("25 problems, nothing was written\n  line 10, A0, ranks: there is no rank"),
        "{text}"
    );
    assert!(text.ends_with("\n  and 5 more"), "{text}");
    let ImportError::Invalid(problems) = error else { panic!("{error}") };
    assert_eq!((problems.listed().len(), problems.total()), (20, 25));
}
