//! The history: filters, pages in both directions, and the links of the hash chain.

use rankledger_domain::account::HeldRank;
use rankledger_domain::chain::{genesis, link};
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CommunityId, CredentialId};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_storage::history::{HistoryFilter, LedgerHead, LinkedChange, Order};
use rankledger_storage::rollbacks::Rollback;
use rankledger_storage::{ReadTx, Storage, WriteTx};

use crate::kit::{
    account_id, begin, change, community, held, new_community, rank_id, reversal, time, transition, uuid,
};

fn batch(number: u128) -> BatchId {
    BatchId(uuid(number))
}

fn credential(number: u128) -> CredentialId {
    CredentialId(uuid(number))
}

/// Returns a change of this account by this person with this credential.
fn by(number: i64, account: u128, actor: u128, credential: u128) -> RankChange {
    RankChange {
        account: account_id(account),
        actor: Some(account_id(actor)),
        credential: Some(CredentialId(uuid(credential))),
        batch: None,
        ..change(number)
    }
}

/// Returns eight changes that differ in everything that a filter can ask for.
fn changes() -> [RankChange; 8] {
    let until = |end| HeldRank { rank: rank_id(1), expires_at: Some(time(end)) };
    let nobody = |change| RankChange { actor: None, credential: None, ..change };
    [
        by(1, 1, 2, 5),
        RankChange { transition: transition(&[], &[held(2)]), source: Source::Flow, ..by(2, 2, 2, 6) },
        RankChange { transition: transition(&[], &[held(1), held(2)]), ..by(3, 3, 3, 5) },
        // Another end for a rank that stays.
        RankChange {
            transition: transition(&[held(2), until(500)], &[held(2), until(600)]),
            source: Source::Import,
            ..by(4, 1, 3, 6)
        },
        // A change that only reorders the ranks touches none of them.
        nobody(RankChange {
            transition: transition(&[held(1), held(2)], &[held(2), held(1)]),
            ..by(5, 1, 1, 1)
        }),
        RankChange {
            transition: transition(&[held(2)], &[]),
            source: Source::Rollback,
            batch: Some(batch(7)),
            kind: ChangeKind::Undo,
            reverses: Some(ChangeNumber(2)),
            ..by(6, 2, 1, 6)
        },
        RankChange { transition: transition(&[held(1), held(2)], &[held(2)]), ..by(7, 3, 2, 5) },
        RankChange { batch: Some(batch(8)), account: account_id(2), ..reversal(8, 6, ChangeKind::Redo) },
    ]
}

/// Returns a community with these changes.
async fn filled(tx: &mut dyn WriteTx) -> CommunityId {
    let club = community(tx, "club").await;
    for change in changes() {
        tx.append_rank_change(club, &change).await.expect("a change");
        if let Some(batch) = change.batch {
            let (first, last) = (change.number, change.number);
            let rollback = Rollback { batch, first, last, at: time(1), report: "{}".to_owned() };
            tx.insert_rollback(club, &rollback).await.expect("a rollback");
        }
    }
    club
}

/// Returns the changes of every page, in this order.
async fn pages(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    filter: &HistoryFilter,
    order: Order,
    take: u32,
) -> Vec<LinkedChange> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = tx.history(community, filter, order, after, take).await.expect("a page");
        assert!(page.changes.len() <= usize::try_from(take).expect("a small number"));
        all.extend(page.changes);
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

async fn numbers(tx: &mut dyn ReadTx, community: CommunityId, filter: &HistoryFilter) -> Vec<i64> {
    let found = pages(tx, community, filter, Order::OldestFirst, 100).await;
    found.iter().map(|linked| linked.change.number.0).collect()
}

pub(crate) async fn the_history_is_filtered_by_each_member(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = filled(tx.as_mut()).await;
    let all = HistoryFilter::default;
    for (filter, expected) in [
        (all(), vec![1, 2, 3, 4, 5, 6, 7, 8]),
        (HistoryFilter { accounts: vec![account_id(1)], ..all() }, vec![1, 4, 5]),
        (HistoryFilter { accounts: vec![account_id(3), account_id(2)], ..all() }, vec![2, 3, 6, 7, 8]),
        (HistoryFilter { accounts: vec![account_id(9), account_id(8)], ..all() }, vec![]),
        (HistoryFilter { actor: Some(account_id(2)), ..all() }, vec![1, 2, 7, 8]),
        (HistoryFilter { actor: Some(AccountId(uuid(9))), ..all() }, vec![]),
        (HistoryFilter { credential: Some(credential(6)), ..all() }, vec![2, 4, 6]),
        (HistoryFilter { batch: Some(batch(7)), ..all() }, vec![6]),
        (HistoryFilter { ranks: vec![rank_id(1)], ..all() }, vec![1, 3, 4, 7, 8]),
        (HistoryFilter { ranks: vec![rank_id(2)], ..all() }, vec![2, 3, 6]),
        (HistoryFilter { ranks: vec![rank_id(3), rank_id(2)], ..all() }, vec![2, 3, 6]),
        (HistoryFilter { ranks: vec![rank_id(3)], ..all() }, vec![]),
        (HistoryFilter { source: Some(Source::Flow), ..all() }, vec![2]),
        (HistoryFilter { from: Some(time(6)), ..all() }, vec![6, 7, 8]),
        (HistoryFilter { to: Some(time(6)), ..all() }, vec![1, 2, 3, 4, 5]),
        (HistoryFilter { from: Some(time(6)), to: Some(time(6)), ..all() }, vec![]),
        (HistoryFilter { undone: Some(true), ..all() }, vec![2, 6]),
        (HistoryFilter { undone: Some(false), ..all() }, vec![1, 3, 4, 5, 7, 8]),
    ] {
        assert_eq!(numbers(tx.as_mut(), club, &filter).await, expected, "{filter:?}");
    }
}

