//! Identifiers: stored in one spelling, that of the API, however a document writes them.

use rankledger_server::ops::import::Tally;

use super::kit::{Database, StoredAccount, club};

/// The identifiers of an account, as `type:value`, in order.
fn identifiers(row: &StoredAccount) -> Vec<String> {
    let mut names: Vec<_> = row
        .identifiers
        .iter()
        .map(|identifier| format!("{}:{}", identifier.kind, identifier.value))
        .collect();
    names.sort();
    names
}

const SEVERAL_SPELLINGS: &str = "accounts:
  - name: Ann
    identifiers:
      - { type: ' Discord', value: 'discord:100000000000000001 ' }
      - { type: ROBLOX, value: 'Roblox: 77' }
      - { type: steam, value: '76561197960265729' }
      - { type: license, value: 'license:00FFAA' }
      - { type: ip, value: '2001:DB8:0:0:0:0:0:1' }
      - { type: Guild, value: ' guild:Ann of the North' }
  - { name: Bob, discordId: ' Discord:12', robloxId: 'roblox:34' }
";

const KEPT_SPELLING: &str = "accounts:
  - name: Ann
    identifiers:
      - { type: discord, value: '100000000000000001' }
      - { type: roblox, value: '77' }
      - { type: steam, value: '110000100000001' }
      - { type: license, value: 00ffaa }
      - { type: ip, value: '2001:db8::1' }
      - { type: guild, value: Ann of the North }
  - { name: Bob, discordId: '12', robloxId: '34' }
";

#[tokio::test]
async fn they_are_stored_in_the_spelling_that_the_api_keeps() {
    let database = Database::new().await;
    database.import_yaml(&club(SEVERAL_SPELLINGS)).await.expect("it is imported");
    let all = database.everything().await;
    let (ann, bob) = (all.account("Ann"), all.account("Bob"));
    let kept = [
        "discord:100000000000000001",
        "guild:Ann of the North",
        "ip:2001:db8::1",
        "license:00ffaa",
        "roblox:77",
        "steam:110000100000001",
    ];
    assert_eq!(identifiers(ann), kept);
    let linked = |row: &StoredAccount| (row.profile.discord_id.clone(), row.profile.roblox_id.clone());
    assert_eq!(linked(ann), (Some("100000000000000001".to_owned()), Some("77".to_owned())));
    assert_eq!(linked(bob), (Some("12".to_owned()), Some("34".to_owned())));
}

#[tokio::test]
async fn they_are_known_again_in_any_spelling() {
    for (first, then) in [(SEVERAL_SPELLINGS, KEPT_SPELLING), (KEPT_SPELLING, SEVERAL_SPELLINGS)] {
        let database = Database::new().await;
        database.import_yaml(&club(first)).await.expect("it is imported");
        let before = database.everything().await;
        let summary = database.import_yaml(&club(then)).await.expect("it is imported again");
        assert_eq!(summary.accounts, Tally { unchanged: 2, ..Tally::default() });
        assert_eq!(database.everything().await, before);
    }
}

#[tokio::test]
async fn the_id_of_one_without_an_id_is_made_from_its_kept_spelling() {
    let account = "00000000-0000-0000-0000-000000000001";
    for (kind, value) in [("steam", "110000100000001"), ("Steam", "76561197960265729")] {
        let database = Database::new().await;
        let identifiers = format!("identifiers: [{{ type: {kind}, value: '{value}' }}]");
        let accounts = format!("accounts: [{{ name: Ann, id: {account}, {identifiers} }}]");
        database.import_yaml(&club(&accounts)).await.expect("it is imported");
        let id = database.everything().await.account("Ann").identifiers[0].id;
        assert_eq!(id.to_string(), "00000000-0000-8889-9632-9dfd82d0c7e6", "{kind}:{value}");
    }
}

#[tokio::test]
async fn one_that_is_stored_as_not_verified_links_nothing_when_it_is_imported_again() {
    let database = Database::new().await;
    let account = |rest: &str| {
        club(&format!("accounts: [{{ name: Ann, identifiers: [{{ type: discord, value: '1'{rest} }}] }}]"))
    };
    database.import_yaml(&account(", verified: false")).await.expect("it is imported");
    database.import_yaml(&account("")).await.expect("it is imported again");
    let all = database.everything().await;
    assert!(!all.account("Ann").identifiers[0].verified, "it stays so");
    assert_eq!(all.account("Ann").profile.discord_id, None);
    database.import_yaml(&account(", verified: true")).await.expect("it is imported once more");
    assert_eq!(database.everything().await.account("Ann").profile.discord_id.as_deref(), Some("1"));
}

#[tokio::test]
async fn an_untyped_id_that_people_share_is_refused_at_its_place() {
    let database = Database::new().await;
    let yaml = club(
        "accounts: [{ name: Ann, apiIds: [LEGACY-7, 'ip:192.0.2.1', 'HWID2:abc', '192.0.2.1', 'steam:7'] }]",
    );
    let problems = database.problems_of(&yaml).await;
    let places: Vec<_> = problems.iter().filter_map(|problem| problem.split(": ").next()).collect();
    assert_eq!(
        places,
        ["accounts[0].apiIds[1]", "accounts[0].apiIds[2]", "accounts[0].apiIds[3]"],
        "{problems:?}"
    );
    assert!(problems[0].ends_with("put it under identifiers, or leave it out"), "{problems:?}");
}
