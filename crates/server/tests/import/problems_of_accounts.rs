//! Everything that can be wrong with an account: told with its place, and nothing is written.

use super::kit::{Database, club};

async fn expect(database: &Database, accounts: &str, expected: &[(&str, &str)]) {
    let problems = database.problems_of(&club(&format!("accounts:\n{accounts}"))).await;
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, (place, words)) in problems.iter().zip(expected) {
        assert!(problem.starts_with(&format!("{place}: ")) && problem.contains(words), "{problem}");
    }
}

const ID: &str = "00000000-0000-0000-0000-00000000000";

#[tokio::test]
async fn names_and_ids() {
    let accounts = format!(
        "  - {{ name: \"\" }}
  - {{ name: Ann }}
  - {{ name: ANN, id: {ID}1 }}
  - {{ name: Bob, id: {ID}2 }}
  - {{ name: Bob, id: {ID}3 }}
  - {{ name: Cat, id: {ID}3 }}
"
    );
    expect(
        &Database::new(),
        &accounts,
        &[
            ("accounts[0].name", "empty"),
            ("accounts[2].name", "accounts[1] is called \"ANN\" too"),
            ("accounts[5]", "accounts[4] is the same account"),
        ],
    )
    .await;
}

#[tokio::test]
async fn ranks() {
    let accounts = "  - { name: Ann, ranks: [cadett, cadet, officer, cadet] }\n";
    expect(
        &Database::new(),
        accounts,
        &[("accounts[0].ranks[0]", "no rank \"cadett\""), ("accounts[0].ranks[3]", "twice")],
    )
    .await;
}

#[tokio::test]
async fn numbers_and_owners() {
    let database = Database::new();
    let accounts = "  - { name: Ann, uniqueId: 7, owner: true }
  - { name: Bob, uniqueId: 7, owner: true }
  - { name: Cat, uniqueId: 0 }
  - { name: Dan, uniqueId: 9007199254740992 }
";
    expect(
        &database,
        accounts,
        &[
            ("accounts[1].uniqueId", "accounts[0] has 7"),
            ("accounts[2].uniqueId", "from 1 to"),
            ("accounts[3].uniqueId", "from 1 to"),
            ("accounts[1].owner", "accounts[0] is the owner"),
        ],
    )
    .await;

    let stored = club("accounts: [{ name: Eve, uniqueId: 5, owner: true }]");
    database.import_yaml(&stored).await.expect("it is imported");
    expect(
        &database,
        "  - { name: Fay, uniqueId: 5, owner: true }\n",
        &[("accounts[0].uniqueId", "\"Eve\" has 5"), ("accounts[0].owner", "\"Eve\" is the owner")],
    )
    .await;
}

#[tokio::test]
async fn identifiers() {
    let database = Database::new();
    let accounts = format!(
        "  - name: Ann
    identifiers:
      - {{ type: discord, value: '1' }}
      - {{ type: discord, value: '1', id: {ID}1 }}
      - {{ type: 'a:b', value: '' }}
  - name: Bob
    identifiers:
      - {{ type: discord, value: '1' }}
      - {{ type: steam, value: '2', id: {ID}1 }}
"
    );
    expect(
        &database,
        &accounts,
        &[
            ("accounts[0].identifiers[1]", "identifiers[0]"),
            ("accounts[0].identifiers[2].type", "colon"),
            ("accounts[0].identifiers[2].value", "empty"),
            ("accounts[1].identifiers[0]", "accounts[0].identifiers[0]"),
            ("accounts[1].identifiers[1].id", "accounts[0].identifiers[1]"),
        ],
    )
    .await;

    let stored = format!(
        "accounts: [{{ name: Eve, identifiers: [{{ type: discord, value: '1', id: {ID}4 }}], \
         clockRows: [{{ id: {ID}4, startTime: 2026-01-01T00:00:00Z, type: patrol }}] }}]"
    );
    database.import_yaml(&club(&stored)).await.expect("it is imported");
    let taken = "  - { name: Fay, identifiers: [{ type: discord, value: '1' }] }\n";
    expect(&database, taken, &[("accounts[0].identifiers[0]", "belongs to \"Eve\"")]).await;
    let another_id =
        format!("  - {{ name: Eve, identifiers: [{{ type: discord, value: '1', id: {ID}5 }}] }}\n");
    expect(&database, &another_id, &[("accounts[0].identifiers[0].id", &format!("{ID}4"))]).await;
    let id_of_another =
        format!("  - {{ name: Fay, identifiers: [{{ type: steam, value: '1', id: {ID}4 }}] }}\n");
    expect(&database, &id_of_another, &[("accounts[0].identifiers", "of another account")]).await;
    let row_of_another = format!(
        "  - {{ name: Fay, clockRows: [{{ id: {ID}4, startTime: 2026-01-01T00:00:00Z, type: x }}] }}\n"
    );
    expect(&database, &row_of_another, &[("accounts[0].clockRows", "of another account")]).await;
}

#[tokio::test]
async fn the_smaller_parts() {
    let accounts = format!(
        "  - name: Ann
    apiIds: ['', a, a]
    profileFields: [{{ id: f, value: 1 }}, {{ id: f, value: 2 }}]
    clockRows:
      - {{ id: {ID}1, startTime: 2026-01-02T00:00:00Z, endTime: 2026-01-01T00:00:00Z, type: patrol }}
      - {{ id: {ID}1, startTime: 2026-01-02T00:00:00Z, type: patrol }}
      - {{ startTime: 2026-01-02T00:00:00Z, type: patrol }}
      - {{ startTime: 2026-01-02T00:00:00Z, type: patrol }}
"
    );
    expect(
        &Database::new(),
        &accounts,
        &[
            ("accounts[0].clockRows[0].endTime", "before startTime"),
            ("accounts[0].clockRows[1].id", "accounts[0].clockRows[0]"),
            ("accounts[0].clockRows[3]", "clockRows[2]"),
            ("accounts[0].profileFields[1]", "profileFields[0]"),
            ("accounts[0].apiIds[0]", "empty"),
            ("accounts[0].apiIds[2]", "twice"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_name_that_several_stored_accounts_have() {
    let database = Database::new();
    let twins = format!("accounts: [{{ name: Ann, id: {ID}1 }}, {{ name: ann, id: {ID}2 }}]");
    database.import_yaml(&club(&twins)).await.expect("each has an id");
    expect(&database, "  - { name: Ann }\n", &[("accounts[0]", "2 of this name")]).await;
    let change = format!("rankChanges: [{{ undoId: {ID}1, account: Ann, add: [cadet] }}]");
    let problems = database.problems_of(&club(&change)).await;
    assert!(
        problems[0].starts_with("rankChanges[0].account: several accounts are called \"Ann\""),
        "{problems:?}"
    );
}
