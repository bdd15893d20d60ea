//! Accounts: the whole row, and the part that rank changes write.

use std::sync::Arc;

use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::transition::Transition;
use rankledger_storage::account_lists::AccountSelector;
use rankledger_storage::accounts::{AccountNames, Profile};
use rankledger_storage::clock_rows::ClockRow;
use rankledger_storage::profiles::{NotificationPreference, ProfileField};
use rankledger_storage::standings::{AccountDetails, AccountSnapshot, Standing};
use rankledger_storage::{Storage, StorageError};
use serde_json::json;

use crate::kit::{
    account_id, begin, carry_out, community, held, identifier, profile, rank_id, read, standing, time,
    transition, uuid,
};

fn clock_row() -> ClockRow {
    ClockRow {
        id: uuid(70),
        start_time: time(10),
        end_time: Some(time(20)),
        completed: true,
        notes: json!(["late", {"by": 3}]).into(),
        kind: "patrol".into(),
    }
}

fn preference() -> NotificationPreference {
    NotificationPreference {
        topic: "forms".to_owned(),
        event: "statusChange".to_owned(),
        inbox: true,
        desktop: false,
        mobile: true,
        email: false,
        discord: true,
    }
}

pub(crate) async fn a_row_comes_back_as_it_was_stored(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let expected = AccountDetails {
        profile: profile(9),
        identifiers: [identifier(31, 9, "a"), identifier(32, 9, "b")].into(),
        api_ids: ["one".into(), "two".into()].into(),
        clock_rows: [clock_row()].into(),
        profile_fields: [
            ProfileField { id: "motto".into(), value: json!("Serve").into() },
            ProfileField { id: "boxes".into(), value: json!(["a", "b"]).into() },
        ]
        .into(),
        notification_preferences: vec![preference()].into(),
    };
    let account = Account { banned: true, archived: true, ..standing(9) };
    let expected = AccountSnapshot {
        standing: Standing { account, version: 1, newest_change: ChangeNumber(0) },
        details: Arc::new(expected),
    };
    let details = &expected.details;
    let id = account_id(9);
    tx.insert_account(club, &details.profile, &expected.standing.account).await.expect("an account");
    for identifier in &details.identifiers {
        tx.put_identifier(club, identifier).await.expect("an identifier");
    }
    tx.set_api_ids(club, id, &["one".to_owned(), "two".to_owned()]).await.expect("api ids");
    tx.put_clock_row(club, id, &clock_row()).await.expect("a clock row");
    for (position, field) in (0..).zip(details.profile_fields.iter()) {
        tx.put_profile_field(club, id, position, field).await.expect("a profile field");
    }
    tx.put_notification_preference(club, id, &preference()).await.expect("a preference");
    tx.commit().await.expect("a commit");

    let mut tx = read(storage).await;
    let found = tx.snapshot(club, id).await.expect("a look-up").expect("the account");
    assert_eq!(found, expected);
    let active: Vec<_> = found.details.active_api_ids().map(|id| id.to_string()).collect();
    assert_eq!(active, ["steam:a", "steam:b", "discord:100000000000000009", "one", "two"]);
    assert_eq!(tx.standing(club, id).await.expect("a look-up"), Some(expected.standing));
    assert_eq!(tx.snapshot(club, account_id(10)).await.expect("a look-up"), None);
    assert_eq!(tx.standing(club, account_id(10)).await.expect("a look-up"), None);
}

pub(crate) async fn a_profile_is_brought_up_to_date(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let bare = Profile {
        custom_unique_id: false,
        name: "Renamed".to_owned(),
        sys_status: false,
        last_login: None,
        ban_info: None,
        ban_expiration: None,
        bio: None,
        discord_id: None,
        roblox_id: None,
        teamspeak_id: None,
        ..profile(1)
    };
    tx.update_profile(club, &bare).await.expect("an update");
    let found = tx.snapshot(club, account_id(1)).await.expect("a look-up").expect("the account");
    assert_eq!(found.details.profile, bare);
    assert_eq!(found.standing.version, 2);
    assert!(found.standing.account.owner, "flags are none of the profile's business");
}

pub(crate) async fn flags_are_set_and_count_a_version(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let id = account_id(1);
    carry_out(tx.as_mut(), club, id, &transition(&[], &[held(1)])).await;
    let expected = |banned, archived, version| Standing {
        account: Account { ranks: vec![held(1)], com_status: true, banned, archived, ..standing(1) },
        version,
        newest_change: ChangeNumber(1),
    };
    for (banned, archived, version) in [(true, false, 3), (false, true, 4), (false, false, 5)] {
        let counted = tx.set_flags(club, id, banned, archived).await.expect("flags");
        assert_eq!(counted, version);
        let found = tx.standing(club, id).await.expect("a look-up").expect("the account");
        assert_eq!(found, expected(banned, archived, version), "ranks, status and owner stay");
    }
    let other = tx.standing(club, account_id(2)).await.expect("a look-up").expect("the account");
    assert_eq!(other.version, 1);
}

pub(crate) async fn a_touch_counts_a_version_and_nothing_else(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let before = tx.snapshot(club, account_id(1)).await.expect("a look-up").expect("the account");
    assert_eq!(tx.touch(club, account_id(1)).await.expect("a touch"), 2);
    assert_eq!(tx.touch(club, account_id(1)).await.expect("a touch"), 3);
    let after = tx.snapshot(club, account_id(1)).await.expect("a look-up").expect("the account");
    let standing = Standing { version: 3, ..before.standing };
    assert_eq!(after, AccountSnapshot { standing, ..before });
}

