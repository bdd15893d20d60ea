//! Departments, ranks and promotion flows.

use rankledger_domain::ids::DepartmentId;
use rankledger_domain::name::{Key, Name};
use rankledger_domain::promotion_flow::{FlowDirection, FlowRanks, PromotionFlow};
use rankledger_domain::rank::{Power, Rank, RankName};
use rankledger_storage::departments::{Department, DepartmentRank};
use rankledger_storage::{Storage, StorageError};
use serde_json::json;

use crate::kit::{begin, community, department, rank, rank_id, uuid};

pub(crate) async fn departments_and_ranks_come_in_order(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let first = Department { position: 0, ..department(2) };
    tx.put_department(club, &first).await.expect("a department");
    assert_eq!(tx.departments(club).await.expect("a list"), [first, department(1)]);
    assert_eq!(tx.department_ranks(club).await.expect("a list"), [rank(1), rank(2), rank(3), rank(4)]);
    let ranks = tx.ranks(club).await.expect("the ranks");
    assert_eq!(ranks.get(rank_id(3)), Some(&rank(3).rank));
    assert_eq!(ranks.resolve(&RankName::parse("rank-4")), Some(&rank(4).rank));
    assert_eq!(ranks.get(rank_id(5)), None);
}

pub(crate) async fn a_rank_is_brought_up_to_date(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let renamed =
        Department { label: "Renamed".to_owned(), label_two: "R".to_owned(), retired: true, ..department(1) };
    tx.put_department(club, &renamed).await.expect("a department");
    tx.put_department(club, &department(2)).await.expect("a department");
    let changed = DepartmentRank {
        rank: Rank {
            key: None,
            label: "Marshal".to_owned(),
            department: DepartmentId(uuid(2)),
            power: Power(u32::MAX),
            retired: true,
            ..rank(1).rank
        },
        primary_only: false,
        scopes: "admin ranks:undo".parse().expect("scopes"),
        secondary_only: true,
        position: 9,
    };
    tx.put_rank(club, &changed).await.expect("a rank");
    assert_eq!(tx.departments(club).await.expect("a list"), [renamed, department(2)]);
    assert_eq!(tx.department_ranks(club).await.expect("a list").pop(), Some(changed.clone()));
    assert_eq!(tx.ranks(club).await.expect("the ranks").get(rank_id(1)), Some(&changed.rank));
}

pub(crate) async fn ranks_are_retired_with_their_department(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.put_department(club, &department(2)).await.expect("a department");
    let elsewhere = Rank { department: DepartmentId(uuid(2)), ..rank(4).rank };
    tx.put_rank(club, &DepartmentRank { rank: elsewhere, ..rank(4) }).await.expect("a rank");
    let by_itself = DepartmentRank { rank: Rank { retired: true, ..rank(2).rank }, ..rank(2) };
    tx.put_rank(club, &by_itself).await.expect("a rank");
    for (retired, expected) in [(true, vec![1, 2, 3]), (false, vec![2])] {
        tx.put_department(club, &Department { retired, ..department(1) }).await.expect("a department");
        let ranks = tx.ranks(club).await.expect("the ranks");
        let found: Vec<_> = (1..=4).filter(|&number| ranks.is_retired(rank_id(number))).collect();
        assert_eq!(found, expected);
    }
    let own: Vec<_> =
        tx.department_ranks(club).await.expect("a list").iter().map(|of| of.rank.retired).collect();
    assert_eq!(own, [false, true, false, false], "a department shows what its ranks are by themselves");
}

pub(crate) async fn a_rank_key_is_taken_once(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let twin = DepartmentRank { rank: Rank { key: Some("rank-1".to_owned()), ..rank(9).rank }, ..rank(9) };
    let refused = tx.put_rank(club, &twin).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
}

fn flow(number: u128, position: i64) -> PromotionFlow {
    PromotionFlow {
        id: uuid(number),
        key: Some(Key::parse(format!("flow-{number}")).expect("a key")),
        label_from: Name::parse("Cadet").expect("a name"),
        label_to: Name::parse("Officer").expect("a name"),
        ranks: FlowRanks::stored(vec![rank_id(2), rank_id(1)], vec![rank_id(3)]),
        actions: vec![json!({"kind": "message", "order": [2, 1]})],
        direction: FlowDirection::Both,
        position,
    }
}

pub(crate) async fn promotion_flows_come_in_order(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.put_promotion_flow(club, &flow(1, 2)).await.expect("a flow");
    tx.put_promotion_flow(club, &flow(2, 1)).await.expect("a flow");
    let changed = PromotionFlow {
        key: None,
        direction: FlowDirection::Demote,
        ranks: FlowRanks::stored(vec![rank_id(2), rank_id(1)], vec![]),
        ..flow(1, 3)
    };
    tx.put_promotion_flow(club, &changed).await.expect("a flow");
    assert_eq!(tx.promotion_flows(club).await.expect("a list"), [flow(2, 1), changed]);
}

pub(crate) async fn a_removed_promotion_flow_is_gone_and_its_key_is_free(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    for id in [club, other] {
        tx.put_promotion_flow(id, &flow(1, 1)).await.expect("a flow");
    }
    tx.put_promotion_flow(club, &flow(2, 2)).await.expect("a flow");
    tx.remove_promotion_flow(club, uuid(1)).await.expect("a removal");
    tx.remove_promotion_flow(club, uuid(1)).await.expect("there is nothing left to remove");
    assert_eq!(tx.promotion_flows(club).await.expect("a list"), [flow(2, 2)]);
    assert_eq!(tx.promotion_flows(other).await.expect("a list"), [flow(1, 1)]);
    let successor = PromotionFlow { key: flow(1, 1).key, ..flow(3, 3) };
    tx.put_promotion_flow(club, &successor).await.expect("a flow of the same key");
}
