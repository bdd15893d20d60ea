//! The writes of rank changes are buffered until the commit. Nobody must notice.

use rankledger_domain::api_key::KeyHash;
use rankledger_domain::ids::{ChangeNumber, CommunityId, CredentialId};
use rankledger_domain::rank_change::{ChangeKind, RankChange};
use rankledger_storage::accounts::Profile;
use rankledger_storage::idempotency_keys::IdempotencyKey;
use rankledger_storage::prefetch::Prefetch;
use rankledger_storage::{StorageError, WriteTx};

use crate::Cluster;
use crate::kit::{
    account_id, begin, bot, change, held, profile, read, reversal, standing, time, transition, uuid,
};

/// Gives account 1 the rank of this number, on top of those it holds, and records it as change `number`.
async fn give(tx: &mut dyn WriteTx, club: CommunityId, number: i64, rank: u128) -> i64 {
    let found = tx.standing(club, account_id(1)).await.expect("a look-up").expect("an account");
    let mut after = found.account.ranks.clone();
    after.push(held(rank));
    let carried_out = transition(&found.account.ranks, &after);
    let change = RankChange { transition: carried_out, ..change(number) };
    tx.append_rank_change(club, &change).await.expect("a change");
    let after = tx.standing(club, account_id(1)).await.expect("a look-up").expect("an account");
    after.version
}

async fn ranks(cluster: &Cluster, club: CommunityId) -> Vec<u128> {
    let found = read(&cluster.nodes[1]).await.standing(club, account_id(1)).await;
    let found = found.expect("a look-up").expect("an account");
    found.account.ranks.iter().map(|held| held.rank.0.as_u128()).collect()
}

#[tokio::test]
async fn one_account_is_changed_several_times_in_a_transaction() {
    let cluster = Cluster::fresh().await;
    let club = cluster.community("club").await;

    let mut tx = begin(&cluster.nodes[0]).await;
    assert_eq!(give(tx.as_mut(), club, 1, 3).await, 2);
    assert_eq!(give(tx.as_mut(), club, 2, 1).await, 3);
    let without_the_first = transition(&[held(3), held(1)], &[held(1)]);
    let undo = RankChange { transition: without_the_first, ..reversal(3, 1, ChangeKind::Undo) };
    tx.append_rank_change(club, &undo).await.expect("it reverses one that is buffered");
    assert_eq!(give(tx.as_mut(), club, 4, 3).await, 5);
    tx.commit().await.expect("a commit");

    assert_eq!(ranks(&cluster, club).await, [1, 3]);
    let mut view = read(&cluster.nodes[1]).await;
    let first = view.rank_change(club, ChangeNumber(1)).await.expect("a look-up").expect("a change");
    assert_eq!(first.reversed_by, Some(ChangeNumber(3)));
    assert_eq!(view.last_change_number(club).await.expect("a look-up"), ChangeNumber(4));
}

#[tokio::test]
async fn a_savepoint_stands_between_buffered_writes() {
    let cluster = Cluster::fresh().await;
    let club = cluster.community("club").await;

    let mut tx = begin(&cluster.nodes[0]).await;
    give(tx.as_mut(), club, 1, 1).await;
    tx.savepoint().await.expect("a savepoint");
    give(tx.as_mut(), club, 2, 2).await;
    tx.rollback_to_savepoint().await.expect("a rollback");
    tx.savepoint().await.expect("a savepoint");
    give(tx.as_mut(), club, 2, 3).await;
    // This is written at once, and what was buffered with it.
    tx.insert_account(club, &profile(8), &standing(8)).await.expect("an account");
    tx.rollback_to_savepoint().await.expect("a rollback");
    tx.savepoint().await.expect("a savepoint");
    give(tx.as_mut(), club, 2, 4).await;
    tx.insert_account(club, &profile(9), &standing(9)).await.expect("an account");
    tx.release_savepoint().await.expect("a release");
    tx.commit().await.expect("a commit");

    assert_eq!(ranks(&cluster, club).await, [1, 4]);
    let mut view = read(&cluster.nodes[1]).await;
    assert!(view.standing(club, account_id(8)).await.expect("a look-up").is_none());
    assert!(view.standing(club, account_id(9)).await.expect("a look-up").is_some());
    assert_eq!(view.last_change_number(club).await.expect("a look-up"), ChangeNumber(2));
}

