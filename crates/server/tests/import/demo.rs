//! The documents that we ship: the demo's community has the data that the documented examples need, and the
//! guide's can be imported.

use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::RankId;
use rankledger_domain::name::{Key, Word};
use rankledger_domain::rank_change::Source;
use serde_json::{Value, json};
use uuid::Uuid;

use super::kit::{Database, Everything, StoredAccount, time};

const DEMO: &str = include_str!("../../demo/community.yaml");

/// Day of the documented examples.
const DAY: &str = "2026-04-15T00:00:00.000Z";

async fn demo() -> Everything {
    let database = Database::new().await;
    database.import_yaml(DEMO).await.expect("the demo's community is imported");
    database.everything().await
}

fn uuid(digit: &str) -> Uuid {
    let text = [8, 4, 4, 4, 12].map(|length| digit.repeat(length)).join("-");
    text.parse().expect("a UUID")
}

fn held(digit: &str) -> HeldRank {
    HeldRank::permanent(RankId(uuid(digit)))
}

#[tokio::test]
async fn community_and_ranks() {
    let all = demo().await;
    assert_eq!((all.community.public_id.as_str(), all.community.uuid), ("YOUR_COMMUNITY_ID", uuid("0")));
    assert_eq!((all.community.name.as_str(), all.community.sub_version), ("Example Community", 5));
    assert_eq!(all.community.servers, 3);
    assert_eq!((all.departments[0].id.0, all.departments[0].label_two.as_str()), (uuid("1"), "Police"));
    let ids = ["rank-1", "probation", "officer"].map(|key| all.rank(key).rank.id.0);
    assert_eq!(ids, ["2", "1", "3"].map(uuid));
    let labels = ["rank-1", "probation", "officer", "chief"].map(|key| all.rank(key).rank.label.as_str());
    assert_eq!(labels, ["Cadet", "Probation", "Officer", "Chief"]);
    let flow = &all.flows[0];
    assert_eq!((flow.id, flow.key.as_ref().map(Key::as_str)), (uuid("4"), Some("flow-1")));
    assert_eq!((flow.ranks.add(), flow.direction.as_str()), (&[RankId(uuid("2"))][..], "both"));
}

/// What the documented account row and the rows of the others share.
fn assert_like_the_documented_row(row: &StoredAccount, discord: &str) {
    let profile = &row.profile;
    assert!(profile.sys_status && !profile.custom_unique_id && !row.standing.account.owner);
    assert_eq!((profile.join_date, profile.last_login), (time(DAY), Some(time(DAY))));
    assert_eq!(
        (profile.bio.as_ref(), profile.teamspeak_id.as_ref(), profile.ban_info.as_ref()),
        (None, None, None)
    );
    assert_eq!((profile.discord_id.as_deref(), profile.api_id_preference), (Some(discord), 0));
    let active: Vec<_> = row.active_api_ids().map(|id| id.to_string()).collect();
    assert_eq!(active, [format!("discord:{discord}")]);
    let identifier = &row.identifiers[0];
    assert_eq!((identifier.created_at, identifier.updated_at, identifier.ref_count), (time(DAY), None, 1));
    assert_eq!(identifier.metadata, json!({}));
    assert_eq!(identifier.flag_id, None);
    let clock = &row.clock_rows[0];
    assert_eq!((clock.start_time, clock.end_time, clock.completed), (time(DAY), None, false));
    assert_eq!(clock.notes, json!([]));
    assert_eq!(&*clock.kind, "patrol");
    let field = &row.profile_fields[0];
    assert_eq!(&*field.id, "discord");
    assert_eq!(field.value, json!(discord));
    assert_eq!(row.notification_preferences.as_slice().len(), 1);
}

#[tokio::test]
async fn the_account_that_is_given_its_first_rank() {
    let all = demo().await;
    let row = all.account("ExampleAccount");
    assert_like_the_documented_row(row, "1234567890");
    assert_eq!((row.profile.id.0, row.profile.unique_id), (uuid("0"), 1001));
    assert_eq!(row.profile.roblox_id.as_deref(), Some("987654321"));
    assert_eq!((row.identifiers[0].id, row.clock_rows[0].id), (uuid("5"), uuid("5")));
    assert!(row.standing.account.ranks.is_empty() && !row.standing.account.com_status);
    assert!(all.changes.iter().all(|change| change.account != row.profile.id), "its history is empty");
}

