//! Importing again: nothing is imported twice, definitions are updated to the document, and data of the
//! ledger is left alone.

use jiff::Timestamp;
use rankledger_domain::promotion_flow::FlowDirection;
use rankledger_server::ops::import::{Document, Format, Outcome, Tally};
use rankledger_server::ops::prune::{delete_pruned, prune};
use rankledger_server::system::SystemIds;
use serde_json::json;

use super::kit::{Database, NOW, club, document, time};

/// A community in which everything is filled in and nothing has an id.
const FULL: &str = "
community: { id: club, name: The Club, subVersion: 3, undoNeedsUser: true, changeNeedsUser: true, customDomain: 'cms.club.example:8443' }
servers: [{ id: 1, name: Main, description: '' }]
departments:
  - label: Police
    labelTwo: PD
    ranks:
      - { key: cadet, label: Cadet, power: 10, primaryOnly: true }
      - { label: Probation, secondaryOnly: true }
  - label: Fire
    retired: true
promotionFlows:
  - { key: up, labelFrom: None, labelTo: Cadet, ranksToAdd: [cadet], actions: [{ type: announce }], promotionType: promote }
profileFields:
  - { id: b, label: Skills, type: multiselect, options: [y, x], metadata: { hint: [1, null] } }
  - { id: motto, label: Motto, type: text }
clockInTypes: [{ id: patrol, label: Patrol }, { id: desk, label: Desk duty }]
customLogTypes: [{ label: Warning, shortCode: warn, melonlyId: '101' }, { label: Praise, shortCode: praise }]
accounts:
  - name: Ann
    ranks: [cadet]
    sysStatus: false
    owner: true
    lastLogin: 2026-05-01T00:00:00.1239Z
    apiIdPreference: 1
    apiIds: [steam:7, x]
    bio: Hello
    teamspeakId: t
    identifiers:
      - { type: discord, value: '1', refCount: 3, metadata: { a: [1, 2.5] }, flagId: f, updatedAt: 2026-05-01T00:00:00Z }
      - { type: roblox, value: '2', verified: false }
    profileFields: [{ id: b, value: [x] }, { id: a, value: null }]
    clockRows:
      - { startTime: 2026-05-01T00:00:00Z, endTime: 2026-05-01T01:00:00Z, notes: [late], type: patrol }
      - { startTime: 2026-05-02T00:00:00Z, type: patrol }
    activityRows:
      - { startTime: 2026-05-01T00:00:00Z, endTime: 2026-05-01T01:00:00Z, notes: [late], type: patrol, server: 1 }
      - { startTime: 2026-05-02T00:00:00Z, type: patrol }
    notificationPreferences:
      forms: { statusChange: { inbox: true, desktop: false, mobile: true, email: false, discord: true } }
  - { name: Bob, banned: true, banInfo: spam, banExpiration: 2027-01-01T00:00:00Z, ranks: [cadet] }
  - { name: Cat, active: true, archived: true, customUniqueId: true, uniqueId: 1002 }
rankChanges:
  - { undoId: 00000000-0000-0000-0000-000000000001, account: ann, remove: [cadet], active: true, actor: Bob, reason: why }
";

fn tally(made: usize, updated: usize, unchanged: usize) -> Tally {
    Tally { made, updated, unchanged }
}

#[tokio::test]
async fn the_same_document_changes_nothing() {
    let database = Database::new().await;
    let summary = database.import_yaml(FULL).await.expect("it is imported");
    assert_eq!(summary.outcome, Outcome::Made);
    assert_eq!(summary.accounts, tally(3, 0, 0));
    let definitions = [summary.profile_fields, summary.clock_in_types, summary.custom_log_types];
    assert_eq!(definitions, [tally(2, 0, 0); 3]);
    assert_eq!((summary.rank_changes_recorded, summary.rank_changes_known), (4, 0));
    let first = database.everything().await;

    let summary = database.import_yaml(FULL).await.expect("it is imported again");
    assert_eq!(database.everything().await, first);
    assert_eq!(summary.outcome, Outcome::Unchanged);
    assert_eq!(summary.servers, tally(0, 0, 1));
    assert_eq!(summary.departments, tally(0, 0, 2));
    assert_eq!(summary.ranks, tally(0, 0, 2));
    assert_eq!(summary.promotion_flows, tally(0, 0, 1));
    assert_eq!(summary.profile_fields, tally(0, 0, 2));
    assert_eq!(summary.clock_in_types, tally(0, 0, 2));
    assert_eq!(summary.custom_log_types, tally(0, 0, 2));
    assert_eq!(summary.accounts, tally(0, 0, 3));
    assert_eq!((summary.rank_changes_recorded, summary.rank_changes_known), (0, 1));
}