#[tokio::test]
async fn nothing_is_kept_of_a_transaction_in_which_a_statement_failed() {
    let cluster = Cluster::fresh().await;
    let club = cluster.community("club").await;

    let mut tx = begin(&cluster.nodes[0]).await;
    give(tx.as_mut(), club, 1, 1).await;
    assert!(tx.is_intact());
    let again = tx.insert_account(club, &profile(1), &standing(1)).await;
    assert!(matches!(again, Err(StorageError::Conflict(_))), "{again:?}");
    assert!(!tx.is_intact(), "whoever looks sees that something has happened");
    let outcome = tx.commit().await;
    assert!(matches!(outcome, Err(StorageError::HalfWritten)), "{outcome:?}");
    assert_eq!(ranks(&cluster, club).await, [0; 0]);
}

#[tokio::test]
async fn a_failure_behind_an_isolated_savepoint_spoils_nothing_else() {
    let cluster = Cluster::fresh().await;
    let club = cluster.community("club").await;
    let mut tx = begin(&cluster.nodes[0]).await;
    tx.isolate_savepoints();
    tx.savepoint().await.expect("a savepoint");
    give(tx.as_mut(), club, 1, 1).await;
    tx.release_savepoint().await.expect("a release");

    // A text that the database does not take: it is found out when it is sent.
    tx.savepoint().await.expect("a savepoint");
    let carried_out = transition(&[held(1)], &[held(1), held(9)]);
    let poison = RankChange { transition: carried_out, reason: Some("\0".to_owned()), ..change(2) };
    tx.append_rank_change(club, &poison).await.expect("it is buffered");
    let sent = tx.release_savepoint().await;
    assert!(matches!(sent, Err(StorageError::Engine(_))), "{sent:?}");
    assert!(!tx.is_intact());
    tx.rollback_to_savepoint().await.expect("a way back");
    assert!(tx.is_intact());

    // A statement that fails before anything is written.
    tx.savepoint().await.expect("a savepoint");
    let again = tx.insert_account(club, &profile(1), &standing(1)).await;
    assert!(matches!(again, Err(StorageError::Conflict(_))), "{again:?}");
    tx.rollback_to_savepoint().await.expect("a way back");

    tx.savepoint().await.expect("a savepoint");
    give(tx.as_mut(), club, 2, 2).await;
    tx.release_savepoint().await.expect("a release");
    tx.commit().await.expect("a commit");
    assert_eq!(ranks(&cluster, club).await, [1, 2]);
}

fn key() -> IdempotencyKey {
    IdempotencyKey {
        credential: CredentialId(uuid(1)),
        key: "promotion".to_owned(),
        fingerprint: [7; 32],
        answer: b"done".to_vec(),
        created_at: time(0),
    }
}

/// Both communities have account 1, and the idempotency key is looked up in both.
#[tokio::test]
async fn what_is_prefetched_of_several_communities_is_told_apart() {
    let cluster = Cluster::fresh().await;
    let (club, other) = (cluster.community("club").await, cluster.community("other").await);
    let mut tx = begin(&cluster.nodes[0]).await;
    give(tx.as_mut(), club, 1, 1).await;
    give(tx.as_mut(), other, 1, 2).await;
    tx.insert_credential(&bot(other, 1), &KeyHash([1; 32])).await.expect("a credential");
    tx.put_idempotency_key(other, &key()).await.expect("a key");
    tx.commit().await.expect("a commit");

    let mut tx = begin(&cluster.nodes[0]).await;
    let name = (key().credential, key().key);
    let prefetch = Prefetch {
        communities: vec![other, club],
        standings: vec![(club, account_id(1))],
        snapshots: vec![(other, account_id(1)), (club, account_id(9))],
        idempotency_keys: [club, other].map(|community| (community, name.0, name.1.clone())).into(),
        ..Prefetch::default()
    };
    tx.prefetch(&prefetch).await.expect("what is known of them");
    for (community, rank) in [(club, 1), (other, 2)] {
        let found = tx.standing(community, account_id(1)).await.expect("a look-up").expect("an account");
        assert_eq!(found.account.ranks, [held(rank)]);
    }
    assert!(tx.standing(club, account_id(9)).await.expect("a look-up").is_none());
    assert!(tx.snapshot(club, account_id(9)).await.expect("a look-up").is_none());
    assert_eq!(tx.idempotency_key(club, name.0, &name.1).await.expect("a look-up"), None);
    assert_eq!(tx.idempotency_key(other, name.0, &name.1).await.expect("a look-up"), Some(key()));
    give(tx.as_mut(), club, 2, 3).await;
    give(tx.as_mut(), other, 2, 4).await;
    let prefetched = tx.snapshot(other, account_id(1)).await.expect("a look-up").expect("an account");
    assert_eq!(prefetched.standing.account.ranks, [held(2), held(4)], "with what was buffered meanwhile");
    let read = tx.snapshot(other, account_id(1)).await.expect("a look-up").expect("an account");
    assert_eq!(read, prefetched);
    tx.commit().await.expect("a commit");

    assert_eq!((ranks(&cluster, club).await, ranks(&cluster, other).await), (vec![1, 3], vec![2, 4]));
}