pub(crate) async fn an_account_that_there_is_not_cannot_be_touched(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let touched = tx.touch(club, account_id(9)).await;
    assert!(matches!(touched, Err(StorageError::Corrupt(_))), "{touched:?}");
    let flagged = tx.set_flags(club, account_id(9), true, false).await;
    assert!(matches!(flagged, Err(StorageError::Corrupt(_))), "{flagged:?}");
}

pub(crate) async fn the_holders_of_a_rank_are_found(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    for (number, ranks) in [(3, vec![held(2), held(1)]), (1, vec![held(1)]), (2, vec![held(2)])] {
        carry_out(tx.as_mut(), club, account_id(number), &transition(&[], &ranks)).await;
    }
    for (rank, expected) in [(1, vec![1, 3]), (2, vec![2, 3]), (4, vec![])] {
        let expected: Vec<_> = expected.into_iter().map(account_id).collect();
        assert_eq!(tx.holders(club, rank_id(rank)).await.expect("a list"), expected);
        assert_eq!(tx.holders(other, rank_id(rank)).await.expect("a list"), []);
    }
    carry_out(tx.as_mut(), club, account_id(1), &transition(&[held(1)], &[])).await;
    assert_eq!(tx.holders(club, rank_id(1)).await.expect("a list"), [account_id(3)]);
}

pub(crate) async fn a_transition_is_carried_out(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let id = account_id(2);
    let added = transition(&[], &[held(2), held(1)]);
    carry_out(tx.as_mut(), club, id, &added).await;
    let found = tx.standing(club, id).await.expect("a look-up").expect("the account");
    let expected = Account { ranks: vec![held(2), held(1)], com_status: true, ..standing(2) };
    assert_eq!(found, Standing { account: expected, version: 2, newest_change: ChangeNumber(1) });

    let status_only = Transition { status_after: false, ..transition(&added.after, &added.after) };
    carry_out(tx.as_mut(), club, id, &status_only).await;
    let found = tx.standing(club, id).await.expect("a look-up").expect("the account");
    assert_eq!((found.account.ranks, found.account.com_status, found.version), (added.after, false, 3));
}

pub(crate) async fn ranks_keep_their_order(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let id = account_id(2);
    let mut before = Vec::new();
    for order in [
        vec![3, 1],       // from nothing
        vec![3, 1, 2],    // appended
        vec![1, 2],       // the first taken
        vec![1, 2, 4],    // appended after a gap
        vec![3, 1, 2, 4], // given back in front
        vec![3, 1, 4],    // one taken from the middle
        vec![3, 2, 1, 4], // given back in the middle
        vec![4, 3],       // two taken, the rest the other way round
        vec![],           // all taken
        vec![2],          // and begun again
    ] {
        let after: Vec<HeldRank> = order.into_iter().map(held).collect();
        carry_out(tx.as_mut(), club, id, &transition(&before, &after)).await;
        let found = tx.standing(club, id).await.expect("a look-up").expect("the account");
        assert_eq!(found.account.ranks, after);
        before = after;
    }
}

pub(crate) async fn grants_keep_their_end(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let until = |end| HeldRank { rank: rank_id(1), expires_at: Some(time(end)) };
    let mut before = Vec::new();
    for after in [vec![held(2), until(5)], vec![held(2), until(6)], vec![held(2), held(1)], vec![until(7)]] {
        let step = transition(&before, &after);
        carry_out(tx.as_mut(), club, account_id(2), &step).await;
        let found = tx.standing(club, account_id(2)).await.expect("a look-up").expect("the account");
        assert_eq!(found.account.ranks, after);
        before = after;
    }
}

pub(crate) async fn accounts_are_found_by_name_whatever_the_case(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let named = Profile { name: "ÄRWIN Straße".to_owned(), ..profile(2) };
    tx.update_profile(club, &named).await.expect("an update");
    let by_name =
        |name: &str| AccountSelector { username: Some(name.to_owned()), ..AccountSelector::default() };
    let found = tx.search_accounts(club, &by_name("ärwin straße"), 10).await.expect("a search");
    assert_eq!(
        found.items.iter().map(|item| (item.id, &item.name)).collect::<Vec<_>>(),
        [(named.id, &named.name)]
    );
    let row = tx.snapshot(club, named.id).await.expect("a look-up").expect("the account");
    assert_eq!(row.details.profile, named);
    assert_eq!(tx.search_accounts(club, &by_name("ärwin"), 10).await.expect("a search").items, []);
}

pub(crate) async fn keys_tell_accounts_apart(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let empty = tx.insert_community(&crate::kit::new_community("empty")).await.expect("a community");
    assert_eq!(tx.last_unique_id(empty).await.expect("a look-up"), 0);
    let club = community(tx.as_mut(), "club").await;
    assert_eq!(tx.last_unique_id(club).await.expect("a look-up"), 1003);
    let key = |number: u128| AccountNames {
        id: account_id(number),
        unique_id: profile(number).unique_id,
        name: profile(number).name,
        owner: number == 1,
    };
    assert_eq!(tx.account_names(club).await.expect("a look-up"), [key(1), key(2), key(3)]);
}
