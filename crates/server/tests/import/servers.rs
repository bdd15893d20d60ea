//! Game servers in documents, and the command that writes them into one.

use rankledger_domain::game_server::{AceMapping, GameServer, Secret};
use rankledger_domain::whitelist::Whitelist;
use serde_json::{Map, Value, json};

use super::cli::Operator;
use super::kit::{Database, club, time};

/// A server with every key, and one with none but those that are needed.
const SERVERS: &str = "servers:
  - id: 1
    name: Main
    description: The city
    ip: City.Example.com
    port: '30120'
    type: qb-core
    typeLastUpdated: 2026-04-15T00:00:00.1239Z
    robloxJoinCode: ABCD
    robloxMetadata: { place: 7 }
    erlcApiKey: erlc-key
    aceConfig: { mappings: [{ ranks: [officer, officer], principal: group.admin }] }
    allowedRanks: [officer, emeritus]
    blockedRanks: [cadet]
    pushUrl: https://city.example.com/events
    pushSecret: s3cret
  - { id: 0, name: Bare }
";

#[tokio::test]
async fn a_game_server_is_stored_with_all_that_is_said_of_it() {
    let database = Database::new().await;
    let summary = database.import_yaml(&club(SERVERS)).await.expect("it is imported");
    assert_eq!((summary.servers.made, summary.servers.updated), (2, 0));
    let all = database.everything().await;
    let rank = |key: &str| all.rank(key).rank.id;
    let metadata: Map<String, Value> = json!({"place": 7}).as_object().expect("an object").clone();
    let expected = GameServer {
        description: "The city".to_owned(),
        ip: Some("city.example.com".to_owned()),
        port: Some(30120),
        kind: Some("qb-core".to_owned()),
        kind_updated_at: Some(time("2026-04-15T00:00:00.123Z")),
        roblox_join_code: Some("ABCD".to_owned()),
        roblox_metadata: metadata,
        erlc_api_key: Some(Secret::stored("erlc-key".to_owned())),
        aces: vec![AceMapping { ranks: vec![rank("officer")], principal: "group.admin".to_owned() }],
        whitelist: Whitelist {
            allowed: vec![rank("officer"), rank("emeritus")],
            blocked: vec![rank("cadet")],
        },
        push_url: Some("https://city.example.com/events".to_owned()),
        push_secret: Some(Secret::stored("s3cret".to_owned())),
        ..GameServer::named(1, "Main")
    };
    assert_eq!(all.servers, [GameServer::named(0, "Bare"), expected]);
}

#[tokio::test]
async fn a_document_that_is_imported_again_changes_only_what_it_names() {
    let database = Database::new().await;
    database.import_yaml(&club(SERVERS)).await.expect("it is imported");
    let before = database.everything().await.servers;
    let again = database.import_yaml(&club(SERVERS)).await.expect("it is imported again");
    assert_eq!((again.servers.made, again.servers.updated, again.servers.unchanged), (0, 0, 2));
    let edit = "servers: [{ id: 1, name: Renamed, blockedRanks: [] }]\n";
    let edited = database.import_yaml(&club(edit)).await.expect("it is imported");
    assert_eq!(edited.servers.updated, 1);
    let mut expected = before;
    expected[1].name = "Renamed".to_owned();
    expected[1].whitelist.blocked.clear();
    assert_eq!(database.everything().await.servers, expected);
}

#[tokio::test]
async fn every_fault_of_a_game_server_is_told_with_its_place() {
    let rest = "servers:
  - { id: -1, name: A, ip: 'a b', port: 70000 }
  - { id: 1, name: B, aceConfig: { mappings: [{ ranks: [officer, nobody], principal: 'two words' }] } }
  - { id: 2, name: C, allowedRanks: [chief, nobody], pushUrl: city, pushSecret: 'a b' }
";
    let found = Database::new().await.problems_of(&club(rest)).await;
    let expected = [
        ("servers[0].id", "a whole number from 0"),
        ("servers[0].ip", "neither an IP address nor a host name"),
        ("servers[0].port", "no port"),
        ("servers[1].aceConfig.mappings[0].principal", "no principal"),
        ("servers[1].aceConfig.mappings[0].ranks[1]", "there is no rank \"nobody\""),
        ("servers[2].pushUrl", "no address to send to"),
        ("servers[2].pushSecret", "visible ASCII"),
        ("servers[2].allowedRanks[1]", "there is no rank \"nobody\""),
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (place, words) in expected {
        let is_told =
            found.iter().any(|told| told.starts_with(&format!("{place}: ")) && told.contains(words));
        assert!(is_told, "{place}: {words} is not in {found:#?}");
    }
}

#[test]
fn game_servers_are_written_as_a_document_without_their_secrets_unless_they_are_asked_for() {
    let operator = Operator::new();
    operator.succeed(&["import", &operator.file("club.yaml", &club(SERVERS))]);
    let printed = operator.succeed(&["community", "game-servers", "club"]);
    let document: Value = serde_json::from_str(&printed).expect("it is JSON");
    assert_eq!(document["servers"][1]["name"], "Main");
    assert!(!printed.contains("s3cret") && !printed.contains("erlc-key"));

    let whole = operator.succeed(&["community", "game-servers", "club", "--with-secrets"]);
    assert!(whole.contains("s3cret") && whole.contains("erlc-key"));
    for text in [printed, whole] {
        let imported = operator.succeed(&["import", &operator.file("servers.json", &text)]);
        let servers = imported.lines().find(|line| line.starts_with("servers")).expect("a line");
        assert_eq!(servers.split_whitespace().collect::<Vec<_>>(), ["servers", "0", "0", "2"], "{imported}");
    }
    let refused = operator.fail(&["community", "game-servers", "nowhere"]);
    assert!(refused.contains("there is no community \"nowhere\""), "{refused}");
}
