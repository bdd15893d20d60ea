//! Game servers, and the activity rows that are open on them.

use rankledger_domain::game_server::{AceMapping, GameServer, Secret};
use rankledger_domain::whitelist::Whitelist;
use rankledger_storage::clock_rows::{LatestRows, OpenActivityRow};
use rankledger_storage::{ReadTx, Storage};
use serde_json::json;

use crate::kit::{account_id, begin, clock_row, community, new_community, rank_id, read, time};

/// Returns a server with everything filled in.
fn full(id: i64) -> GameServer {
    let metadata = json!({"place": 7, "tags": ["a", {}]});
    GameServer {
        description: "City".to_owned(),
        ip: Some("203.0.113.7".to_owned()),
        port: Some(30120),
        kind: Some("qb-core".to_owned()),
        kind_updated_at: Some(time(5)),
        roblox_join_code: Some("ABCD".to_owned()),
        roblox_metadata: metadata.as_object().expect("an object").clone(),
        erlc_api_key: Some(Secret::parse("erlc").expect("a secret")),
        aces: vec![AceMapping { ranks: vec![rank_id(1), rank_id(2)], principal: "group.\u{e4}".to_owned() }],
        whitelist: Whitelist { allowed: vec![rank_id(2), rank_id(1)], blocked: vec![rank_id(3)] },
        push_url: Some("https://city.example.com/events".to_owned()),
        push_secret: Some(Secret::parse("s3cret").expect("a secret")),
        ..GameServer::named(id, "Main")
    }
}

pub(crate) async fn a_game_server_comes_back_as_it_was_stored(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    for server in [full(2), GameServer::named(1, "Bare"), GameServer::named(0, "Zero")] {
        tx.put_game_server(club, &server).await.expect("a server");
    }
    tx.commit().await.expect("a commit");
    let mut tx = read(storage).await;
    let all = [GameServer::named(0, "Zero"), GameServer::named(1, "Bare"), full(2)];
    assert_eq!(tx.game_servers(club).await.expect("a list"), all);
    for server in all {
        assert_eq!(tx.game_server(club, server.id).await.expect("a look-up"), Some(server));
    }
    assert_eq!(tx.game_server(club, 3).await.expect("a look-up"), None);
}

pub(crate) async fn a_game_server_is_brought_up_to_date_until_it_is_removed(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    let other = tx.insert_community(&new_community("other")).await.expect("a community");
    for community in [club, other] {
        tx.put_game_server(community, &GameServer::named(1, "Old")).await.expect("a server");
    }
    tx.put_game_server(club, &full(1)).await.expect("a server");
    assert_eq!(tx.game_servers(club).await.expect("a list"), [full(1)]);
    tx.put_game_server(club, &GameServer::named(1, "Bare")).await.expect("a server");
    assert_eq!(tx.game_server(club, 1).await.expect("a look-up"), Some(GameServer::named(1, "Bare")));
    tx.remove_game_server(club, 1).await.expect("a removal");
    assert_eq!(tx.game_servers(club).await.expect("a list"), []);
    assert_eq!(tx.game_servers(other).await.expect("a list"), [GameServer::named(1, "Old")]);
}

pub(crate) async fn game_servers_are_counted(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    for server in [full(2), full(1), GameServer::named(2, "Renamed")] {
        tx.put_game_server(club, &server).await.expect("a server");
    }
    let found = tx.community(club).await.expect("a look-up").expect("the community");
    assert_eq!(found.servers, 2);
    tx.remove_game_server(club, 1).await.expect("a removal");
    let found = tx.community(club).await.expect("a look-up").expect("the community");
    assert_eq!(found.servers, 1);
}

async fn open(
    tx: &mut dyn ReadTx,
    club: rankledger_domain::ids::CommunityId,
    server: i64,
) -> Vec<OpenActivityRow> {
    tx.open_activity_rows(club, server, None).await.expect("a list")
}

pub(crate) async fn open_activity_rows_are_found_by_their_server(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    for (number, account, server, start) in [
        (71, 1, Some(1), 30),
        (72, 2, Some(1), 20),
        (73, 1, Some(2), 10),
        (74, 1, None, 5),
        (75, 1, Some(1), 20),
    ] {
        let row = clock_row(number, start);
        tx.put_activity_row(club, account_id(account), server, &row).await.expect("a row");
    }
    tx.put_activity_row(other, account_id(3), Some(1), &clock_row(71, 1)).await.expect("another community's");
    let on_one = |account, number, start| OpenActivityRow {
        account: account_id(account),
        row: clock_row(number, start),
    };
    let all = [on_one(2, 72, 20), on_one(1, 75, 20), on_one(1, 71, 30)];
    assert_eq!(open(tx.as_mut(), club, 1).await, all, "oldest first");
    assert_eq!(open(tx.as_mut(), club, 3).await, []);
    let theirs = tx.open_activity_rows(club, 1, Some(account_id(1))).await.expect("a list");
    assert_eq!(theirs, [on_one(1, 75, 20), on_one(1, 71, 30)]);
}

pub(crate) async fn a_closed_activity_row_is_open_no_more(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    for community in [club, other] {
        let row = clock_row(71, 30);
        tx.put_activity_row(community, account_id(1), Some(1), &row).await.expect("a row");
    }
    let closed = clock_row(71, 30).closed_at(time(40));
    tx.close_activity_row(club, &closed, Some("server-start")).await.expect("an end");
    assert_eq!(open(tx.as_mut(), club, 1).await, []);
    assert_eq!(open(tx.as_mut(), other, 1).await.len(), 1);
    let which = LatestRows { kind: None, server: Some(1), take: 1 };
    let latest = tx.latest_activity_rows(club, account_id(1), which).await.expect("a list");
    assert_eq!((latest[0].end_time, latest[0].completed), (Some(time(40)), true));
}
