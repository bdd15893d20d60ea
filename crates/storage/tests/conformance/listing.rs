//! Lists of accounts: filters, pages, selectors.

use rankledger_domain::account::Account;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::account_lists::{AccountFilter, AccountSelector, AccountSummary};
use rankledger_storage::accounts::Profile;
use rankledger_storage::identifiers::Identifier;
use rankledger_storage::{Storage, WriteTx};

use crate::kit::{
    account_id, begin, carry_out, community, held, identifier, profile, rank_id, standing, transition,
};

/// Adds account 8, which differs from the others in every flag.
async fn with_odd_one(tx: &mut dyn WriteTx) -> CommunityId {
    let club = community(tx, "club").await;
    let odd = Profile { sys_status: false, ..profile(8) };
    let flags = Account { banned: true, archived: true, ..standing(8) };
    tx.insert_account(club, &odd, &flags).await.expect("an account");
    carry_out(tx, club, account_id(8), &transition(&[], &[held(3), held(1)])).await;
    club
}

fn numbers(items: &[AccountSummary]) -> Vec<i64> {
    items.iter().map(|item| item.unique_id - 1000).collect()
}

pub(crate) async fn a_list_is_filtered_and_counted(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = with_odd_one(tx.as_mut()).await;
    carry_out(tx.as_mut(), club, account_id(2), &transition(&[], &[held(1)])).await;
    let none = AccountFilter::default;
    for (filter, expected) in [
        (none(), vec![1, 2, 3, 8]),
        (AccountFilter { sys_status: Some(false), ..none() }, vec![8]),
        (AccountFilter { sys_status: Some(true), ..none() }, vec![1, 2, 3]),
        (AccountFilter { com_status: Some(true), ..none() }, vec![2, 8]),
        (AccountFilter { banned: Some(true), ..none() }, vec![8]),
        (AccountFilter { archived: Some(false), ..none() }, vec![1, 2, 3]),
        (AccountFilter { banned: Some(true), archived: Some(false), ..none() }, vec![]),
        (AccountFilter { rank: Some(rank_id(1)), ..none() }, vec![2, 8]),
        (AccountFilter { rank: Some(rank_id(3)), ..none() }, vec![8]),
        (AccountFilter { rank: Some(rank_id(3)), banned: Some(false), ..none() }, vec![]),
        (AccountFilter { rank: Some(rank_id(4)), ..none() }, vec![]),
    ] {
        let page = tx.list_accounts(club, &filter, 0, 100).await.expect("a list");
        assert_eq!(numbers(&page.items), expected, "{filter:?}");
        assert_eq!(page.total as usize, expected.len());
    }
}

pub(crate) async fn a_list_comes_in_pages(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = with_odd_one(tx.as_mut()).await;
    for (skip, take, expected) in [(0, 2, vec![1, 2]), (2, 2, vec![3, 8]), (3, 2, vec![8]), (4, 2, vec![])] {
        let page = tx.list_accounts(club, &AccountFilter::default(), skip, take).await.expect("a list");
        assert_eq!(numbers(&page.items), expected);
        assert_eq!(page.total, 4);
    }
}

pub(crate) async fn accounts_are_found_by_every_selector(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = with_odd_one(tx.as_mut()).await;
    tx.put_identifier(club, &identifier(31, 2, "765")).await.expect("an identifier");
    let discord = Identifier { kind: "discord".into(), ..identifier(32, 3, "4242") };
    tx.put_identifier(club, &discord).await.expect("an identifier");
    // A value that looks like an identifier of another type, and an address, which finds nobody although it
    // is verified here.
    let other =
        |kind: &str, id, account, value| Identifier { kind: kind.into(), ..identifier(id, account, value) };
    tx.put_identifier(club, &other("x", 33, 3, "steam:765")).await.expect("an identifier");
    tx.put_identifier(club, &other("ip", 34, 3, "fe80::1")).await.expect("an identifier");
    let untyped = ["LEGACY".to_owned(), "hwid:shared".to_owned()];
    tx.set_api_ids(club, account_id(1), &untyped).await.expect("api ids");

    let text = |text: &str| Some(text.to_owned());
    let none = AccountSelector::default;
    for (selector, expected) in [
        (AccountSelector { id: Some(account_id(3)), ..none() }, vec![3]),
        (AccountSelector { unique_id: Some(1002), ..none() }, vec![2]),
        (AccountSelector { username: text("mEMBER 8"), ..none() }, vec![8]),
        (AccountSelector { username: text("Member"), ..none() }, vec![]),
        (AccountSelector { discord: text("100000000000000001"), ..none() }, vec![1]),
        (AccountSelector { discord: text("4242"), ..none() }, vec![3]),
        (AccountSelector { discord: text("765"), ..none() }, vec![]),
        (AccountSelector { api_id: text("steam:765"), ..none() }, vec![2]),
        (AccountSelector { api_id: text("765"), ..none() }, vec![2]),
        (AccountSelector { api_id: text("discord:765"), ..none() }, vec![]),
        (AccountSelector { api_id: text("x:steam:765"), ..none() }, vec![3]),
        (AccountSelector { api_id: text("fe80::1"), ..none() }, vec![]),
        (AccountSelector { api_id: text("ip:fe80::1"), ..none() }, vec![]),
        (AccountSelector { api_id: text("hwid:shared"), ..none() }, vec![]),
        (AccountSelector { api_id: text("discord:100000000000000001"), ..none() }, vec![1]),
        (AccountSelector { api_id: text("100000000000000001"), ..none() }, vec![1]),
        (AccountSelector { api_id: text("steam:100000000000000001"), ..none() }, vec![]),
        (AccountSelector { api_id: text("discord:4242"), ..none() }, vec![3]),
        (AccountSelector { api_id: text("x:765"), ..none() }, vec![]),
        (AccountSelector { api_id: text("LEGACY"), ..none() }, vec![1]),
        (AccountSelector { api_id: text("x:LEGACY"), ..none() }, vec![]),
    ] {
        let page = tx.search_accounts(club, &selector, 10).await.expect("a search");
        assert_eq!(numbers(&page.items), expected, "{selector:?}");
        assert_eq!(page.total as usize, expected.len());
    }
}

