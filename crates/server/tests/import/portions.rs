//! Large imports: what other programs can do and see meanwhile, and how an interrupted one continues.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use jiff::Timestamp;
use rankledger_domain::game_server::GameServer;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use rankledger_domain::transition::Transition;
use rankledger_server::ops::Ledger;
use rankledger_server::ops::import::{
    Document, ImportError, PortionSize, Summary, import, take_back, unfinished_imports,
};
use rankledger_server::ops::ledger::{LedgerOptions, WriterThread};
use rankledger_storage::{ReadTx, Storage};
use tokio::task::JoinHandle;

use super::kit::{Database, NOW, StoppedClock, club, document, time};

const ACCOUNTS: usize = 3_000;

/// Three portions: when an import is cut off after the first, one more may have been submitted already.
const CHANGES: usize = 1_200;

/// Makes several portions of the document.
const SMALL: PortionSize = PortionSize(2_000);

/// Returns a document with several portions of accounts, of beginnings and of changes. Every account begins
/// as a cadet, and some are made officers.
fn large() -> String {
    let mut yaml = club("accounts:\n");
    for n in 0..ACCOUNTS {
        writeln!(
            yaml,
            "  - {{ name: Member {n}, ranks: [cadet], identifiers: [{{ type: discord, value: '{n}' }}] }}"
        )
        .expect("a text can be written to");
    }
    yaml.push_str("rankChanges:\n");
    for n in 0..CHANGES {
        let id = format!("00000000-0000-0000-0000-{n:012}");
        writeln!(
            yaml,
            "  - {{ undoId: {id}, account: Member {n}, add: [officer], at: 2026-01-01T00:00:00Z }}"
        )
        .expect("a text can be written to");
    }
    yaml
}

/// Starts a ledger writer on the database.
fn ledger(database: &Database) -> (Ledger, WriterThread) {
    let (storage, ids) = (Arc::clone(&database.storage), database.ids.clone());
    Ledger::start(storage, Arc::new(StoppedClock), ids, LedgerOptions::default()).expect("a thread")
}

async fn stop(writer: WriterThread) {
    tokio::task::spawn_blocking(|| writer.stop()).await.expect("it ends");
}

