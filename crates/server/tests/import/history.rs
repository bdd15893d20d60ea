//! The ledger replayed from empty gives the stored state.

use std::collections::HashMap;

use rankledger_domain::log::ActKind;
use rankledger_domain::rank_change::{ChangeKind, Source};
use rankledger_storage::history::Order;
use rankledger_storage::log::{LinkedEntry, LogFilter};
use serde_json::Value;

use super::kit::{Database, Everything, NOW, club, time};

/// Replays the changes of every account from empty, and compares the result with the stored state.
fn assert_replays(all: &Everything) {
    let mut reached = HashMap::new();
    for (number, change) in (1..).zip(&all.changes) {
        assert_eq!(change.number.0, number, "numbers run without a hole");
        let (ranks, status) = reached.entry(change.account).or_insert((Vec::new(), false));
        assert_eq!((&change.transition.before, change.transition.status_before), (&*ranks, *status));
        ranks.clone_from(&change.transition.after);
        *status = change.transition.status_after;
    }
    for account in &all.accounts {
        let (ranks, status) = reached.remove(&account.profile.id).unwrap_or_default();
        let stored = &account.standing.account;
        assert_eq!((&stored.ranks, stored.com_status), (&ranks, status), "{}", account.profile.name);
    }
    assert!(reached.is_empty());
}

const HISTORY: &str = "
accounts:
  - { name: Ann, ranks: [cadet, emeritus] }
  - { name: Bob }
  - { name: Cat, active: true }
  - { name: Dan, ranks: [officer], active: false }
  - { name: Eve, active: false }
rankChanges:
  - { undoId: 00000000-0000-0000-0000-000000000001, account: Ann, add: [officer], remove: [cadet], at: 2026-01-01T00:00:00Z }
  - { undoId: 00000000-0000-0000-0000-000000000002, account: Bob, set: [chief], at: 2026-01-15T00:00:00Z, actor: ann, reason: elected }
  - { undoId: 00000000-0000-0000-0000-000000000003, account: Ann, set: [], at: 2026-02-01T00:00:00Z }
  - { undoId: 00000000-0000-0000-0000-000000000004, account: Dan, active: true }
";

#[tokio::test]
async fn beginnings_and_history_lead_to_what_is_stored() {
    let database = Database::new().await;
    let summary = database.import_yaml(&club(HISTORY)).await.expect("it is imported");
    assert_eq!(summary.rank_changes_recorded, 3 + 4, "Bob and Eve begin with nothing");
    let all = database.everything().await;
    assert_replays(&all);
    for change in &all.changes {
        assert_eq!(
            (change.kind, change.source, change.credential),
            (ChangeKind::Change, Source::Import, None)
        );
    }
    let actives: Vec<_> = all.changes.iter().take(3).map(|change| change.transition.active).collect();
    assert_eq!(actives, [None, Some(true), Some(false)], "as the document gives it");
    let elected = &all.changes[4];
    assert_eq!(
        (elected.actor, elected.reason.as_deref()),
        (Some(all.account("Ann").profile.id), Some("elected"))
    );
    assert_eq!(elected.at, time("2026-01-15T00:00:00Z"));
    let last = all.changes.last().expect("there are changes");
    assert_eq!(last.at, time(NOW), "without a time it is made now");
}

#[tokio::test]
async fn an_account_begins_no_later_than_its_first_change() {
    let database = Database::new().await;
    database.import_yaml(&club(HISTORY)).await.expect("it is imported");
    let all = database.everything().await;
    let ann = all.account("Ann").profile.id;
    let times: Vec<_> =
        all.changes.iter().filter(|change| change.account == ann).map(|change| change.at).collect();
    let (first, second) = (time("2026-01-01T00:00:00Z"), time("2026-02-01T00:00:00Z"));
    assert_eq!(times, [first, first, second]);
}

#[tokio::test]
async fn an_import_that_is_finished_is_in_the_log_after_its_changes() {
    let database = Database::new().await;
    database.import_yaml(&club(HISTORY)).await.expect("it is imported");
    let all = database.everything().await;
    let mut tx = database.storage.read().await.expect("a view");
    let log = tx.log(all.community.id, &LogFilter::default(), Order::OldestFirst, None, 10).await;
    let log = log.expect("a page").entries;
    let [LinkedEntry { entry, .. }] = log.as_slice() else { panic!("{log:?}") };
    assert_eq!(entry.act.kind, ActKind::ImportFinished);
    assert_eq!(entry.position.after_change, all.changes.last().expect("there are changes").number);
    let after: Value = serde_json::from_str(entry.act.after.as_deref().expect("its counts")).expect("JSON");
    assert_eq!(after["rankChanges"], all.changes.len());
    assert_eq!((entry.act.actor, entry.act.credential, entry.act.address), (None, None, None));
    drop(tx);

    database.import_yaml(&club(HISTORY)).await.expect("it is imported again");
    let mut tx = database.storage.read().await.expect("a view");
    let again = tx.log(all.community.id, &LogFilter::default(), Order::OldestFirst, None, 10).await;
    assert_eq!(again.expect("a page").entries, log, "an import that changes nothing is no act");
}

#[tokio::test]
async fn history_that_is_added_later_continues_from_what_is_stored() {
    let database = Database::new().await;
    database.import_yaml(&club(HISTORY)).await.expect("it is imported");
    let more = format!(
        "{HISTORY}  - {{ undoId: 00000000-0000-0000-0000-000000000005, account: Bob, add: [cadet], active: false }}\n"
    );
    let summary = database.import_yaml(&club(&more)).await.expect("it is imported");
    assert_eq!((summary.rank_changes_recorded, summary.rank_changes_known), (1, 4));
    let all = database.everything().await;
    assert_replays(&all);
    assert!(!all.account("Bob").standing.account.com_status);
    let only_change =
        club("rankChanges: [{ undoId: 00000000-0000-0000-0000-000000000006, account: Cat, add: [cadet] }]");
    database.import_yaml(&only_change).await.expect("an account that is stored can be named");
    assert_replays(&database.everything().await);
}

#[tokio::test]
async fn history_comes_oldest_first_and_not_from_the_future() {
    let changes = r#"
accounts: [{ name: Ann, ranks: [cadet] }]
rankChanges:
  - { undoId: 00000000-0000-0000-0000-000000000011, account: Ann, add: [officer], at: 2026-02-01T00:00:00Z, reason: "a\u0007b" }
  - { undoId: 00000000-0000-0000-0000-000000000012, account: Ann, remove: [officer], at: 2026-01-01T00:00:00Z }
  - { undoId: 00000000-0000-0000-0000-000000000013, account: Ann, add: [officer], at: 2099-01-01T00:00:00Z }
"#;
    let error =
        Database::new().await.import_yaml(&club(changes)).await.expect_err("it is refused").to_string();
    for part in
        ["line 12, Ann, reason", "U+0007", "line 13, Ann, at", "oldest first", "line 14, Ann, at", "future"]
    {
        assert!(error.contains(part), "{error}");
    }
}