pub(crate) async fn digits_are_nobodys_name(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = with_odd_one(tx.as_mut()).await;
    let old = tx.snapshot(club, account_id(2)).await.expect("a look-up").expect("the account").details;
    for (name, found) in [("765", 0), (" 765 ", 0), ("765a", 1)] {
        let profile = Profile { name: name.to_owned(), ..old.profile.clone() };
        tx.update_profile(club, &profile).await.expect("a name");
        let selector = AccountSelector { username: Some(name.to_owned()), ..AccountSelector::default() };
        assert_eq!(tx.search_accounts(club, &selector, 10).await.expect("a search").total, found, "{name}");
    }
}

pub(crate) async fn selectors_are_combined(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = with_odd_one(tx.as_mut()).await;
    let both = |number: i64| AccountSelector {
        id: Some(account_id(2)),
        unique_id: Some(number),
        ..AccountSelector::default()
    };
    assert_eq!(tx.search_accounts(club, &both(1002), 10).await.expect("a search").total, 1);
    assert_eq!(tx.search_accounts(club, &both(1003), 10).await.expect("a search").total, 0);
}

pub(crate) async fn a_summary_shows_ranks_and_active_ids(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = with_odd_one(tx.as_mut()).await;
    tx.put_identifier(club, &identifier(32, 8, "later")).await.expect("an identifier");
    tx.put_identifier(club, &identifier(31, 8, "earlier")).await.expect("an identifier");
    let unverified = Identifier { verified: false, ..identifier(30, 8, "hearsay") };
    tx.put_identifier(club, &unverified).await.expect("an identifier");
    let untyped = ["LEGACY".to_owned(), "ip:192.0.2.1".to_owned()];
    tx.set_api_ids(club, account_id(8), &untyped).await.expect("api ids");
    let selector = AccountSelector { id: Some(account_id(8)), ..AccountSelector::default() };
    let found = tx.search_accounts(club, &selector, 10).await.expect("a search").items;
    let expected = AccountSummary {
        id: account_id(8),
        unique_id: 1008,
        name: "Member 8".to_owned(),
        active_api_ids: ["steam:earlier", "steam:later", "discord:100000000000000008", "LEGACY"]
            .map(str::to_owned)
            .to_vec(),
        discord_id: Some("100000000000000008".to_owned()),
        sys_status: false,
        com_status: true,
        archived: true,
        banned: true,
        teamspeak_id: Some("ts".to_owned()),
        ranks: vec![rank_id(3), rank_id(1)],
    };
    assert_eq!(found, [expected]);
    let row = tx.snapshot(club, account_id(8)).await.expect("a look-up").expect("the account");
    let active: Vec<_> = row.details.active_api_ids().map(|id| id.to_string()).collect();
    assert_eq!(active, found[0].active_api_ids, "list and row agree");

    let discord = Identifier { kind: "discord".into(), ..identifier(33, 8, "100000000000000008") };
    tx.put_identifier(club, &discord).await.expect("an identifier");
    let found = tx.search_accounts(club, &selector, 10).await.expect("a search").items;
    let row = tx.snapshot(club, account_id(8)).await.expect("a look-up").expect("the account");
    let active: Vec<_> = row.details.active_api_ids().map(|id| id.to_string()).collect();
    assert_eq!(active, found[0].active_api_ids, "list and row agree");
    assert_eq!(active.iter().filter(|id| id.starts_with("discord:")).count(), 1, "it stands there once");
}
