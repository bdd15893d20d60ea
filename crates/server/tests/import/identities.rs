//! Which stored account an entry of a document means: by its id or its identifiers. A name alone means nobody
//! who is known by other identifiers, for names change hands.

use rankledger_domain::account::HeldRank;
use rankledger_server::ops::import::Tally;
use rankledger_storage::accounts::Profile;

use super::kit::{Database, club};

const ID: &str = "00000000-0000-0000-0000-00000000000";

/// Two people, each with a Discord id.
const TWO: &str = "accounts:
  - { name: Ann, ranks: [cadet], identifiers: [{ type: discord, value: '100000000000000001' }] }
  - { name: Bob, ranks: [cadet], identifiers: [{ type: discord, value: '100000000000000002' }] }
";

/// Renames accounts, each from a name to another, as the API does.
async fn rename(database: &Database, names: &[(&str, &str)]) {
    let all = database.everything().await;
    let mut tx = database.storage.begin().await.expect("a transaction");
    for (from, to) in names {
        let old = &all.account(from).profile;
        let new = Profile { name: (*to).to_owned(), ..old.clone() };
        tx.update_profile(all.community.id, &new).await.expect("a new name");
    }
    tx.commit().await.expect("a commit");
}

/// Returns the names and the ranks, by key, of whoever has this Discord id.
async fn of_discord(database: &Database, id: &str) -> (String, Vec<String>) {
    let all = database.everything().await;
    let mut accounts = all.accounts.iter();
    let found =
        accounts.find(|account| account.profile.discord_id.as_deref() == Some(id)).expect("an account");
    let key = |held: &HeldRank| {
        let mut ranks = all.ranks.iter();
        let rank = ranks.find(|rank| rank.rank.id == held.rank).expect("a rank");
        rank.rank.key.clone().expect("a key")
    };
    (found.profile.name.clone(), found.standing.account.ranks.iter().map(key).collect())
}

/// Checks that a document has this one error, and writes nothing.
async fn refused(database: &Database, yaml: &str, place: &str, words: &str) {
    let problems = database.problems_of(&club(yaml)).await;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with(&format!("{place}: ")) && problems[0].contains(words), "{problems:?}");
}

fn promotion(number: u32, name: &str) -> String {
    format!("rankChanges: [{{ undoId: {ID}{number}, account: {name}, add: [chief] }}]\n")
}

#[tokio::test]
async fn swapped_names_give_no_rank_to_the_wrong_account() {
    let database = Database::new().await;
    database.import_yaml(&club(TWO)).await.expect("it is imported");
    rename(&database, &[("Ann", "Bob"), ("Bob", "Ann")]).await;
    assert_eq!(of_discord(&database, "100000000000000001").await.0, "Bob");

    let summary = database.import_yaml(&club(&format!("{TWO}{}", promotion(1, "Ann")))).await;
    assert_eq!(summary.expect("it is imported").accounts, Tally { updated: 2, ..Tally::default() });
    let (name, ranks) = of_discord(&database, "100000000000000001").await;
    assert_eq!((name.as_str(), ranks), ("Ann", vec!["cadet".to_owned(), "chief".to_owned()]));
    let (name, ranks) = of_discord(&database, "100000000000000002").await;
    assert_eq!((name.as_str(), ranks), ("Bob", vec!["cadet".to_owned()]));
    assert_eq!(database.everything().await.accounts.len(), 2);
}

#[tokio::test]
async fn swapped_names_without_identifiers_are_refused() {
    let database = Database::new().await;
    let names = "accounts: [{ name: Ann, ranks: [cadet] }, { name: Bob, ranks: [cadet] }]\n";
    database.import_yaml(&club(names)).await.expect("it is imported");
    rename(&database, &[("Ann", "Bob"), ("Bob", "Ann")]).await;
    let change = promotion(1, "Ann");
    refused(&database, &change, "rankChanges[0].account", "has this name by now: give the id").await;
    let problems = database.problems_of(&club(&format!("{names}{change}"))).await;
    let places: Vec<_> =
        problems.iter().map(|problem| problem.split(':').next().unwrap_or_default()).collect();
    assert_eq!(places, ["accounts[0]", "accounts[1]"], "{problems:?}");
    let all = database.everything().await;
    let chief = all.rank("chief").rank.id;
    assert!(all.accounts.iter().all(|account| !account.standing.account.rank_ids().contains(&chief)));

    // The id says which one is meant.
    let id = all.account("Bob").profile.id;
    database.import_yaml(&club(&promotion(1, &id.to_string()))).await.expect("it is imported");
}

#[tokio::test]
async fn whoever_was_renamed_is_known_again_by_an_identifier() {
    let database = Database::new().await;
    database.import_yaml(&club(TWO)).await.expect("it is imported");
    rename(&database, &[("Ann", "Anna")]).await;
    let summary = database.import_yaml(&club(TWO)).await.expect("it is imported again");
    assert_eq!(summary.accounts, Tally { updated: 1, unchanged: 1, ..Tally::default() });
    assert_eq!(of_discord(&database, "100000000000000001").await.0, "Ann");

    let by_row = "accounts: [{ name: Annie, discordId: 'discord:100000000000000001' }]";
    database.import_yaml(&club(by_row)).await.expect("it is imported");
    assert_eq!(of_discord(&database, "100000000000000001").await.0, "Annie");
    assert_eq!(database.everything().await.accounts.len(), 2);
}

