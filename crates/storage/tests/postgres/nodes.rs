//! Nodes on one database, and a database that goes away under them.

use std::time::Duration;

use futures_util::future::join_all;
use rankledger_domain::ids::{ChangeNumber, UndoId};
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::prefetch::Prefetch;
use rankledger_storage::{Storage, StorageError};
use tokio::time::timeout;

use crate::Cluster;
use crate::kit::{begin, change, rank, read, uuid};

/// A short time, but long enough for everything that does not have to wait, also on a busy machine.
const MOMENT: Duration = Duration::from_secs(10);

/// Ends every other connection to the database, as a server does that shuts down.
async fn cut_off(cluster: &Cluster) {
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()";
    cluster.sql(others).await;
}

#[tokio::test]
async fn communities_are_written_side_by_side() {
    let cluster = Cluster::fresh().await;
    let (club, other) = (cluster.community("club").await, cluster.community("other").await);
    let mut first = begin(&cluster.nodes[0]).await;
    first.append_rank_change(club, &change(1)).await.expect("a change");
    let second = async {
        let mut second = begin(&cluster.nodes[0]).await;
        second.append_rank_change(other, &change(1)).await.expect("a change");
        second.commit().await.expect("a commit");
    };
    timeout(MOMENT, second).await.expect("nobody waits for another community");
    first.commit().await.expect("a commit");
}

#[tokio::test]
async fn a_transaction_that_ends_with_its_runtime_keeps_no_lock() {
    let cluster = Cluster::fresh().await;
    let club = cluster.community("club").await;
    let mut first = begin(&cluster.nodes[0]).await;
    first.append_rank_change(club, &change(1)).await.expect("a change");
    let ends_at_once = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async move { drop(first) });
    };
    tokio::task::spawn_blocking(ends_at_once).await.expect("it ends");
    let second = async {
        let mut second = begin(&cluster.nodes[1]).await;
        second.append_rank_change(club, &change(1)).await.expect("a change");
        second.commit().await.expect("a commit");
    };
    timeout(MOMENT, second).await.expect("nobody holds the community any more");
}

#[tokio::test]
async fn a_node_sees_what_another_has_just_written() {
    let cluster = Cluster::fresh().await;
    let club = cluster.community("club").await;
    let [one, other] = &cluster.nodes;
    let fifth = rank(5).rank.id;
    assert_eq!(read(one).await.ranks(club).await.expect("the ranks").get(fifth), None);
    let mut tx = begin(other).await;
    tx.put_rank(club, &rank(5)).await.expect("a rank");
    tx.commit().await.expect("a commit");
    let seen = read(one).await.ranks(club).await.expect("the ranks");
    assert!(seen.get(fifth).is_some(), "a reader sees it");
    let mut tx = begin(other).await;
    tx.put_rank(club, &rank(6)).await.expect("a rank");
    tx.commit().await.expect("a commit");
    let seen = begin(one).await.ranks(club).await.expect("the ranks");
    assert!(seen.get(rank(6).rank.id).is_some(), "and so does a writer");
}

