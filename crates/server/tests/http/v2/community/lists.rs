//! `GET /v2/community/profile-fields`, `clockin-types` and `custom-log-types`: the definitions of the
//! community.

use serde_json::json;

use crate::kit::Server;

const PROFILE_FIELDS: &str = "/v2/community/profile-fields";
const CLOCK_IN_TYPES: &str = "/v2/community/clockin-types";
const CUSTOM_LOG_TYPES: &str = "/v2/community/custom-log-types";

#[tokio::test]
async fn a_bot_reads_the_profile_fields_in_order() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(server.bot().await.get(PROFILE_FIELDS).await.whole());
}

#[tokio::test]
async fn a_bot_reads_the_clock_in_types_in_order() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(server.bot().await.get(CLOCK_IN_TYPES).await.whole());
}

#[tokio::test]
async fn a_bot_reads_the_custom_log_types_in_order() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(server.bot().await.get(CUSTOM_LOG_TYPES).await.whole());
}

#[tokio::test]
async fn a_neighbour_reads_what_the_neighbours_have_defined() {
    let server = Server::start().await;
    let neighbour = server.neighbours_admin().await;
    let fields = neighbour.get(PROFILE_FIELDS).await;
    let label = "Neighbourly Motto";
    let motto = json!([{"id": "motto", "label": label, "type": "number", "options": null, "metadata": {}}]);
    assert_eq!(fields.ok()["data"], motto);
    let types = neighbour.get(CUSTOM_LOG_TYPES).await;
    let id = "31000000-0000-0000-0000-000000000001";
    let complaint = json!([{"id": id, "label": "Complaint", "shortCode": "warn", "melonlyId": null}]);
    assert_eq!(types.ok()["data"], complaint);
    assert_eq!(neighbour.get(CLOCK_IN_TYPES).await.ok()["data"], json!([]));

    let ours = server.bot().await.get(CLOCK_IN_TYPES).await.ok()["data"].clone();
    neighbour.put(&format!("{CLOCK_IN_TYPES}/patrol"), json!({"label": "Watch"})).await.ok();
    let theirs = neighbour.get(CLOCK_IN_TYPES).await;
    assert_eq!(theirs.ok()["data"], json!([{"id": "patrol", "label": "Watch"}]));
    assert_eq!(server.bot().await.get(CLOCK_IN_TYPES).await.ok()["data"], ours);
}