/// Returns a filter for each combination of these members.
fn combinations() -> Vec<HistoryFilter> {
    let mut all = vec![HistoryFilter::default()];
    let mut cross = |edit: fn(&mut HistoryFilter)| {
        let mut edited = all.clone();
        edited.iter_mut().for_each(edit);
        all.extend(edited);
    };
    cross(|filter| filter.accounts = vec![account_id(2)]);
    cross(|filter| filter.accounts = vec![account_id(1), account_id(3)]);
    cross(|filter| filter.actor = Some(account_id(2)));
    cross(|filter| filter.credential = Some(credential(5)));
    cross(|filter| filter.batch = Some(batch(8)));
    cross(|filter| filter.ranks = vec![rank_id(1)]);
    cross(|filter| filter.ranks = vec![rank_id(2), rank_id(4)]);
    cross(|filter| filter.source = Some(Source::Api));
    cross(|filter| filter.from = Some(time(2)));
    cross(|filter| filter.to = Some(time(8)));
    cross(|filter| filter.undone = Some(false));
    cross(|filter| filter.undone = Some(true));
    all
}

pub(crate) async fn the_members_of_a_filter_are_combined(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = filled(tx.as_mut()).await;
    let whole = pages(tx.as_mut(), club, &HistoryFilter::default(), Order::OldestFirst, 100).await;
    let mut found_something = 0;
    for filter in combinations() {
        let fitting = whole.iter().map(|linked| &linked.change).filter(|change| filter.matches(change));
        let expected: Vec<_> = fitting.map(|change| change.number.0).collect();
        assert_eq!(numbers(tx.as_mut(), club, &filter).await, expected, "{filter:?}");
        found_something += usize::from(!expected.is_empty());
    }
    assert!(found_something > 100, "{found_something} of them find something");
}

pub(crate) async fn a_time_between_two_milliseconds_is_between_them(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = filled(tx.as_mut()).await;
    let between = time(3) + jiff::SignedDuration::from_micros(500);
    let from = HistoryFilter { from: Some(between), ..HistoryFilter::default() };
    assert_eq!(numbers(tx.as_mut(), club, &from).await, [4, 5, 6, 7, 8]);
    let to = HistoryFilter { to: Some(between), ..HistoryFilter::default() };
    assert_eq!(numbers(tx.as_mut(), club, &to).await, [1, 2, 3]);
}

pub(crate) async fn times_need_not_grow_with_the_numbers(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    for (number, at) in [(1, 50), (2, 7), (3, 60), (4, 7), (5, 8), (6, 90)] {
        let earlier = RankChange { at: time(at), ..change(number) };
        tx.append_rank_change(club, &earlier).await.expect("a clock may be set back");
    }
    for (from, to, expected) in [
        (Some(7), Some(8), vec![2, 4]),
        (Some(8), Some(60), vec![1, 5]),
        (Some(51), None, vec![3, 6]),
        (None, Some(51), vec![1, 2, 4, 5]),
        (Some(61), Some(90), vec![]),
    ] {
        let filter = HistoryFilter { from: from.map(time), to: to.map(time), ..HistoryFilter::default() };
        assert_eq!(numbers(tx.as_mut(), club, &filter).await, expected, "{filter:?}");
        let newest_first = pages(tx.as_mut(), club, &filter, Order::NewestFirst, 1).await;
        let newest_first = newest_first.iter().map(|linked| linked.change.number.0);
        assert!(newest_first.eq(expected.into_iter().rev()), "{filter:?}");
    }
}

pub(crate) async fn the_history_comes_in_pages_in_both_orders(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = filled(tx.as_mut()).await;
    let filters =
        [HistoryFilter::default(), HistoryFilter { undone: Some(false), ..HistoryFilter::default() }];
    for filter in &filters {
        let mut whole = pages(tx.as_mut(), club, filter, Order::OldestFirst, 100).await;
        for take in 1..=9 {
            assert_eq!(pages(tx.as_mut(), club, filter, Order::OldestFirst, take).await, whole, "{take}");
        }
        whole.reverse();
        for take in 1..=9 {
            assert_eq!(pages(tx.as_mut(), club, filter, Order::NewestFirst, take).await, whole, "{take}");
        }
    }
    for order in [Order::OldestFirst, Order::NewestFirst] {
        let page = tx.history(club, &filters[0], order, None, 8).await.expect("a page");
        assert_eq!((page.changes.len(), page.next), (8, None), "a page that is the last says so");
    }
    let beyond = tx.history(club, &filters[0], Order::OldestFirst, Some(ChangeNumber(8)), 5).await;
    let beyond = beyond.expect("a page");
    assert_eq!((beyond.changes.len(), beyond.next), (0, None));
}

