//! Grants that end, of all accounts.

use jiff::Timestamp;
use rankledger_domain::account::HeldRank;
use rankledger_domain::guard::{Freeze, Guards};
use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_storage::{Storage, WriteTx};

use crate::kit::{account_id, begin, carry_out, community, held, rank_id, read, time, transition, uuid};

fn until(rank: u128, end: i64) -> HeldRank {
    HeldRank { rank: rank_id(rank), expires_at: Some(time(end)) }
}

async fn give(tx: &mut dyn WriteTx, community: CommunityId, account: u128, ranks: &[HeldRank]) {
    let given = transition(&[], ranks);
    carry_out(tx, community, account_id(account), &given).await;
}

pub(crate) async fn the_holders_of_ended_grants_are_found_in_the_order_of_the_ends(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    give(tx.as_mut(), club, 1, &[held(4), until(1, 30), until(2, 10)]).await;
    give(tx.as_mut(), club, 2, &[held(4)]).await;
    give(tx.as_mut(), club, 3, &[until(1, 40)]).await;
    give(tx.as_mut(), other, 1, &[until(3, 20)]).await;
    tx.commit().await.expect("a commit");

    let mut tx = read(storage).await;
    for (now, expected) in [
        (9, vec![]),
        (10, vec![(club, account_id(1))]),
        (20, vec![(club, account_id(1)), (other, account_id(1))]),
        (39, vec![(club, account_id(1)), (other, account_id(1))]),
        (40, vec![(club, account_id(1)), (other, account_id(1)), (club, account_id(3))]),
    ] {
        assert_eq!(tx.due_grants(time(now), 10).await.expect("a list"), expected, "at {now}");
    }
    let first = tx.due_grants(time(40), 2).await.expect("a list");
    assert_eq!(first, [(club, account_id(1)), (other, account_id(1))]);
    assert_eq!(tx.due_grants(time(40), 1).await.expect("a list"), [(club, account_id(1))]);
}

async fn freeze(tx: &mut dyn WriteTx, community: CommunityId, frozen: bool) {
    let freeze = Freeze { at: time(1), user: None, credential: CredentialId(uuid(5)), reason: None };
    let guards = Guards { frozen: frozen.then_some(freeze), ..Guards::default() };
    tx.put_guards(community, &guards).await.expect("an update");
}

pub(crate) async fn nothing_ends_in_a_frozen_community(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    give(tx.as_mut(), club, 1, &[until(1, 10)]).await;
    give(tx.as_mut(), other, 1, &[until(1, 20)]).await;
    ban(tx.as_mut(), club, 2, Some(5)).await;
    freeze(tx.as_mut(), club, true).await;
    assert_eq!(tx.due_grants(time(50), 10).await.expect("a list"), [(other, account_id(1))]);
    assert_eq!(tx.next_grant_end().await.expect("a look-up"), Some(time(20)));
    assert_eq!(tx.due_bans(time(50), 10).await.expect("a list"), []);
    assert_eq!(tx.next_ban_end().await.expect("a look-up"), None);
    freeze(tx.as_mut(), club, false).await;
    assert_eq!(tx.due_grants(time(50), 1).await.expect("a list"), [(club, account_id(1))]);
    assert_eq!(tx.next_ban_end().await.expect("a look-up"), Some(time(5)));
}

async fn ban(tx: &mut dyn WriteTx, community: CommunityId, account: u128, end: Option<i64>) {
    let found = tx.snapshot(community, account_id(account)).await.expect("a look-up").expect("an account");
    let mut profile = found.details.profile.clone();
    profile.ban_expiration = end.map(time);
    tx.set_flags(community, account_id(account), true, false).await.expect("an update");
    tx.update_profile(community, &profile).await.expect("an update");
}

pub(crate) async fn bans_that_have_ended_are_found_in_the_order_of_the_ends(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    assert_eq!(tx.next_ban_end().await.expect("a look-up"), None);
    for (account, end) in [(1, Some(30)), (2, Some(20)), (3, None)] {
        ban(tx.as_mut(), club, account, end).await;
    }
    assert_eq!(tx.next_ban_end().await.expect("a look-up"), Some(time(20)));
    let (first, second) = ((club, account_id(2)), (club, account_id(1)));
    for (now, expected) in [(19, vec![]), (20, vec![first]), (30, vec![first, second])] {
        assert_eq!(tx.due_bans(time(now), 10).await.expect("a list"), expected, "at {now}");
    }
    assert_eq!(tx.due_bans(time(30), 1).await.expect("a list"), [first]);
    tx.set_flags(club, account_id(2), false, false).await.expect("an update");
    assert_eq!(
        tx.next_ban_end().await.expect("a look-up"),
        Some(time(30)),
        "who is not banned has no ban that ends"
    );
}

pub(crate) async fn the_next_end_of_a_grant_is_known(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    let mut expected: Option<Timestamp> = None;
    assert_eq!(tx.next_grant_end().await.expect("a look-up"), expected);
    give(tx.as_mut(), club, 1, &[held(4)]).await;
    assert_eq!(tx.next_grant_end().await.expect("a look-up"), expected);
    for (community, account, end) in [(club, 2, 30), (other, 1, 20), (club, 3, 40)] {
        give(tx.as_mut(), community, account, &[until(1, end)]).await;
        expected = expected.min(Some(time(end))).or(Some(time(end)));
        assert_eq!(tx.next_grant_end().await.expect("a look-up"), expected);
    }
    let ended = transition(&[until(1, 20)], &[]);
    carry_out(tx.as_mut(), other, account_id(1), &ended).await;
    assert_eq!(tx.next_grant_end().await.expect("a look-up"), Some(time(30)));
}