/// The transaction goes on with what it read before another program wrote past the lock.
#[tokio::test]
async fn the_accounts_of_named_changes_are_prefetched() {
    let cluster = Cluster::fresh().await;
    let (club, other) = (cluster.community("club").await, cluster.community("other").await);
    let mut tx = begin(&cluster.nodes[0]).await;
    give(tx.as_mut(), club, 1, 1).await;
    give(tx.as_mut(), other, 1, 1).await;
    tx.commit().await.expect("a commit");
    let undo_id = change(1).undo_id;

    for (named, community) in [
        (Prefetch { changes: vec![(club, ChangeNumber(1))], ..Prefetch::default() }, club),
        (Prefetch { undo_ids: vec![(other, undo_id)], ..Prefetch::default() }, other),
    ] {
        let mut tx = begin(&cluster.nodes[0]).await;
        let absent = [(club, ChangeNumber(9)), (other, ChangeNumber(9))];
        let changes = named.changes.iter().copied().chain(absent).collect();
        tx.prefetch(&Prefetch { communities: vec![club, other], changes, ..named }).await.expect("rows");
        cluster.sql("UPDATE account_standings SET version = version + 100").await;
        let found = tx.standing(community, account_id(1)).await.expect("a look-up").expect("an account");
        assert!(found.version < 100, "it is not read again: {}", found.version);
        drop(tx);
        cluster.sql("UPDATE account_standings SET version = version - 100").await;
    }
}

/// Returns the bio of account 1, as the row has it.
async fn bio(tx: &mut dyn WriteTx, club: CommunityId) -> Option<String> {
    tx.snapshot(club, account_id(1))
        .await
        .expect("a look-up")
        .expect("an account")
        .details
        .profile
        .bio
        .clone()
}

#[tokio::test]
async fn a_prefetched_row_is_not_used_after_something_else_is_written_or_rolled_back() {
    let cluster = Cluster::fresh().await;
    let club = cluster.community("club").await;
    let id = (club, account_id(1));
    let prefetch = Prefetch { snapshots: vec![id], ..Prefetch::default() };
    let before = profile(1);
    let edited = Profile { bio: Some("Another.".to_owned()), ..before.clone() };

    let mut tx = begin(&cluster.nodes[0]).await;
    tx.write_to(vec![club]).await.expect("a lock");
    tx.prefetch(&prefetch).await.expect("the row");
    tx.update_profile(club, &edited).await.expect("an edit");
    assert_eq!(bio(tx.as_mut(), club).await, edited.bio);
    drop(tx);

    let mut tx = begin(&cluster.nodes[0]).await;
    tx.write_to(vec![club]).await.expect("a lock");
    tx.savepoint().await.expect("a savepoint");
    tx.update_profile(club, &edited).await.expect("an edit");
    tx.prefetch(&prefetch).await.expect("the row");
    tx.rollback_to_savepoint().await.expect("a way back");
    assert_eq!(bio(tx.as_mut(), club).await, before.bio);
}

#[tokio::test]
async fn a_damaged_row_fails_only_who_asks_for_it() {
    let cluster = Cluster::fresh().await;
    let club = cluster.community("club").await;
    cluster.sql("UPDATE accounts SET join_date = 9223372036854775807").await;
    let (damaged, whole) = ((club, account_id(1)), (club, account_id(2)));
    let mut tx = begin(&cluster.nodes[0]).await;
    tx.write_to(vec![club]).await.expect("a lock");
    let prefetch = Prefetch { standings: vec![whole], snapshots: vec![damaged], ..Prefetch::default() };
    tx.prefetch(&prefetch).await.expect("what can be known of them");
    assert!(matches!(tx.snapshot(damaged.0, damaged.1).await, Err(StorageError::Corrupt(_))));
    give(tx.as_mut(), club, 1, 1).await;
    tx.commit().await.expect("a commit");
}