/// Begins an import and ends it in the middle: once so many accounts are written, and so many portions after
/// that.
async fn cut_off(database: &Database, document: &Document, accounts: usize, more_portions: u64) {
    let (ledger, writer) = ledger(database);
    let written = AtomicUsize::new(0);
    let document = Arc::new(document.clone());
    let progress = |done, _| written.store(done, Ordering::Relaxed);
    let importing = import(&ledger, database.storage.as_ref(), document, time(NOW), SMALL, progress);
    let reached = async {
        while written.load(Ordering::Relaxed) < accounts {
            tokio::task::yield_now().await;
        }
        let commits = ledger.stats().commits() + more_portions;
        while ledger.stats().commits() < commits {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = reached => {}
        finished = importing => panic!("it was not cut off: {finished:?}"),
    }
    stop(writer).await;
}

/// Returns everything that an import decides, without the ids that are drawn.
async fn outcome(database: &Database) -> impl PartialEq + std::fmt::Debug + use<> {
    let all = database.everything().await;
    let changes: Vec<(ChangeNumber, AccountId, Timestamp, Transition)> = all
        .changes
        .iter()
        .map(|change| (change.number, change.account, change.at, change.transition.clone()))
        .collect();
    let summaries: Vec<_> =
        all.accounts.into_iter().map(|account| (account.profile.clone(), account.standing)).collect();
    (all.departments, all.ranks, summaries, changes)
}

/// Writes to another community again and again, through a storage of its own. Returns how often it has
/// written, at the end.
fn busy_neighbour(
    storage: Arc<dyn Storage>,
    community: CommunityId,
    end: Arc<AtomicBool>,
) -> JoinHandle<usize> {
    tokio::spawn(async move {
        let mut written = 0;
        while !end.load(Ordering::Relaxed) {
            let server = GameServer::named(1, format!("Server {written}"));
            let mut tx = storage.begin().await.expect("a transaction");
            tx.put_game_server(community, &server).await.expect("a server");
            tx.commit().await.expect("a commit");
            written += 1;
            // The pause lets a portion go first, so that the neighbour does not write several times in one
            // gap.
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        written
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn others_write_between_the_portions_and_see_nothing_of_a_new_community() {
    let database = Database::new().await;
    database.import_yaml("community: { id: other, name: Other }").await.expect("it is imported");
    let other = database.everything().await.community.id;
    let (end, neighbour) = (Arc::new(AtomicBool::new(false)), database.open_again().await);
    let busy = busy_neighbour(Arc::clone(&neighbour), other, Arc::clone(&end));
    let looking = {
        let (end, storage) = (Arc::clone(&end), Arc::clone(&neighbour));
        tokio::spawn(async move {
            let mut looks = 0;
            while !end.load(Ordering::Relaxed) {
                let mut tx = storage.read().await.expect("a view");
                let is_unfinished = !tx.unfinished_imports().await.expect("a list").is_empty();
                let found = tx.community_by_public_id("club").await.expect("a look-up");
                assert!(!(is_unfinished && found.is_some()), "nobody finds it before its end");
                if let Some(club) = found {
                    assert_eq!(
                        tx.account_names(club.id).await.expect("a list").len(),
                        ACCOUNTS,
                        "all at once"
                    );
                    assert_eq!(number_of_changes(tx.as_mut(), club.id).await, ACCOUNTS + CHANGES);
                }
                looks += usize::from(is_unfinished);
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
            looks
        })
    };
    let (ledger, writer) = ledger(&database);
    let document = Arc::new(document(&large()));
    let imported = import(&ledger, database.storage.as_ref(), document, time(NOW), SMALL, |_, _| ()).await;
    let portions = usize::try_from(ledger.stats().commits()).expect("few");
    stop(writer).await;
    end.store(true, Ordering::Relaxed);
    assert_eq!(imported.expect("it is imported").accounts.made, ACCOUNTS);
    assert!(looking.await.expect("nobody saw a part of it") > 0, "it was looked at while it was under way");
    let written = busy.await.expect("it is never refused");
    assert!(portions >= 7, "{portions} portions");
    assert!(written >= portions / 2, "written {written} times beside {portions} portions");
}

async fn number_of_changes(tx: &mut dyn ReadTx, community: CommunityId) -> usize {
    usize::try_from(tx.last_change_number(community).await.expect("a number").0).expect("few")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_cut_off_ends_as_if_it_had_not_been() {
    let document = document(&large());
    let whole = Database::new().await;
    let summary = whole.import(&document).await.expect("it is imported");
    let expected = outcome(&whole).await;
    // Interruptions among the accounts, the beginnings, and the changes; and two of them.
    for cuts in [&[(300, 0)][..], &[(ACCOUNTS, 1)], &[(ACCOUNTS, 5)], &[(300, 0), (ACCOUNTS, 2)]] {
        let database = Database::new().await;
        for &(accounts, more_portions) in cuts {
            cut_off(&database, &document, accounts, more_portions).await;
            assert!(database.everything_there_is().await.is_empty(), "nobody finds the community");
            let unfinished = unfinished_imports(database.storage.as_ref()).await.expect("a list");
            let [(community, import)] = unfinished.as_slice() else { panic!("one import: {unfinished:?}") };
            assert!(community == "club" && import.makes_community && import.written.accounts > 0);
        }
        assert_eq!(database.import(&document).await.expect("it is finished"), summary);
        assert_eq!(outcome(&database).await, expected, "{cuts:?}");
        assert_eq!(unfinished_imports(database.storage.as_ref()).await.expect("a list"), []);
        assert_unchanged_by(&database, &document).await;
    }
}

/// Checks that importing once more changes nothing, and does not even write.
async fn assert_unchanged_by(database: &Database, document: &Document) {
    let before = database.everything().await;
    let (ledger, writer) = ledger(database);
    let again = Arc::new(document.clone());
    let summary = import(&ledger, database.storage.as_ref(), again, time(NOW), SMALL, |_, _| ()).await;
    assert_eq!(ledger.stats().received(), 0, "nothing is to be written");
    stop(writer).await;
    let Summary { accounts, rank_changes_recorded, .. } = summary.expect("it is imported again");
    assert_eq!((accounts.unchanged, rank_changes_recorded), (ACCOUNTS, 0));
    assert!(database.everything().await == before);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_document_is_refused_until_the_first_is_finished_or_taken_back() {
    let (database, document) = (Database::new().await, document(&large()));
    cut_off(&database, &document, 300, 0).await;
    let error = database.import_yaml(&club("")).await.expect_err("it is refused");
    assert!(matches!(error, ImportError::OtherDocument { .. }), "{error}");
    assert!(error.to_string().contains("rankledger import --take-back club"), "{error}");

    let (ledger, writer) = ledger(&database);
    let taken_back = take_back(&ledger, database.storage.as_ref(), "club").await.expect("it is taken back");
    assert!(taken_back.rows > 1_000, "{taken_back:?}");
    let again = take_back(&ledger, database.storage.as_ref(), "club").await.expect_err("it is gone");
    assert!(matches!(again, ImportError::NothingToTakeBack(_)), "{again}");
    stop(writer).await;
    database.import_yaml(&club("accounts: [{ name: Ann }]")).await.expect("it is imported");
    assert_eq!(database.everything().await.accounts.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_goes_on_with_an_import_that_is_being_taken_back() {
    let (database, document) = (Database::new().await, document(&large()));
    cut_off(&database, &document, ACCOUNTS, 5).await;
    let (ledger, writer) = ledger(&database);
    let storage = database.storage.as_ref();
    tokio::select! {
        biased;
        taken_back = take_back(&ledger, storage, "club") => panic!("it was not cut off: {taken_back:?}"),
        // With the second portion asked for, the first is gone. What was written is more than two.
        () = async { while ledger.stats().received() < 2 { tokio::task::yield_now().await } } => {}
    }
    stop(writer).await;
    let error = database.import(&document).await.expect_err("a part of it is gone");
    assert!(matches!(error, ImportError::TakenBack(_)), "{error}");
    let (ledger, writer) = self::ledger(&database);
    take_back(&ledger, storage, "club").await.expect("it is taken back");
    stop(writer).await;
    database.import(&document).await.expect("it is imported from the beginning");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_community_that_is_there_gets_whole_accounts() {
    let (database, document) = (Database::new().await, document(&large()));
    database
        .import_yaml(&club("accounts: [{ name: Member 7, ranks: [chief] }]"))
        .await
        .expect("it is imported");
    cut_off(&database, &document, 300, 0).await;
    let cadet = database.everything().await.rank("cadet").rank.id;
    let part = database.everything().await;
    assert!(part.accounts.len() > 300 && part.accounts.len() < ACCOUNTS, "{}", part.accounts.len());
    assert_eq!(part.changes.len(), part.accounts.len());
    for account in part.accounts.iter().filter(|account| account.profile.name != "Member 7") {
        let ranks: Vec<_> = account.standing.account.ranks.iter().map(|held| held.rank).collect();
        assert_eq!((ranks.as_slice(), account.identifiers.len()), (&[cadet][..], 1));
    }
    let (ledger, writer) = ledger(&database);
    let error = take_back(&ledger, database.storage.as_ref(), "club").await.expect_err("it is in use");
    assert!(error.to_string().contains("import the document again to finish it"), "{error}");
    stop(writer).await;

    let summary = database.import(&document).await.expect("it is finished");
    assert_eq!(summary.accounts.made + summary.accounts.unchanged, ACCOUNTS);
    let all = database.everything().await;
    assert_eq!((all.accounts.len(), all.changes.len()), (ACCOUNTS, ACCOUNTS + CHANGES), "nothing twice");
    assert_eq!(unfinished_imports(database.storage.as_ref()).await.expect("a list"), []);
    assert_unchanged_by(&database, &document).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_planned_anew_when_somebody_changes_the_ranks_meanwhile() {
    let (database, document) = (Database::new().await, Arc::new(document(&large())));
    database.import_yaml(&club("")).await.expect("it is imported");
    let all = database.everything().await;
    let (community, mut chief) = (all.community.id, all.rank("chief").clone());
    let neighbour = database.open_again().await;
    let started = AtomicBool::new(false);
    let (ledger, writer) = ledger(&database);
    let progress = |_, _| started.store(true, Ordering::Relaxed);
    let importing = import(&ledger, database.storage.as_ref(), document, time(NOW), SMALL, progress);
    let changing = async {
        while !started.load(Ordering::Relaxed) {
            tokio::task::yield_now().await;
        }
        chief.rank.label = "Sheriff".to_owned();
        chief.rank.retired = true;
        let mut tx = neighbour.begin().await.expect("a transaction");
        tx.put_rank(community, &chief).await.expect("a rank");
        tx.commit().await.expect("a commit");
    };
    let (imported, ()) = tokio::join!(importing, changing);
    stop(writer).await;
    assert_eq!(imported.expect("it is imported").accounts.made, ACCOUNTS);
    let all = database.everything().await;
    assert_eq!((all.accounts.len(), all.changes.len()), (ACCOUNTS, ACCOUNTS + CHANGES), "nothing twice");
    assert_eq!(all.rank("chief").rank.label, "Chief", "the document says so");
}