#[tokio::test]
async fn what_the_community_defines() {
    let all = demo().await;
    let field = &all.profile_fields[0];
    assert_eq!(
        (field.id.as_str(), field.label.as_str(), field.kind.field_type().as_str()),
        ("discord", "Discord", "discord")
    );
    assert_eq!(
        (field.kind.options(), &Value::from(field.metadata.clone())),
        (None, &json!({"placeholder": "username#0000"}))
    );
    let types: Vec<_> =
        all.clock_in_types.iter().map(|kind| (kind.id.as_str(), kind.label.as_str())).collect();
    assert_eq!(types, [("patrol", "Patrol"), ("regular", "Regular duty")]);
    let log = &all.custom_log_types[0];
    assert_eq!(
        (log.id, log.label.as_str(), log.short_code.as_str()),
        (uuid("3"), "Internal Warning", "warn")
    );
    assert_eq!(log.melonly_id.as_ref().map(Word::as_str), Some("101"));
    assert_eq!((all.profile_fields.len(), all.custom_log_types.len()), (1, 1));
}

#[tokio::test]
async fn what_the_account_did_in_game() {
    let all = demo().await;
    let [older, open] = all.activity_of("ExampleAccount") else { panic!("two activity rows") };
    assert_eq!((open.row.id, open.row.start_time, open.row.end_time), (uuid("5"), time(DAY), None));
    assert_eq!((open.row.completed, &*open.row.kind, open.server), (false, "patrol", None));
    assert!(older.row.completed && older.row.start_time < open.row.start_time);
    assert_eq!(older.server, Some(1));
}

#[tokio::test]
async fn the_account_that_the_documented_flow_promotes() {
    let all = demo().await;
    let row = all.account("ExampleUser");
    assert_like_the_documented_row(row, "1234567891");
    assert_eq!((row.profile.id.0, row.standing.account.ranks.as_slice()), (uuid("6"), &[held("1")][..]));
    let changed = all.changes.iter().filter(|change| change.account == row.profile.id);
    assert_eq!(changed.count(), 1, "only how it began");
}

#[tokio::test]
async fn the_accounts_whose_rank_changes_are_undone() {
    let all = demo().await;
    let admin = all.account("ExampleAdmin");
    assert!(admin.standing.account.owner && admin.profile.id.0 == uuid("1"));
    for (name, discord, undo_id) in
        [("ExampleRecruit", "1234567893", "0"), ("ExampleCadet", "1234567892", "1")]
    {
        let row = all.account(name);
        assert_like_the_documented_row(row, discord);
        assert!(row.profile.roblox_id.is_some());
        assert_ne!((row.identifiers[0].id, row.clock_rows[0].id), (uuid("5"), uuid("5")));
        assert_eq!(
            (row.standing.account.ranks.as_slice(), row.standing.account.com_status),
            (&[held("1")][..], true)
        );
        let change = all.changes.iter().rfind(|change| change.account == row.profile.id);
        let change = change.expect("the change of the examples");
        assert_eq!((change.undo_id.0, change.at), (uuid(undo_id), time(DAY)));
        assert_eq!((change.source, change.actor), (Source::Import, Some(admin.profile.id)));
        assert_eq!(
            (change.transition.before.as_slice(), change.transition.after.as_slice()),
            (&[held("2")][..], &[held("1")][..])
        );
        assert!(change.reason.is_some() && change.transition.active == Some(true));
    }
}

#[tokio::test]
async fn the_example_of_the_guide_is_imported() {
    let guide = include_str!("../../../../docs/guides/import.md");
    let example = guide.split("```").nth(1).and_then(|block| block.strip_prefix("yaml\n"));
    let database = Database::new().await;
    database.import_yaml(example.expect("an example in YAML")).await.expect("it is imported");
    let all = database.everything().await;
    assert_eq!(all.account("Bob").standing.account.ranks, [HeldRank::permanent(all.rank("officer").rank.id)]);
}
