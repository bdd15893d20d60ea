//! Everything that can be wrong with an account: each error names its place, and nothing is written.

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
        &Database::new().await,
        &accounts,
        &[
            ("accounts[0].name", "empty"),
            ("accounts[2].name", "line 11 (Ann) is called \"ANN\" too"),
            ("accounts[5]", "line 14 (Bob) is the same account"),
        ],
    )
    .await;
}

#[tokio::test]
async fn ranks() {
    let accounts = "  - { name: Ann, ranks: [cadett, cadet, officer, cadet] }\n";
    expect(
        &Database::new().await,
        accounts,
        &[("accounts[0].ranks[0]", "no rank \"cadett\""), ("accounts[0].ranks[3]", "twice")],
    )
    .await;
}

#[tokio::test]
async fn numbers_and_owners() {
    let database = Database::new().await;
    let accounts = "  - { name: Ann, uniqueId: 7, owner: true }
  - { name: Bob, uniqueId: 7, owner: true }
  - { name: Cat, uniqueId: 0 }
  - { name: Dan, uniqueId: 9007199254740992 }
";
    expect(
        &database,
        accounts,
        &[
            ("accounts[1].uniqueId", "line 10 (Ann) has 7"),
            ("accounts[2].uniqueId", "from 1 to"),
            ("accounts[3].uniqueId", "from 1 to"),
            ("accounts[1].owner", "line 10 (Ann) is the owner"),
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
    let database = Database::new().await;
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
            ("accounts[1].identifiers[0]", "line 10 (Ann) has the Discord id 1 too"),
            ("accounts[0].identifiers[1]", "discord:1 stands here twice"),
            ("accounts[0].identifiers[2].type", "a word"),
            ("accounts[1].identifiers[1].id", "line 13 (Ann, discord) has this id"),
        ],
    )
    .await;

    let stored = format!(
        "accounts: [{{ name: Eve, identifiers: [{{ type: discord, value: '1', id: {ID}4 }}], \
         clockRows: [{{ id: {ID}4, startTime: 2026-01-01T00:00:00Z, type: patrol }}], \
         activityRows: [{{ id: {ID}4, startTime: 2026-01-01T00:00:00Z, type: patrol }}] }}]"
    );
    database.import_yaml(&club(&stored)).await.expect("it is imported");
    let taken = format!("  - {{ name: Fay, id: {ID}6, identifiers: [{{ type: discord, value: '1' }}] }}\n");
    expect(&database, &taken, &[("accounts[0].identifiers[0]", "belongs to \"Eve\"")]).await;
    let another_id =
        format!("  - {{ name: Eve, identifiers: [{{ type: discord, value: '1', id: {ID}5 }}] }}\n");
    expect(&database, &another_id, &[("accounts[0].identifiers[0].id", &format!("{ID}4"))]).await;
    let id_of_another =
        format!("  - {{ name: Fay, identifiers: [{{ type: steam, value: '1', id: {ID}4 }}] }}\n");
    expect(&database, &id_of_another, &[("accounts[0].identifiers", "of another account")]).await;
    for rows in ["clockRows", "activityRows"] {
        let row_of_another = format!(
            "  - {{ name: Fay, {rows}: [{{ id: {ID}4, startTime: 2026-01-01T00:00:00Z, type: x }}] }}\n"
        );
        let place = format!("accounts[0].{rows}");
        expect(&database, &row_of_another, &[(&place, "of another account")]).await;
    }
}

#[tokio::test]
async fn identifiers_that_cannot_be() {
    let accounts = "  - name: Ann
    discordId: Ann
    robloxId: ''
    identifiers:
      - { type: two words, value: '1' }
      - { type: discord, value: 'discord: ' }
      - { type: discord, value: 'ann#0001' }
      - { type: steam, value: 'STEAM_0:1:12345' }
      - { type: guild, value: \"a\\e[2J\" }
";
    expect(
        &Database::new().await,
        accounts,
        &[
            ("accounts[0].discordId", "the value is no discord id: it must be 1 to 20 digits"),
            ("accounts[0].robloxId", "empty"),
            ("accounts[0].identifiers[0].type", "a word"),
            ("accounts[0].identifiers[1].value", "empty"),
            ("accounts[0].identifiers[2].value", "1 to 20 digits"),
            ("accounts[0].identifiers[3].value", "the 17 digits of a SteamID64"),
            ("accounts[0].identifiers[4].value", "U+001B"),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_identifier_in_two_spellings() {
    let database = Database::new().await;
    let accounts = "  - name: Ann
    identifiers:
      - { type: steam, value: '76561197960265729' }
      - { type: Steam, value: 'steam:110000100000001' }
  - name: Bob
    identifiers: [{ type: steam, value: '110000100000001' }]
";
    expect(
        &database,
        accounts,
        &[
            ("accounts[0].identifiers[1]", "steam:110000100000001 stands here twice"),
            ("accounts[1].identifiers[0]", "line 10 (Ann) has the same"),
        ],
    )
    .await;

    let stored = "accounts: [{ name: Eve, identifiers: [{ type: license, value: 00FF }] }]";
    database.import_yaml(&club(stored)).await.expect("it is imported");
    let taken = format!(
        "  - {{ name: Fay, id: {ID}6, identifiers: [{{ type: license, value: 'LICENSE:00ff' }}] }}\n"
    );
    expect(&database, &taken, &[("accounts[0].identifiers[0]", "license:00ff belongs to \"Eve\"")]).await;
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
    activityRows:
      - {{ id: {ID}1, startTime: 2026-01-02T00:00:00Z, endTime: 2026-01-01T00:00:00Z, type: '' }}
      - {{ id: {ID}1, startTime: 2026-01-02T00:00:00Z, type: patrol, server: 7 }}
      - {{ startTime: 2026-01-02T00:00:00Z, type: patrol }}
      - {{ startTime: 2026-01-02T00:00:00Z, type: patrol }}
"
    );
    expect(
        &Database::new().await,
        &accounts,
        &[
            ("accounts[0].clockRows[0].endTime", "before startTime"),
            ("accounts[0].clockRows[1].id", "line 14 (Ann, patrol) has this id"),
            ("accounts[0].clockRows[3]", "line 16 (Ann, patrol) began then too"),
            ("accounts[0].activityRows[0].type", "empty"),
            ("accounts[0].activityRows[0].endTime", "before startTime"),
            ("accounts[0].activityRows[1].id", "has this id"),
            ("accounts[0].activityRows[3]", "line 21 (Ann, patrol) began then too"),
            ("accounts[0].activityRows[1].server", "no server 7"),
            ("accounts[0].profileFields[1]", "\"f\" stands here twice"),
            ("accounts[0].apiIds[0]", "empty"),
            ("accounts[0].apiIds[2]", "twice"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_name_that_several_stored_accounts_have() {
    let database = Database::new().await;
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
