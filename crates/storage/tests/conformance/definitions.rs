//! Definitions: profile fields, clock-in types, custom log types.

use rankledger_domain::definition::{ClockInType, CustomLogType, FieldKind, ProfileFieldDefinition};
use rankledger_domain::ids::CommunityId;
use rankledger_domain::name::{Name, Word};
use rankledger_domain::profile_field::FieldType;
use rankledger_storage::{Storage, WriteTx};
use serde_json::{Map, Value, json};

use crate::kit::{begin, new_community, uuid};

fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

fn word(text: &str) -> Word {
    Word::parse(text).expect("a word")
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}

fn field(id: &str, position: i64) -> ProfileFieldDefinition {
    ProfileFieldDefinition {
        id: word(id),
        label: name(&format!("Field {id}")),
        kind: FieldKind::stored(FieldType::Select, Some(vec!["z".to_owned(), "a \"b\"".to_owned()])),
        metadata: object(json!({"placeholder": "choose", "b": 1, "a": [null]})),
        position,
    }
}

fn clockin_type(id: &str, position: i64) -> ClockInType {
    ClockInType { id: word(id), label: name(&format!("Type {id}")), position }
}

fn log_type(number: u128, position: i64) -> CustomLogType {
    CustomLogType {
        id: uuid(number),
        label: name(&format!("Log {number}")),
        short_code: word("log"),
        melonly_id: Some(word("101")),
        position,
    }
}

async fn two_communities(tx: &mut dyn WriteTx) -> (CommunityId, CommunityId) {
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    let other = tx.insert_community(&new_community("other")).await.expect("a community");
    (club, other)
}

pub(crate) async fn profile_field_definitions_come_in_order_until_removed(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, other) = two_communities(tx.as_mut()).await;
    for definition in [field("c", 1), field("a", 3), field("b", 1)] {
        tx.put_profile_field_definition(club, &definition).await.expect("a field");
    }
    tx.put_profile_field_definition(other, &field("a", 1)).await.expect("another community's");
    let changed = ProfileFieldDefinition {
        label: name("Discord"),
        kind: FieldKind::stored(FieldType::Discord, None),
        metadata: Map::new(),
        ..field("a", 0)
    };
    tx.put_profile_field_definition(club, &changed).await.expect("a field");
    let found = tx.profile_field_definitions(club).await.expect("a list");
    assert_eq!(found, [changed, field("b", 1), field("c", 1)]);
    for _ in 0..2 {
        tx.remove_profile_field_definition(club, "a").await.expect("a removal, and one of nothing");
    }
    let found = tx.profile_field_definitions(club).await.expect("a list");
    assert_eq!(found, [field("b", 1), field("c", 1)]);
    assert_eq!(tx.profile_field_definitions(other).await.expect("a list"), [field("a", 1)]);
}

pub(crate) async fn clockin_types_come_in_order_until_removed(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, other) = two_communities(tx.as_mut()).await;
    for kind in [clockin_type("c", 1), clockin_type("a", 3), clockin_type("b", 1)] {
        tx.put_clockin_type(club, &kind).await.expect("a type");
    }
    tx.put_clockin_type(other, &clockin_type("a", 1)).await.expect("another community's");
    let changed = ClockInType { label: name("Patrol"), ..clockin_type("a", 0) };
    tx.put_clockin_type(club, &changed).await.expect("a type");
    let found = tx.clockin_types(club).await.expect("a list");
    assert_eq!(found, [changed, clockin_type("b", 1), clockin_type("c", 1)]);
    for _ in 0..2 {
        tx.remove_clockin_type(club, "a").await.expect("a removal, and one of nothing");
    }
    let found = tx.clockin_types(club).await.expect("a list");
    assert_eq!(found, [clockin_type("b", 1), clockin_type("c", 1)]);
    assert_eq!(tx.clockin_types(other).await.expect("a list"), [clockin_type("a", 1)]);
}

pub(crate) async fn custom_log_types_come_in_order_until_removed(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, other) = two_communities(tx.as_mut()).await;
    for kind in [log_type(3, 1), log_type(1, 3), log_type(2, 1)] {
        tx.put_custom_log_type(club, &kind).await.expect("a type");
    }
    tx.put_custom_log_type(other, &log_type(1, 1)).await.expect("another community's");
    let changed = CustomLogType {
        label: name("Warning"),
        short_code: word("warn"),
        melonly_id: None,
        ..log_type(1, 0)
    };
    tx.put_custom_log_type(club, &changed).await.expect("a type");
    let found = tx.custom_log_types(club).await.expect("a list");
    assert_eq!(found, [changed, log_type(2, 1), log_type(3, 1)]);
    for _ in 0..2 {
        tx.remove_custom_log_type(club, uuid(1)).await.expect("a removal, and one of nothing");
    }
    let found = tx.custom_log_types(club).await.expect("a list");
    assert_eq!(found, [log_type(2, 1), log_type(3, 1)]);
    assert_eq!(tx.custom_log_types(other).await.expect("a list"), [log_type(1, 1)]);
}