#[tokio::test]
async fn an_entry_with_other_identifiers_is_not_the_account_of_its_name() {
    let database = Database::new().await;
    database.import_yaml(&club(TWO)).await.expect("it is imported");
    for entry in [
        "identifiers: [{ type: discord, value: '100000000000000009' }]",
        "identifiers: [{ type: steam, value: '110000100000001' }]",
        "discordId: '100000000000000009'",
    ] {
        let yaml = format!("accounts: [{{ name: Ann, {entry} }}]");
        refused(&database, &yaml, "accounts[0]", "other identifiers, such as discord:100000000000000001")
            .await;
    }
    // With an identifier of the account, or with its id, another one may be added.
    let id = database.everything().await.account("Ann").profile.id;
    let discord = "{ type: discord, value: '100000000000000001' }";
    for entry in [
        format!("identifiers: [{{ type: steam, value: '110000100000001' }}, {discord}]"),
        format!("id: {id}, identifiers: [{{ type: xbl, value: '7' }}]"),
    ] {
        let yaml = format!("accounts: [{{ name: Ann, {entry} }}]");
        database.import_yaml(&club(&yaml)).await.expect("it is imported");
    }
    assert_eq!(database.everything().await.account("Ann").identifiers.len(), 3);
}

#[tokio::test]
async fn a_name_alone_is_not_enough_for_somebody_with_identifiers() {
    let database = Database::new().await;
    let made_elsewhere =
        format!("accounts: [{{ name: Ann, id: {ID}1, identifiers: [{{ type: xbl, value: '7' }}] }}]");
    database.import_yaml(&club(&made_elsewhere)).await.expect("it is imported");
    let words = &format!("such as xbl:7: give the id ({ID}1 if it is the same)");
    refused(&database, "accounts: [{ name: ann }]", "accounts[0]", words).await;
    refused(&database, &promotion(1, "Ann"), "rankChanges[0].account", words).await;
    let by_ann = format!("rankChanges: [{{ undoId: {ID}1, account: {ID}1, add: [chief], actor: Ann }}]");
    refused(&database, &by_ann, "rankChanges[0].actor", words).await;

    // Of somebody without identifiers nobody knows more than the name. An address is shared: it says nothing.
    let known_by_name =
        format!("accounts: [{{ name: Bob, id: {ID}2, identifiers: [{{ type: ip, value: 192.0.2.1 }}] }}]");
    database.import_yaml(&club(&known_by_name)).await.expect("it is imported");
    let change = promotion(3, "Bob");
    database
        .import_yaml(&club(&format!("accounts: [{{ name: Bob }}]\n{change}")))
        .await
        .expect("it is imported");
}

#[tokio::test]
async fn an_entry_that_gives_no_identifiers_finds_whom_it_made_whatever_was_linked_since() {
    let database = Database::new().await;
    let names = "accounts: [{ name: Ann, ranks: [cadet] }]\n";
    database.import_yaml(&club(names)).await.expect("it is imported");
    let linked = "accounts: [{ name: Ann, identifiers: [{ type: discord, value: '100000000000000001' }] }]";
    database.import_yaml(&club(linked)).await.expect("an identifier is added to somebody without any");
    let change = promotion(1, "Ann");
    database.import_yaml(&club(&format!("{names}{change}"))).await.expect("it is imported again");
    database
        .import_yaml(&club(&promotion(2, "Ann").replace("add", "remove")))
        .await
        .expect("by the same name");
}

#[tokio::test]
async fn an_entry_whose_identifiers_belong_to_two_accounts_is_refused() {
    let database = Database::new().await;
    database.import_yaml(&club(TWO)).await.expect("it is imported");
    let ids =
        ["100000000000000001", "100000000000000002"].map(|id| format!("{{ type: discord, value: '{id}' }}"));
    let yaml = format!("accounts: [{{ name: Eve, identifiers: [{}] }}]", ids.join(", "));
    let words = "discord:100000000000000002 belongs to \"Bob\" already";
    refused(&database, &yaml, "accounts[0].identifiers[1]", words).await;
}

#[tokio::test]
async fn a_shared_address_makes_nobody_the_same_person() {
    let database = Database::new().await;
    let yaml = "accounts: [{ name: Ann, identifiers: [{ type: ip, value: 192.0.2.1 }] }]";
    database.import_yaml(&club(yaml)).await.expect("it is imported");
    let other = yaml.replace("Ann", "Bob");
    for _ in 0..2 {
        database.import_yaml(&club(&other)).await.expect("it is imported, and again");
    }
    let all = database.everything().await;
    let [ann, bob] = ["Ann", "Bob"].map(|name| &all.account(name).identifiers[0]);
    assert!(!ann.verified && !bob.verified && ann.flag_id.is_some());
    assert_eq!(ann.flag_id, bob.flag_id, "both are flagged");
}

#[tokio::test]
async fn two_accounts_of_a_document_share_an_address_and_the_flag_that_it_names() {
    let database = Database::new().await;
    let identifiers =
        "[{ type: ip, value: 192.0.2.1, verified: true, flagId: f1a60000-0000-0000-0000-000000000007 }]";
    let yaml = format!(
        "accounts: [{{ name: Ann, identifiers: {identifiers} }}, {{ name: Bob, identifiers: {identifiers} }}]"
    );
    database.import_yaml(&club(&yaml)).await.expect("it is imported");
    let all = database.everything().await;
    for name in ["Ann", "Bob"] {
        let identifier = &all.account(name).identifiers[0];
        assert_eq!(identifier.flag_id.as_deref(), Some("f1a60000-0000-0000-0000-000000000007"), "{name}");
        assert!(!identifier.verified, "nobody owns it, whatever the document says");
    }
}

#[tokio::test]
async fn a_name_of_digits_that_there_is_already_is_imported() {
    let database = Database::new().await;
    let yaml = "accounts: [{ name: '100000000000000001', ranks: [cadet] }]";
    database.import_yaml(&club(yaml)).await.expect("it is imported");
    assert_eq!(database.everything().await.accounts[0].profile.name, "100000000000000001");
}