#[tokio::test]
async fn every_key_is_stored() {
    let database = Database::new().await;
    database.import_yaml(FULL).await.expect("it is imported");
    let all = database.everything().await;
    assert_eq!(all.community.sub_version, 3);
    assert!(all.community.undo_needs_user && all.community.change_needs_user);
    assert_eq!(
        (all.departments[0].label_two.as_str(), all.departments[1].label_two.as_str()),
        ("PD", "Fire")
    );
    assert_eq!(all.community.custom_domain.as_deref(), Some("cms.club.example:8443"));
    assert_eq!((all.departments[0].retired, all.departments[1].retired), (false, true));
    assert!(all.rank("cadet").primary_only && !all.rank("cadet").secondary_only);
    assert_eq!(all.flows[0].actions, [json!({"type": "announce"})]);
    assert_eq!(all.flows[0].direction, FlowDirection::Promote);

    let ann = all.account("Ann");
    assert_eq!(ann.profile.last_login, Some(time("2026-05-01T00:00:00.123Z")), "whole milliseconds");
    assert_eq!(ann.profile.join_date, time(super::kit::NOW));
    assert_eq!((ann.profile.discord_id.as_deref(), ann.profile.roblox_id.as_deref()), (Some("1"), None));
    assert_eq!(ann.profile.teamspeak_id.as_deref(), Some("t"));
    assert!(!ann.profile.sys_status && ann.standing.account.owner && ann.standing.account.com_status);
    assert_eq!(*ann.api_ids, ["steam:7".into(), "x".into()]);
    let discord =
        ann.identifiers.iter().find(|identifier| &*identifier.kind == "discord").expect("one of discord");
    assert_eq!((discord.ref_count, discord.verified, discord.flag_id.as_deref()), (3, true, Some("f")));
    assert_eq!(discord.metadata, json!({"a": [1, 2.5]}));
    assert_eq!(ann.profile_fields[0].value, json!(["x"]));
    assert_eq!((ann.clock_rows[0].completed, ann.clock_rows[1].completed), (true, false));
    let preference = &ann.notification_preferences.as_slice()[0];
    assert!(!preference.desktop && preference.discord);

    let (bob, cat) = (all.account("Bob"), all.account("Cat"));
    assert_eq!(bob.profile.ban_info.as_deref(), Some("spam"));
    assert!(bob.standing.account.banned && bob.standing.account.com_status);
    assert!(cat.standing.account.archived && cat.profile.custom_unique_id);
    let numbers = [ann, bob, cat].map(|account| account.profile.unique_id);
    assert_eq!(numbers, [1001, 1003, 1002], "the next free numbers");
}

#[tokio::test]
async fn yaml_and_json_give_the_same() {
    let (from_yaml, from_json) = (Database::new().await, Database::new().await);
    let json = json!({
        "community": {"id": "club", "name": "The Club"},
        "departments": [{"label": "Police", "ranks": [{"key": "cadet", "label": "Cadet", "power": 10}]}],
        "accounts": [{
            "name": "Ann", "ranks": ["cadet"], "bio": null,
            "identifiers": [{"type": "discord", "value": "1", "metadata": {"n": 1}}],
            "clockRows": [{"startTime": "2026-05-01T00:00:00Z", "type": "patrol"}],
        }],
    });
    let yaml = "
community: { id: club, name: The Club }
departments: [{ label: Police, ranks: [{ key: cadet, label: Cadet, power: 10 }] }]
accounts:
  - name: Ann
    ranks: [cadet]
    bio: null
    identifiers: [{ type: discord, value: '1', metadata: { n: 1 } }]
    clockRows: [{ startTime: 2026-05-01T00:00:00Z, type: patrol }]
";
    let json = Document::parse(&json.to_string(), Format::Json).expect("JSON that can be read");
    from_json.import(&json).await.expect("it is imported");
    from_yaml.import(&document(yaml)).await.expect("it is imported");
    assert_eq!(from_json.everything().await, from_yaml.everything().await);
}

