//! A community of some size: everything arrives, once.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rankledger_server::ops::import::import_alone;

use super::kit::{CountingIds, Database, StoppedClock, club, document};

const ACCOUNTS: usize = 2_000;

fn many() -> String {
    let mut accounts = club("accounts:\n");
    for n in 0..ACCOUNTS {
        let rank = ["cadet", "officer", "chief"][n % 3];
        writeln!(
            accounts,
            "  - {{ name: Member {n}, ranks: [{rank}], identifiers: [{{ type: discord, value: '{n}' }}] }}"
        )
        .expect("a text can be written to");
    }
    accounts
}

#[tokio::test]
async fn two_thousand_accounts() {
    let database = Database::new().await;
    let yaml = many();
    let told = AtomicUsize::new(0);
    let progress = |done: usize, total: usize| {
        assert_eq!((told.fetch_add(1, Ordering::Relaxed) + 1, total), (done, ACCOUNTS));
    };
    let (storage, ids) = (Arc::clone(&database.storage), Arc::new(CountingIds::default()));
    let document = Arc::new(document(&yaml));
    let summary = import_alone(storage, document, Arc::new(StoppedClock), ids, progress).await;
    let summary = summary.expect("it is imported");
    assert_eq!((summary.accounts.made, summary.rank_changes_recorded), (ACCOUNTS, ACCOUNTS));
    assert_eq!(told.into_inner(), ACCOUNTS);

    let all = database.everything().await;
    let numbers: Vec<_> = all.accounts.iter().map(|account| account.profile.unique_id).collect();
    assert!(numbers.into_iter().eq(1001..1001 + 2_000));
    assert_eq!(all.account("Member 1999").profile.unique_id, 3_000, "numbered in the document's order");
    assert!(
        all.changes.iter().zip(&all.accounts).all(|(change, account)| change.account == account.profile.id)
    );
    let summary = database.import_yaml(&yaml).await.expect("it is imported again");
    assert_eq!(summary.accounts.unchanged, ACCOUNTS);
    assert_eq!(database.everything().await, all);
}