#[tokio::test]
async fn the_numbers_of_two_nodes_have_no_hole_and_no_repeat() {
    let cluster = Cluster::fresh().await;
    let club = cluster.community("club").await;
    let writers = (0..20_u128).map(|writer| {
        let node = &cluster.nodes[usize::from(writer % 2 == 1)];
        async move {
            let mut tx = begin(node).await;
            let number = tx.last_change_number(club).await.expect("a look-up").next();
            let undo_id = UndoId(uuid(5000 + writer));
            let next = RankChange { undo_id, ..change(number.0) };
            tx.append_rank_change(club, &next).await.expect("a change");
            tx.commit().await.expect("a commit");
            number.0
        }
    });
    let mut numbers = join_all(writers).await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_connection_that_was_lost_is_replaced() {
    let cluster = Cluster::fresh().await;
    let club = cluster.community("club").await;
    let [node, _] = &cluster.nodes;
    let mut lost = begin(node).await;
    lost.append_rank_change(club, &change(1)).await.expect("it is buffered");
    let mut view = read(node).await;
    view.ranks(club).await.expect("the ranks");
    cut_off(&cluster).await;

    let outcome = lost.commit().await;
    assert!(matches!(outcome, Err(StorageError::Unavailable(_))), "nothing was sent yet: {outcome:?}");
    let outcome = view.departments(club).await;
    assert!(matches!(outcome, Err(StorageError::Unavailable(_))), "{outcome:?}");
    drop(view);

    let mut again = begin(node).await;
    assert_eq!(again.last_change_number(club).await.expect("a look-up"), ChangeNumber(0));
    again.append_rank_change(club, &change(1)).await.expect("a change");
    again.commit().await.expect("a commit");
}

#[tokio::test]
async fn whoever_finds_every_connection_in_use_is_told_so() {
    let cluster = Cluster::fresh().await;
    let [node, _] = &cluster.nodes;
    let held = [begin(node).await, begin(node).await, begin(node).await, begin(node).await];
    let outcome = node.begin().await.map(drop);
    assert!(matches!(outcome, Err(StorageError::Unavailable(_))), "{outcome:?}");
    drop(held);
    begin(node).await.commit().await.expect("a commit");
}

/// Without a fixed order, two writers that each lock what the other needs would wait for ever.
#[tokio::test]
async fn communities_are_locked_in_one_order_whatever_the_order_they_are_named_in() {
    let cluster = Cluster::fresh().await;
    let (club, other) = (cluster.community("club").await, cluster.community("other").await);
    let orders = [vec![club, other], vec![other, club]];
    let writers = (0..40_usize).map(|writer| {
        let (node, communities) = (&cluster.nodes[writer % 2], orders[writer / 2 % 2].clone());
        async move {
            let mut tx = begin(node).await;
            let prefetch = Prefetch { communities: communities.clone(), ..Prefetch::default() };
            tx.prefetch(&prefetch).await.expect("both, in time");
            for community in communities {
                let number = tx.last_change_number(community).await.expect("a look-up").next();
                let undo_id = UndoId(uuid(5000 + writer as u128));
                let next = RankChange { undo_id, ..change(number.0) };
                tx.append_rank_change(community, &next).await.expect("a change");
            }
            tx.commit().await.expect("a commit");
        }
    });
    timeout(MOMENT, join_all(writers)).await.expect("nobody waits for ever");
    for community in [club, other] {
        let last = read(&cluster.nodes[0]).await.last_change_number(community).await;
        assert_eq!(last.expect("a look-up"), ChangeNumber(40));
    }
}

#[tokio::test]
async fn of_several_communities_those_are_left_aside_that_another_node_writes_to() {
    let cluster = Cluster::fresh().await;
    let (club, other) = (cluster.community("club").await, cluster.community("other").await);
    let mut first = begin(&cluster.nodes[0]).await;
    first.append_rank_change(club, &change(1)).await.expect("a change");
    let mut second = begin(&cluster.nodes[1]).await;
    let free = timeout(MOMENT, second.write_to(vec![club, other])).await.expect("it waits for nobody");
    assert_eq!(free.expect("the rest"), [other]);
    second.append_rank_change(other, &change(1)).await.expect("a change");
    second.commit().await.expect("a commit");

    let mut third = begin(&cluster.nodes[1]).await;
    let (alone, ()) = tokio::join!(third.write_to(vec![club]), async {
        first.commit().await.expect("a commit");
    });
    assert_eq!(alone.expect("it was waited for"), [club]);
    assert_eq!(third.last_change_number(club).await.expect("a look-up"), ChangeNumber(1));
}

/// PostgreSQL releases the locks that were taken since a savepoint when it rolls back to it.
#[tokio::test]
async fn a_community_is_locked_again_after_a_rollback_to_a_savepoint() {
    let cluster = Cluster::fresh().await;
    let (club, other) = (cluster.community("club").await, cluster.community("other").await);
    let mut first = begin(&cluster.nodes[0]).await;
    first.append_rank_change(other, &change(1)).await.expect("a change");
    first.savepoint().await.expect("a savepoint");
    // The first write makes the savepoint in the database, so only the lock of the second comes after it.
    first.put_rank(other, &rank(5)).await.expect("a rank");
    first.put_rank(club, &rank(5)).await.expect("a rank");
    first.rollback_to_savepoint().await.expect("a rollback");

    let mut second = begin(&cluster.nodes[1]).await;
    let free = second.write_to(vec![club, other]).await.expect("those that are free");
    assert_eq!(free, [club], "what was locked before the savepoint stays locked");
    second.append_rank_change(club, &change(1)).await.expect("a change");
    let (number, ()) = tokio::join!(first.last_change_number(club), async {
        second.commit().await.expect("a commit");
    });
    assert_eq!(number.expect("a look-up"), ChangeNumber(1), "it waited for the other node");
    first.append_rank_change(club, &change(2)).await.expect("a change");
    first.commit().await.expect("a commit");
    assert_eq!(
        read(&cluster.nodes[1]).await.last_change_number(club).await.expect("a look-up"),
        ChangeNumber(2)
    );
}
