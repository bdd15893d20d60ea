//! What an account and a community can have at most: the bounds of the API hold for an import, too.

use super::kit::{Database, club};

/// Number of identifiers that an account has at most.
const MOST: usize = 200;

/// Returns a document in which Ann has the identifiers from this number on.
fn ann(first: usize, count: usize) -> String {
    let identifier = |number| format!("{{ type: guild, value: g{number} }}");
    let identifiers: Vec<_> = (first..first + count).map(identifier).collect();
    club(&format!("accounts: [{{ name: Ann, identifiers: [{}] }}]", identifiers.join(", ")))
}

#[tokio::test]
async fn an_account_has_only_so_many_identifiers() {
    let database = Database::new().await;
    let too_many = database.problems_of(&ann(0, MOST + 1)).await;
    let sentence =
        "accounts[0].identifiers: \"Ann\" would have 201 identifiers: leave some out, the most is 200";
    assert_eq!(too_many, [sentence]);
    database.import_yaml(&ann(0, MOST)).await.expect("so many are taken");
    database.import_yaml(&ann(0, MOST)).await.expect("these are stored already");
    assert_eq!(database.problems_of(&ann(MOST - 1, 2)).await, [sentence]);
    assert_eq!(database.everything().await.account("Ann").identifiers.len(), MOST);
}

#[tokio::test]
async fn whatever_is_too_long_is_named() {
    let (note, text) = ("x".repeat(4000), "x".repeat(4001));
    let document = format!(
        "servers: [{{ id: 1, name: One, description: {text} }}]
promotionFlows: [{{ labelFrom: A, labelTo: B, actions: [{note}] }}]
profileFields: [{{ id: f, label: F, type: text, metadata: {{ note: {note} }} }}]
accounts:
  - name: Ann
    bio: {text}
    teamspeakId: {text}
    banInfo: {}
    apiIds: [{}]
    identifiers: [{{ type: guild, value: a, flagId: {text}, metadata: {{ note: {note} }} }}]
    profileFields: [{{ id: f, value: {text} }}, {{ id: of-nobody, value: {note} }}]
    clockRows: [{{ startTime: 2026-01-01T00:00:00Z, type: patrol, notes: [{note}] }}]
    activityRows: [{{ startTime: 2026-01-01T00:00:00Z, type: patrol, notes: [{note}] }}]
",
        &text[..501],
        (0..=MOST).map(|number| format!("id{number}")).collect::<Vec<_>>().join(", "),
    );
    let problems = Database::new().await.problems_of(&club(&document)).await;
    let expected = [
        "servers[0].description: it has 4001 characters: shorten it to 500",
        "promotionFlows[0].actions: it has 4004 bytes as JSON: shorten it to 4000",
        "profileFields[0].metadata: it has 4011 bytes as JSON: shorten it to 4000",
        "accounts[0].bio: it has 4001 characters: shorten it to 4000",
        "accounts[0].teamspeakId: it has 4001 characters: shorten it to 4000",
        "accounts[0].banInfo: it has 501 characters: shorten it to 500",
        "accounts[0].identifiers[0].metadata: it has 4011 bytes as JSON: shorten it to 4000",
        "accounts[0].identifiers[0].flagId: it has 4001 characters: shorten it to 4000",
        "accounts[0].clockRows[0].notes: it has 4004 bytes as JSON: shorten it to 4000",
        "accounts[0].activityRows[0].notes: it has 4004 bytes as JSON: shorten it to 4000",
        "accounts[0].profileFields[0].value: it has 4001 characters: shorten it to 4000",
        "accounts[0].profileFields[1].value: it has 4002 bytes as JSON: shorten it to 4000",
        "accounts[0].apiIds: \"Ann\" would have 201: leave some out, the most is 200",
    ];
    assert_eq!(problems, expected);
}
