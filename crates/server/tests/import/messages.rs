//! The errors of a document as a person reads them: by line and name, equal ones together, with the way out.

use super::kit::{Database, club};

/// Returns what a refused import prints.
async fn refusal_of(database: &Database, yaml: &str) -> String {
    let before = database.everything_there_is().await;
    let error = database.import_yaml(yaml).await.expect_err("the document has errors").to_string();
    assert_eq!(before, database.everything_there_is().await, "nothing was written");
    error
}

#[tokio::test]
async fn equal_errors_are_told_once_with_the_lines_and_names() {
    let members: Vec<_> =
        (1..=12).map(|n| format!("  - {{ name: Member {n}, ranks: [cadett] }}\n")).collect();
    let members = members.concat();
    let yaml =
        club(&format!("accounts:\n{members}  - name: Ann\n    ranks:\n      - chief\n      - Officer\n"));
    insta::assert_snapshot!(refusal_of(&Database::new().await, &yaml).await);
}

#[tokio::test]
async fn an_unknown_rank_leads_to_the_known_ones() {
    let yaml = "
community: { id: club, name: The Club }
departments:
  - label: Police
    ranks: [{ key: pd-cadet, label: Cadet, power: 1 }, { key: pd-chief, label: Chief, power: 9 }]
  - label: Fire
    ranks: [{ key: fd-cadet, label: Cadet, power: 1 }, { label: Captain, power: 5 }]
accounts:
  - { name: Ann, ranks: [pd-cadett] }
  - { name: Bob, ranks: [Cadet] }
  - { name: Cat, ranks: [chief] }
  - { name: Dan, ranks: [Cheif] }
  - { name: Eve, ranks: [Captain] }
  - { name: Fay, ranks: [wizard] }
rankChanges:
  - { undoId: 00000000-0000-0000-0000-000000000001, account: Ann, add: [PD-Cadet] }
";
    insta::assert_snapshot!(refusal_of(&Database::new().await, yaml).await);
}

#[tokio::test]
async fn one_discord_id_belongs_to_one_person_wherever_it_stands() {
    let database = Database::new().await;
    let yaml = club(
        "accounts:
  - { name: Ann, discordId: '200000000000000001' }
  - { name: Bob, identifiers: [{ type: discord, value: '200000000000000001' }] }
  - { name: Cat, apiIds: ['discord:200000000000000001'] }
  - { name: Dan, apiIds: [x, '200000000000000001'] }
  - { name: Eve, identifiers: [{ type: discord, value: '200000000000000001', verified: false }] }
  - { name: Fay, apiIds: ['76561197960265729', '76561197960265728'] }
  - { name: Gus, apiIds: ['76561197960265729'] }
  - { name: Hal, discordId: '200000000000000002', apiIds: ['discord:200000000000000002'] }
",
    );
    insta::assert_snapshot!("in_one_document", refusal_of(&database, &yaml).await);

    let stored = club("accounts: [{ name: Ann, discordId: '200000000000000001' }]");
    database.import_yaml(&stored).await.expect("it is imported");
    let yaml = club(
        "accounts:
  - { name: Bob, id: 00000000-0000-0000-0000-000000000001, discordId: '200000000000000001' }
  - { name: Cat, apiIds: ['discord:200000000000000001'] }
",
    );
    insta::assert_snapshot!("of_somebody_stored", refusal_of(&database, &yaml).await);
}

#[tokio::test]
async fn a_community_whose_id_differs_in_case_only_is_not_made() {
    let database = Database::new().await;
    database.import_yaml(&club("")).await.expect("it is imported");
    let yaml = "community:\n  id: Club\n  name: The Club\n";
    insta::assert_snapshot!(refusal_of(&database, yaml).await);
}

#[tokio::test]
async fn a_document_on_one_line_names_its_places_by_their_path() {
    let yaml = "{ community: { id: c, name: C }, accounts: [{ name: Ann, ranks: [x] }, { name: Ann }] }";
    insta::assert_snapshot!(refusal_of(&Database::new().await, yaml).await);
}