#[tokio::test]
async fn what_is_stored_is_brought_up_to_date() {
    let database = Database::new().await;
    database.import_yaml(FULL).await.expect("it is imported");
    let before = database.everything().await;
    let newer = "
community: { id: club, name: A Better Club }
servers: [{ id: 2, name: Second, description: '' }]
departments:
  - { label: Police, ranks: [{ key: cadet, label: Recruit }, { key: new, label: New }] }
promotionFlows: [{ key: up, labelFrom: None, labelTo: Recruit }]
accounts:
  - name: Ann
    bio: Bye
    identifiers: [{ type: discord, value: '1', refCount: 4 }, { type: steam, value: '9' }]
    profileFields: [{ id: c, value: 1 }]
";
    let summary = database.import_yaml(newer).await.expect("it is imported");
    assert_eq!(summary.outcome, Outcome::Updated);
    assert_eq!(summary.ranks, tally(1, 1, 0));
    assert_eq!(summary.accounts, tally(0, 1, 0));
    let after = database.everything().await;
    assert_eq!((after.community.name.as_str(), after.community.sub_version), ("A Better Club", 3));
    assert_eq!(after.community.custom_domain, before.community.custom_domain);
    assert_eq!((&after.departments, &after.profile_fields), (&before.departments, &before.profile_fields));
    assert_eq!(after.activity_rows, before.activity_rows);
    assert_eq!(after.servers.len(), 2, "what the document leaves out stays");
    assert_eq!(after.ranks.len(), 3);
    let (old, new) = (before.rank("cadet"), after.rank("cadet"));
    assert_eq!((new.rank.id, new.rank.power, new.primary_only), (old.rank.id, old.rank.power, true));
    assert_eq!(new.rank.label, "Recruit");
    assert_eq!(after.flows[0].direction, FlowDirection::Promote);

    let (old, new) = (before.account("Ann"), after.account("Ann"));
    assert_eq!(new.profile.bio.as_deref(), Some("Bye"));
    assert_eq!(
        (new.profile.unique_id, new.profile.join_date),
        (old.profile.unique_id, old.profile.join_date)
    );
    assert_eq!(new.identifiers.len(), 3);
    let fields: Vec<_> = new.profile_fields.iter().map(|field| &*field.id).collect();
    assert_eq!(fields, ["c", "b", "a"]);
    assert_eq!(new.notification_preferences, old.notification_preferences);
    assert_eq!(new.standing.version, old.standing.version + 1, "its ETag changes");
    assert_eq!(after.account("Bob"), before.account("Bob"));
}

#[tokio::test]
async fn ranks_status_and_flags_of_a_stored_account_stay() {
    let database = Database::new().await;
    let account = |rest: &str| club(&format!("accounts: [{{ name: Ann, {rest} }}]"));
    database.import_yaml(&account("ranks: [cadet]")).await.expect("it is imported");
    let before = database.everything().await;
    let changed =
        account("ranks: [chief], active: false, owner: true, banned: true, banInfo: x, archived: true");
    let summary = database.import_yaml(&changed).await.expect("it is imported");
    assert_eq!(summary.accounts, tally(0, 0, 1));
    assert_eq!(database.everything().await, before);
}