pub(crate) async fn a_place_in_the_history_stays_while_it_grows(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = filled(tx.as_mut()).await;
    let all = HistoryFilter::default();
    let numbers = |changes: &[LinkedChange]| -> Vec<_> {
        changes.iter().map(|linked| linked.change.number.0).collect()
    };
    let newest = tx.history(club, &all, Order::NewestFirst, None, 3).await.expect("a page");
    let oldest = tx.history(club, &all, Order::OldestFirst, None, 6).await.expect("a page");
    for number in 9..=10 {
        tx.append_rank_change(club, &change(number)).await.expect("a change");
    }
    assert_eq!(numbers(&newest.changes), [8, 7, 6]);
    let newest = tx.history(club, &all, Order::NewestFirst, newest.next, 3).await.expect("a page");
    assert_eq!(numbers(&newest.changes), [5, 4, 3]);
    let oldest = tx.history(club, &all, Order::OldestFirst, oldest.next, 6).await.expect("a page");
    assert_eq!(numbers(&oldest.changes), [7, 8, 9, 10]);
}

pub(crate) async fn each_change_is_linked_to_the_one_before(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let mut hash = genesis(new_community("club").uuid);
    let head = tx.ledger_head(club).await.expect("a look-up");
    assert_eq!(head, LedgerHead { number: ChangeNumber(0), hash });
    let mut linked = Vec::new();
    for change in changes() {
        tx.append_rank_change(club, &change).await.expect("a change");
        hash = link(hash, &change);
        let head = tx.ledger_head(club).await.expect("a look-up");
        assert_eq!(head, LedgerHead { number: change.number, hash });
        linked.push((change.number, hash));
    }
    let history = pages(tx.as_mut(), club, &HistoryFilter::default(), Order::OldestFirst, 3).await;
    for (found, (number, hash)) in history.iter().zip(&linked) {
        assert_eq!((found.change.number, found.hash), (*number, *hash));
        let by_number = tx.linked_change(club, *number).await.expect("a look-up");
        assert_eq!(by_number.as_ref(), Some(found));
        let alone = tx.rank_change(club, *number).await.expect("a look-up");
        assert_eq!(alone.as_ref(), Some(&found.change));
    }
    assert_eq!(history.len(), linked.len());
    assert_eq!(tx.linked_change(club, ChangeNumber(9)).await.expect("a look-up"), None);
}

pub(crate) async fn a_change_that_is_refused_moves_no_head(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = filled(tx.as_mut()).await;
    let head = tx.ledger_head(club).await.expect("a look-up");
    tx.savepoint().await.expect("a savepoint");
    tx.append_rank_change(club, &reversal(9, 2, ChangeKind::Undo)).await.expect_err("2 is reversed");
    tx.rollback_to_savepoint().await.expect("a rollback");
    assert_eq!(tx.ledger_head(club).await.expect("a look-up"), head);
    tx.append_rank_change(club, &change(9)).await.expect("the next");
    let linked = tx.linked_change(club, ChangeNumber(9)).await.expect("a look-up").expect("the change");
    assert_eq!(linked.hash, link(head.hash, &change(9)));
}

pub(crate) async fn every_community_has_a_history_and_a_chain_of_its_own(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = filled(tx.as_mut()).await;
    let other = community(tx.as_mut(), "other").await;
    for filter in combinations() {
        assert_eq!(numbers(tx.as_mut(), other, &filter).await, [0; 0], "{filter:?}");
    }
    assert_eq!(tx.linked_change(other, ChangeNumber(1)).await.expect("a look-up"), None);
    let head = tx.ledger_head(other).await.expect("a look-up");
    assert_eq!(head, LedgerHead { number: ChangeNumber(0), hash: genesis(new_community("other").uuid) });
    let before = tx.ledger_head(club).await.expect("a look-up");
    tx.append_rank_change(other, &change(1)).await.expect("a change");
    assert_eq!(tx.ledger_head(club).await.expect("a look-up"), before);
    let [ours, theirs] = [club, other].map(|id| (id, ChangeNumber(1)));
    let ours = tx.linked_change(ours.0, ours.1).await.expect("a look-up").expect("a change");
    let theirs = tx.linked_change(theirs.0, theirs.1).await.expect("a look-up").expect("a change");
    assert_ne!(ours.hash, theirs.hash);
    assert_eq!(tx.ledger_head(CommunityId(77)).await.ok(), None, "nobody's ledger is no empty one");
}
