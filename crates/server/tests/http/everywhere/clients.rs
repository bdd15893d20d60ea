//! What clients of the documented API really send: members and parameters that an endpoint does not read are
//! no misspellings to it, however near they are to what it reads.

use http::Method;
use serde_json::{Value, json};

use crate::kit::{Server, account};

/// The ways in which clients name an account, beside the path that names it.
fn selectors() -> Value {
    json!({"apiId": "LEGACY-7", "username": "Officer", "discord": "100000000000000002", "uniqueId": 1002})
}

/// Returns the object with the members of another one.
fn with(mut object: Value, others: &Value) -> Value {
    for (name, value) in others.as_object().expect("an object") {
        object[name.as_str()] = value.clone();
    }
    object
}

#[tokio::test]
async fn bodies_that_clients_send_are_taken() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let of = |rest: &str| format!("/v2/community/accounts/{}{rest}", account::CADET);
    let nulls = json!({"apiId": null, "username": null, "discord": null, "uniqueId": null, "set": null, "active": null});
    let named = |body: Value| with(body, &selectors());
    for (method, path, body) in [
        (Method::PATCH, of("/ranks"), named(json!({"add": ["officer"], "active": true}))),
        (Method::PATCH, of("/ranks"), with(json!({"accId": account::CADET, "remove": ["officer"]}), &nulls)),
        (
            Method::PATCH,
            of("/ranks"),
            json!({"discord": "100000000000000002", "add": ["medic"], "remove": []}),
        ),
        (
            Method::PATCH,
            of("/ranks"),
            json!({"discordId": "1", "accountId": "x", "data": [], "add": ["medic"]}),
        ),
        (Method::PATCH, of("/name"), named(json!({"accId": account::CADET, "newName": "Arwin"}))),
        (
            Method::PATCH,
            of("/profile-fields"),
            named(json!({"profileFields": [{"id": "motto", "value": "x"}]})),
        ),
        (Method::POST, of("/identifiers"), named(json!({"identifiers": [{"type": "xbl", "value": "1"}]}))),
        (Method::POST, of("/identifiers"), json!({"identifiers": [], "type": "xbl", "value": "1"})),
        (Method::POST, of("/clock"), json!({"apiId": "LEGACY-7", "forceClockIn": true})),
        (Method::POST, of("/clock"), json!({"accId": account::CADET, "intention": "out"})),
        (Method::POST, of("/clock"), named(json!({"forceClockIn": true, "type": "patrol"}))),
        (Method::POST, of("/sync"), selectors()),
        (Method::POST, "/v2/community/rank-changes/1/undo".to_owned(), named(json!({"onConflict": "skip"}))),
        (
            Method::POST,
            "/v2/community/promotion-flows/trigger".to_owned(),
            json!({"data": [{"userId": account::CHIEF, "flowId": "up", "users": ["1002"], "promote": true}]}),
        ),
        (
            Method::POST,
            "/v2/community/short-urls".to_owned(),
            json!({"path": "/forms/1", "isCustomDomain": false, "accId": account::CADET}),
        ),
    ] {
        let answer = bot.send(method, &path, body.to_string()).await;
        assert_eq!(answer.status, 200, "{path} {body}: {}", answer.text);
    }
}

#[tokio::test]
async fn queries_that_clients_send_are_taken() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let selectors = "apiId=LEGACY-7&username=x&discord=1&discordId=1&uniqueId=1002&accountId=x";
    for path in [
        "/v2/community/lookup?id=club&name=Club&communityId=club&uuid=club".to_owned(),
        "/v2/community/accounts?skip=0&take=5&comStatus=true&sysStatus=true&banned=false&archived=false"
            .to_owned(),
        "/v2/community/accounts/search?uniqueId=1002&discordId=1".to_owned(),
        "/v2/community/accounts/search?apiId=LEGACY-7&username=&discord=".to_owned(),
        format!("/v2/community/accounts/{}?{selectors}", account::CADET),
        format!("/v2/community/accounts/{}/ranks?{selectors}", account::CADET),
        format!("/v2/community/accounts/{}/identifiers?{selectors}", account::CADET),
        format!("/v2/community/accounts/{}/clock/current?{selectors}", account::CADET),
        format!(
            "/v2/community/accounts/{}/activity/latest?type=activity&serverId=1&{selectors}",
            account::CADET
        ),
    ] {
        bot.get(&path).await.ok();
    }
}

#[tokio::test]
async fn calls_of_the_old_api_that_clients_send_are_taken() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let named = with(selectors(), &json!({"username": null, "accId": account::CADET}));
    for (name, object) in [
        ("SET_ACCOUNT_RANKS", json!({"data": [], "discord": "100000000000000002", "add": ["officer"]})),
        ("SET_ACCOUNT_RANKS", with(json!({"remove": ["officer"], "set": null}), &named)),
        ("UNDO_RANK_CHANGE", json!({"undoId": "2", "userId": account::CHIEF})),
        ("SET_ACCOUNT_NAME", with(json!({"newName": "Arwin"}), &named)),
        ("EDIT_ACC_PROFLIE_FIELDS", with(json!({"profileFields": [{"id": "motto", "value": "x"}]}), &named)),
        ("CLOCK_IN_OUT", json!({"accId": account::CADET, "forceClockIn": false, "forceClockOut": false})),
        ("CLOCK_IN_OUT", json!({"accId": account::CADET, "intention": "out"})),
        ("CLOCK_IN_OUT", json!({"apiId": "LEGACY-7", "forceClockIn": true})),
        ("GET_CURRENT_CLOCK_IN", named.clone()),
        ("GET_LATEST_ACTIVITY", with(json!({"type": "clockin", "serverId": 1, "clockInType": null}), &named)),
        ("GET_ACCOUNTS", json!({"take": 25, "skip": 0})),
        ("CHECK_COM_APIID", json!({"apiId": "LEGACY-7"})),
        ("FORCE_SYNC", json!({"discordId": "100000000000000002"})),
        (
            "TRIGGER_PROMOTION_FLOWS",
            json!({"userId": account::CHIEF, "flowId": "up", "users": ["1002"], "promote": true}),
        ),
        ("KICK_ACCOUNT", json!({"accId": account::NEWCOMER})),
        ("BAN_ACCOUNT", json!({"accId": account::NEWCOMER})),
    ] {
        let path = crate::kit::legacy_type(name).path;
        let body = json!({
            "id": bot.id, "key": bot.key, "type": name, "data": [object], "product": 2, "serverId": 1,
        });
        let answer = bot.send(path, &body.to_string()).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.text);
    }
}