#[tokio::test]
async fn a_key_that_is_added_later_names_the_same_rank() {
    let database = Database::new().await;
    let ranks = |rank: &str| {
        format!("community: {{ id: c, name: C }}\ndepartments: [{{ label: D, ranks: [{rank}] }}]")
    };
    database.import_yaml(&ranks("{ label: Cadet }")).await.expect("it is imported");
    let id = database.everything().await.ranks[0].rank.id;
    for later in
        ["{ key: cadet, label: Cadet }", "{ key: cadet, label: Recruit }", "{ label: Recruit, power: 3 }"]
    {
        database.import_yaml(&ranks(later)).await.expect("it is imported");
        let all = database.everything().await;
        assert_eq!((all.ranks.len(), all.rank("cadet").rank.id), (1, id), "{later}");
    }
}

#[tokio::test]
async fn a_community_of_the_same_names_has_ids_of_its_own() {
    let (one, other) = (Database::new().await, Database::new().await);
    let yaml = club("accounts: [{ name: Ann, ranks: [cadet] }]");
    one.import_yaml(&yaml).await.expect("it is imported");
    other.import_yaml(&yaml.replace("id: club", "id: klub")).await.expect("it is imported");
    let (one, other) = (one.everything().await, other.everything().await);
    assert_ne!(one.community.uuid, other.community.uuid);
    assert_ne!(one.rank("cadet").rank.id, other.rank("cadet").rank.id);
    assert_ne!(one.account("Ann").profile.id, other.account("Ann").profile.id);
}

#[tokio::test]
async fn what_was_pruned_does_not_come_back() {
    let database = Database::new().await;
    database.import_yaml(FULL).await.expect("it is imported");
    let club = database.everything().await.community.id;
    let last = database.everything().await.changes.len();
    let later = FULL.replace(
        "rankChanges:",
        "rankChanges:\n  - { undoId: 00000000-0000-0000-0000-000000000009, account: ann, active: false, at: 2026-05-01T00:00:00Z }",
    );
    let later =
        later.replace("actor: Bob, reason: why }", "actor: Bob, reason: why, at: 2026-05-01T00:00:00Z }");
    database.import_yaml(&later).await.expect("one more change is imported");
    let storage = database.storage.as_ref();
    let plan = prune(storage, club, Timestamp::MAX, time(NOW), &SystemIds).await.expect("it is pruned");
    assert_eq!(plan.changes(), last, "all but the last");
    let pruned = database.everything().await;
    for _ in 0..2 {
        let summary = database.import_yaml(&later).await.expect("it is imported again");
        assert_eq!((summary.rank_changes_recorded, summary.rank_changes_known), (0, 2));
        assert_eq!(database.everything().await, pruned);
        delete_pruned(storage, club, |_| ()).await.expect("it is deleted");
    }
}

#[tokio::test]
async fn a_document_whose_accents_are_composed_otherwise_is_the_same_document() {
    let document = |text: &str| {
        let rest = "departments: [{ label: NAME, ranks: [{ key: key-NAME, label: NAME }, { label: other NAME }] }]\n\
                    promotionFlows: [{ key: flow-NAME, labelFrom: A, labelTo: NAME, ranksToAdd: [key-NAME] }]\n\
                    clockInTypes: [{ id: patrol, label: NAME }]\n\
                    accounts: [{ name: NAME, ranks: [key-NAME] }]\n";
        format!("community: {{ id: club, name: The Club }}\n{}", rest.replace("NAME", text))
    };
    let database = Database::new().await;
    database.import_yaml(&document("Jose\u{301}")).await.expect("it is imported");
    let before = database.everything().await;
    assert_eq!(before.account("Jos\u{e9}").profile.name, "Jos\u{e9}", "kept in one spelling");
    database.import_yaml(&document("Jos\u{e9}")).await.expect("it is imported again");
    assert_eq!(database.everything().await, before, "nothing is there twice");
    let twice = "accounts: [{ name: Jose\u{301} }, { name: Jos\u{e9} }]\n";
    let problems = Database::new().await.problems_of(&club(twice)).await;
    assert!(problems.iter().any(|problem| problem.contains("give each of them an id")), "{problems:?}");
}
