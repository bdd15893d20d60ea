//! The log: entries, their links, their places beside those of rank changes, filters and pages.

use rankledger_domain::chain;
use rankledger_domain::ids::{ChangeNumber, CommunityId, CredentialId};
use rankledger_domain::log::{Act, ActKind, LogPlace, LogPosition};
use rankledger_domain::log_chain::{genesis, link};
use rankledger_storage::history::Order;
use rankledger_storage::log::{LinkedEntry, LogFilter, LogPage};
use rankledger_storage::{ReadTx, Storage, WriteTx};

use crate::kit::{account_id, act, begin, change, community, new_community, read, time, uuid};

async fn page(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    filter: &LogFilter,
    order: Order,
    after: Option<LogPlace>,
    take: u32,
) -> LogPage {
    tx.log(community, filter, order, after, take).await.expect("a page")
}

/// Returns all entries that fit, oldest first.
async fn fitting(tx: &mut dyn ReadTx, community: CommunityId, filter: &LogFilter) -> Vec<LinkedEntry> {
    let all = page(tx, community, filter, Order::OldestFirst, None, 100).await;
    assert_eq!(all.next, None);
    all.entries
}

async fn append(tx: &mut dyn WriteTx, community: CommunityId, act: &Act) -> LinkedEntry {
    tx.append_to_log(community, act).await.expect("an entry")
}

async fn record(tx: &mut dyn WriteTx, community: CommunityId, number: i64) {
    tx.append_rank_change(community, &change(number)).await.expect("a change");
}

fn position(place: i64, after_change: i64) -> LogPosition {
    LogPosition { place: LogPlace(place), after_change: ChangeNumber(after_change) }
}

/// Returns an act with nothing that may be absent.
fn bare() -> Act {
    Act {
        kind: ActKind::AccountClockedOut,
        actor: None,
        credential: None,
        address: None,
        account: None,
        before: None,
        after: None,
        ..act(2)
    }
}

pub(crate) async fn an_entry_comes_back_as_it_was_written(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let of_six = Act { address: Some("2001:db8::1".parse().expect("an address")), ..act(3) };
    let written = [
        append(tx.as_mut(), club, &act(1)).await,
        append(tx.as_mut(), club, &bare()).await,
        append(tx.as_mut(), club, &of_six).await,
    ];
    tx.commit().await.expect("a commit");
    let found = fitting(read(storage).await.as_mut(), club, &LogFilter::default()).await;
    assert_eq!(found, written);
    assert_eq!([&found[0].entry.act, &found[1].entry.act, &found[2].entry.act], [&act(1), &bare(), &of_six]);
}

pub(crate) async fn entries_are_linked_to_each_other_and_to_the_ledger(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    append(tx.as_mut(), club, &act(1)).await;
    record(tx.as_mut(), club, 1).await;
    record(tx.as_mut(), club, 2).await;
    append(tx.as_mut(), club, &act(2)).await;
    append(tx.as_mut(), club, &act(3)).await;
    let uuid = new_community("club").uuid;
    let newest = tx.linked_change(club, ChangeNumber(2)).await.expect("a look-up").expect("a change").hash;
    let found = fitting(tx.as_mut(), club, &LogFilter::default()).await;
    let ledger: Vec<_> = found.iter().map(|linked| linked.entry.ledger_hash).collect();
    assert_eq!(ledger, [chain::genesis(uuid), newest, newest]);
    let mut previous = genesis(uuid);
    for linked in found {
        assert_eq!(linked.hash, link(previous, &linked.entry));
        previous = linked.hash;
    }
}

pub(crate) async fn every_community_has_a_log_and_a_chain_of_its_own(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    let of_club = append(tx.as_mut(), club, &act(1)).await;
    let of_other = append(tx.as_mut(), other, &act(1)).await;
    assert_eq!((of_club.entry.position, of_other.entry.position), (position(1, 0), position(1, 0)));
    assert_ne!(of_club.hash, of_other.hash);
    assert_eq!(fitting(tx.as_mut(), club, &LogFilter::default()).await, [of_club]);
    assert_eq!(fitting(tx.as_mut(), other, &LogFilter::default()).await, [of_other]);
}

pub(crate) async fn an_entry_that_is_rolled_back_leaves_its_place(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let first = append(tx.as_mut(), club, &act(1)).await;
    tx.savepoint().await.expect("a savepoint");
    record(tx.as_mut(), club, 1).await;
    append(tx.as_mut(), club, &act(2)).await;
    tx.rollback_to_savepoint().await.expect("a rollback");
    tx.savepoint().await.expect("another savepoint");
    let second = append(tx.as_mut(), club, &act(3)).await;
    tx.release_savepoint().await.expect("a release");
    assert_eq!(second.entry.position, position(2, 0));
    assert_eq!(second.hash, link(first.hash, &second.entry));
    tx.commit().await.expect("a commit");
    let found = fitting(read(storage).await.as_mut(), club, &LogFilter::default()).await;
    assert_eq!(found, [first, second]);
}

