//! Importing a document again that says something else of ranks and status than what is stored: the import
//! leaves them alone and says so. With `updating` it changes them, by rank changes that can be undone.

use rankledger_domain::rank_change::Source;
use rankledger_server::ops::import::Summary;

use super::kit::{Database, club, document};

const FIRST: &str = "accounts:
  - { name: Ann, ranks: [cadet] }
  - { name: Bob, ranks: [officer] }
  - { name: Cat, ranks: [cadet], banned: true }
  - { name: Dan }
";

/// Other ranks and another status for everybody.
const SECOND: &str = "accounts:
  - { name: Ann, ranks: [officer, chief], reason: Elected }
  - { name: Bob, ranks: [officer], active: false }
  - { name: Cat, ranks: [officer] }
  - { name: Dan, banned: true }
";

async fn update(database: &Database, yaml: &str) -> Summary {
    database.import(&document(yaml).updating(true)).await.expect("it is imported")
}

#[tokio::test]
async fn without_an_update_they_are_told_and_left_alone() {
    let database = Database::new().await;
    database.import_yaml(&club(FIRST)).await.expect("it is imported");
    let before = database.everything().await;
    let summary = database.import_yaml(&club(SECOND)).await.expect("it is imported");
    assert_eq!(database.everything().await, before);
    insta::assert_snapshot!(summary.to_string());
}

#[tokio::test]
async fn an_update_changes_ranks_and_status_through_the_ledger() {
    let database = Database::new().await;
    database.import_yaml(&club(FIRST)).await.expect("it is imported");
    let before = database.everything().await.changes.len();
    insta::assert_snapshot!(update(&database, &club(SECOND)).await.to_string());

    let all = database.everything().await;
    let recorded = &all.changes[before..];
    assert_eq!(recorded.len(), 2, "one for Ann, one for Bob");
    assert!(recorded.iter().all(|change| change.source == Source::Import && change.actor.is_none()));
    assert_eq!(recorded[0].reason.as_deref(), Some("Elected"));
    let ranks = |name: &str| all.account(name).standing.account.rank_ids();
    let [cadet, officer, chief] = ["cadet", "officer", "chief"].map(|key| all.rank(key).rank.id);
    assert_eq!((ranks("Ann"), ranks("Bob")), (vec![officer, chief], vec![officer]));
    assert!(!all.account("Bob").standing.account.com_status);
    assert_eq!(ranks("Cat"), [cadet], "a banned account gains nothing");
    assert!(!all.account("Dan").standing.account.banned, "nobody is banned by an import");

    let again = update(&database, &club(SECOND)).await;
    assert_eq!((again.rank_changes_recorded, again.standings.changed.total), (0, 0));
    assert_eq!(database.everything().await, all);
}

#[tokio::test]
async fn an_entry_that_says_nothing_of_ranks_takes_none() {
    let database = Database::new().await;
    database.import_yaml(&club(FIRST)).await.expect("it is imported");
    let before = database.everything().await;
    update(&database, &club("accounts: [{ name: Ann }, { name: Bob, ranks: null }]")).await;
    assert_eq!(database.everything().await, before);
    update(&database, &club("accounts: [{ name: Ann, ranks: [] }]")).await;
    let all = database.everything().await;
    assert!(all.account("Ann").standing.account.ranks.is_empty(), "an empty list says: no rank");
    assert!(!all.account("Ann").standing.account.com_status);
}

#[tokio::test]
async fn the_history_of_the_document_counts_for_what_it_says() {
    let database = Database::new().await;
    let history = "accounts: [{ name: Ann, ranks: [cadet] }]
rankChanges:
  - { undoId: 00000000-0000-0000-0000-000000000001, account: Ann, add: [officer], remove: [cadet] }
";
    let first = database.import_yaml(&club(history)).await.expect("it is imported");
    assert_eq!(first.standings.kept.total, 0);
    let before = database.everything().await;
    let summary = update(&database, &club(history)).await;
    assert_eq!((summary.rank_changes_recorded, summary.standings.changed.total), (0, 0));
    assert_eq!(database.everything().await, before, "nobody goes back to where the history begins");

    let longer = format!(
        "{history}  - {{ undoId: 00000000-0000-0000-0000-000000000002, account: Ann, add: [chief] }}\n"
    );
    let summary = update(&database, &club(&longer)).await;
    assert_eq!((summary.rank_changes_recorded, summary.standings.changed.total), (1, 0));
}

#[tokio::test]
async fn a_retired_rank_is_not_given_and_nothing_is_written() {
    let database = Database::new().await;
    database.import_yaml(&club(FIRST)).await.expect("it is imported");
    let before = database.everything().await;
    let yaml = club("accounts: [{ name: Ann, ranks: [chief] }, { name: Bob, ranks: [emeritus] }]");
    let error = database.import(&document(&yaml).updating(true)).await.expect_err("it is refused");
    insta::assert_snapshot!(error.to_string());
    assert_eq!(database.everything().await, before);
    let told = database.import_yaml(&yaml).await.expect("without an update nothing is given");
    assert_eq!(told.standings.kept.total, 2);
}
