//! Nothing of one community is ever seen from another.

use std::sync::Arc;

use rankledger_domain::game_server::GameServer;
use rankledger_domain::ids::{ChangeNumber, UndoId};
use rankledger_domain::rank::CommunityRanks;
use rankledger_storage::account_lists::{AccountFilter, AccountSelector};
use rankledger_storage::clock_rows::LatestRows;
use rankledger_storage::history::Order;
use rankledger_storage::log::LogFilter;
use rankledger_storage::profiles::ProfileField;
use rankledger_storage::{Storage, WriteTx};
use serde_json::json;

use crate::kit::{
    account_id, act, begin, carry_out, change, clock_row, community, held, identifier, live_changes_after,
    new_community, rank_id, transition, uuid,
};

async fn fill(tx: &mut dyn WriteTx, public_id: &str) -> rankledger_domain::ids::CommunityId {
    let id = community(tx, public_id).await;
    tx.put_identifier(id, &identifier(31, 1, "a")).await.expect("an identifier");
    tx.set_api_ids(id, account_id(1), &["LEGACY".to_owned()]).await.expect("api ids");
    tx.append_rank_change(id, &change(1)).await.expect("a change");
    tx.append_to_log(id, &act(1)).await.expect("an entry");
    carry_out(tx, id, account_id(1), &transition(&[], &[held(1)])).await;
    tx.put_clock_row(id, account_id(1), &clock_row(70, 1)).await.expect("a clock row");
    tx.put_activity_row(id, account_id(1), Some(1), &clock_row(70, 1)).await.expect("an activity row");
    tx.put_game_server(id, &GameServer::named(1, "Main")).await.expect("a server");
    let field = ProfileField { id: "motto".into(), value: json!("Serve").into() };
    tx.put_profile_field(id, account_id(1), 0, &field).await.expect("a profile field");
    id
}

pub(crate) async fn no_finder_sees_another_community(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    fill(tx.as_mut(), "club").await;
    let other = tx.insert_community(&new_community("other")).await.expect("a community");
    let id = account_id(1);
    assert_eq!(tx.snapshot(other, id).await.expect("a look-up"), None);
    assert_eq!(tx.standing(other, id).await.expect("a look-up"), None);
    assert_eq!(tx.account_names(other).await.expect("a list"), []);
    assert_eq!(tx.last_unique_id(other).await.expect("a look-up"), 0);
    let page = tx.list_accounts(other, &AccountFilter::default(), 0, 10).await.expect("a list");
    assert_eq!((page.items.len(), page.total), (0, 0));
    for selector in [
        AccountSelector { id: Some(id), ..AccountSelector::default() },
        AccountSelector { api_id: Some("steam:a".to_owned()), ..AccountSelector::default() },
        AccountSelector { api_id: Some("LEGACY".to_owned()), ..AccountSelector::default() },
        AccountSelector { discord: Some("100000000000000001".to_owned()), ..AccountSelector::default() },
        AccountSelector { username: Some("Member 1".to_owned()), ..AccountSelector::default() },
    ] {
        assert_eq!(tx.search_accounts(other, &selector, 10).await.expect("a search").total, 0);
    }
    assert_eq!(tx.identifiers(other, id).await.expect("a list"), []);
    assert_eq!(tx.identifier_owner(other, "steam", "a").await.expect("a look-up"), None);
    assert_eq!(tx.accounts_linked_to_discord(other, "100000000000000001").await.expect("a list"), []);
    assert_eq!(tx.departments(other).await.expect("a list"), []);
    assert_eq!(tx.department_ranks(other).await.expect("a list"), []);
    let ranks: Arc<CommunityRanks> = tx.ranks(other).await.expect("the ranks");
    assert_eq!(ranks.get(rank_id(1)), None);
    assert_eq!(tx.promotion_flows(other).await.expect("a list"), []);
    assert_eq!(tx.game_servers(other).await.expect("a list"), []);
    assert_eq!(tx.game_server(other, 1).await.expect("a look-up"), None);
    assert_eq!(tx.active_members(other).await.expect("a list"), []);
    assert_eq!(tx.open_activity_rows(other, 1, None).await.expect("a list"), []);
    assert_eq!(tx.credentials(other).await.expect("a list"), []);
    assert_eq!(tx.rank_change(other, ChangeNumber(1)).await.expect("a look-up"), None);
    assert_eq!(tx.rank_change_by_undo_id(other, UndoId(uuid(1001))).await.expect("a look-up"), None);
    assert_eq!(live_changes_after(tx.as_mut(), other, id, ChangeNumber(0)).await, []);
    assert_eq!(tx.last_change_number(other).await.expect("a look-up"), ChangeNumber(0));
    let log = tx.log(other, &LogFilter::default(), Order::OldestFirst, None, 10).await.expect("a page");
    assert_eq!(log.entries, []);
}

pub(crate) async fn no_finder_sees_what_accounts_of_another_community_did(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    fill(tx.as_mut(), "club").await;
    let other = tx.insert_community(&new_community("other")).await.expect("a community");
    let id = account_id(1);
    let filter = AccountFilter { rank: Some(rank_id(1)), ..AccountFilter::default() };
    assert_eq!(tx.list_accounts(other, &filter, 0, 10).await.expect("a list").total, 0);
    assert_eq!(tx.holders(other, rank_id(1)).await.expect("a list"), []);
    assert_eq!(tx.profile_fields(other, id).await.expect("a list"), []);
    assert_eq!(tx.open_clock_row(other, id).await.expect("a look-up"), None);
    let which = LatestRows { kind: None, server: None, take: 10 };
    assert_eq!(tx.latest_clock_rows(other, id, which).await.expect("a list"), []);
    assert_eq!(tx.latest_activity_rows(other, id, which).await.expect("a list"), []);
    assert_eq!(tx.activity_rows(other, id).await.expect("a list"), []);
}

pub(crate) async fn the_same_ids_live_in_two_communities(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = fill(tx.as_mut(), "club").await;
    let other = fill(tx.as_mut(), "other").await;
    for id in [club, other] {
        assert_eq!(tx.last_change_number(id).await.expect("a look-up"), ChangeNumber(2));
        assert_eq!(tx.rank_change(id, ChangeNumber(1)).await.expect("a look-up"), Some(change(1)));
        assert_eq!(tx.account_names(id).await.expect("a list").len(), 3);
    }
}