/// Makes a community with six entries that differ in everything that a filter can ask for.
async fn varied(tx: &mut dyn WriteTx) -> CommunityId {
    let club = community(tx, "club").await;
    for act in [
        act(1),
        Act { kind: ActKind::AccountBanned, ..act(2) },
        Act { account: Some(account_id(3)), ..act(3) },
        Act { actor: Some(account_id(3)), ..act(4) },
        Act { credential: Some(CredentialId(uuid(6))), ..act(5) },
        Act { at: time(6), ..bare() },
    ] {
        append(tx, club, &act).await;
    }
    club
}

async fn expect(tx: &mut dyn ReadTx, club: CommunityId, filter: LogFilter, expected: &[i64]) {
    let found = fitting(tx, club, &filter).await;
    let places: Vec<_> = found.iter().map(|linked| linked.entry.position.place.0).collect();
    assert_eq!(places, expected, "{filter:?}");
}

pub(crate) async fn the_log_is_filtered_by_each_member(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = varied(tx.as_mut()).await;
    let all = LogFilter::default;
    for (filter, expected) in [
        (all(), vec![1, 2, 3, 4, 5, 6]),
        (LogFilter { kinds: vec![ActKind::AccountBanned], ..all() }, vec![2]),
        (LogFilter { kinds: vec![ActKind::KeyRevoked], ..all() }, vec![]),
        (LogFilter { kinds: vec![ActKind::AccountBanned, ActKind::AccountClockedOut], ..all() }, vec![2, 6]),
        (LogFilter { account: Some(account_id(3)), ..all() }, vec![3]),
        (LogFilter { actor: Some(account_id(3)), ..all() }, vec![4]),
        (LogFilter { credential: Some(CredentialId(uuid(6))), ..all() }, vec![5]),
        (LogFilter { from: Some(time(3)), ..all() }, vec![3, 4, 5, 6]),
        (LogFilter { to: Some(time(3)), ..all() }, vec![1, 2]),
    ] {
        expect(tx.as_mut(), club, filter, &expected).await;
    }
}

pub(crate) async fn the_members_of_a_filter_of_the_log_are_combined(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = varied(tx.as_mut()).await;
    let filter = LogFilter {
        kinds: vec![ActKind::AccountRenamed],
        account: Some(account_id(1)),
        credential: Some(CredentialId(uuid(5))),
        actor: Some(account_id(2)),
        from: Some(time(1)),
        to: Some(time(5)),
    };
    expect(tx.as_mut(), club, filter.clone(), &[1]).await;
    expect(tx.as_mut(), club, LogFilter { actor: None, ..filter.clone() }, &[1, 4]).await;
    expect(tx.as_mut(), club, LogFilter { kinds: vec![ActKind::AccountKicked], ..filter }, &[]).await;
}

pub(crate) async fn the_log_comes_in_pages_in_both_orders(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = varied(tx.as_mut()).await;
    let renamed = LogFilter { kinds: vec![ActKind::AccountRenamed], ..LogFilter::default() };
    for (filter, order, expected) in [
        (LogFilter::default(), Order::OldestFirst, vec![vec![1, 2], vec![3, 4], vec![5, 6]]),
        (LogFilter::default(), Order::NewestFirst, vec![vec![6, 5], vec![4, 3], vec![2, 1]]),
        (renamed.clone(), Order::OldestFirst, vec![vec![1, 3], vec![4, 5]]),
        (renamed, Order::NewestFirst, vec![vec![5, 4], vec![3, 1]]),
    ] {
        let (mut pages, mut after) = (Vec::new(), None);
        loop {
            let page = page(tx.as_mut(), club, &filter, order, after, 2).await;
            let places = page.entries.iter().map(|linked| linked.entry.position.place.0);
            pages.push(places.collect::<Vec<_>>());
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(pages, expected, "{filter:?}");
    }
}

pub(crate) async fn places_are_shared_with_rank_changes(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let (number, place) = (ChangeNumber(7), LogPlace(7));
    assert_eq!(tx.log_position_before(club, number).await.expect("a look-up"), LogPosition::START);
    assert_eq!(tx.log_position_at(club, place).await.expect("a look-up"), LogPosition::START);
    // Places: change 1, change 2, entry, entry, change 3, entry, change 4.
    record(tx.as_mut(), club, 1).await;
    record(tx.as_mut(), club, 2).await;
    append(tx.as_mut(), club, &act(1)).await;
    append(tx.as_mut(), club, &act(2)).await;
    record(tx.as_mut(), club, 3).await;
    append(tx.as_mut(), club, &act(3)).await;
    record(tx.as_mut(), club, 4).await;
    for (number, place) in [(1, 1), (2, 2), (3, 5), (4, 7)] {
        let before = tx.log_position_before(club, ChangeNumber(number)).await.expect("a look-up");
        assert_eq!(before.place_of(ChangeNumber(number)), LogPlace(place));
    }
    for (place, number) in
        [(1, Some(1)), (2, Some(2)), (3, None), (4, None), (5, Some(3)), (6, None), (7, Some(4))]
    {
        let at = tx.log_position_at(club, LogPlace(place)).await.expect("a look-up");
        assert_eq!(at.change_at(LogPlace(place)), number.map(ChangeNumber), "{place}");
    }
}
