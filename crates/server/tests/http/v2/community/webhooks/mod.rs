//! `/v2/community/webhooks`: making, listing, editing and removing subscriptions.

mod deliveries;
mod enable;
mod refused;
mod replay;
mod rotate_secret;
mod warnings;

use std::time::Duration;

use rankledger_server::api::webhooks::Webhooks;
use rankledger_server::config::WebhookSettings;
use rankledger_server::http::feature::Features;
use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Options, Server, account};

pub(super) const PATH: &str = "/v2/community/webhooks";

/// The subscription that the kit's community has from the beginning.
pub(super) const OURS: &str = "/v2/community/webhooks/80000000-0000-0000-0000-000000000001";

/// A server that may send to this machine, and its administrator.
pub(super) async fn lenient() -> (Server, Actor) {
    let features = Features::default().with(Webhooks::new(WebhookSettings::of_demo()));
    let server = Server::with(Options { features, ..Options::default() }).await;
    let admin = server.admin().await;
    (server, admin)
}

pub(super) async fn create(admin: &Actor, body: Value) -> Answer {
    admin.post(PATH, body).await
}

pub(super) fn standard() -> Value {
    json!({"kind": "standard", "name": "Wiki", "url": "https://example.com/wiki"})
}

/// Returns the path of a subscription that was made.
#[track_caller]
pub(super) fn path_of(answer: &Answer) -> String {
    format!("{PATH}/{}", answer.ok()["data"]["id"].as_str().expect("an id"))
}

/// Returns the answer with a random secret replaced by its beginning.
#[track_caller]
pub(super) fn without_secret(answer: &Answer) -> Value {
    let mut whole = answer.whole();
    let secret = &mut whole["body"]["data"]["secret"];
    let text = secret.as_str().expect("a secret");
    assert!(text.starts_with("whsec_") && text.len() == 50, "32 bytes in base64");
    *secret = json!("whsec_...");
    whole
}

/// Returns the newest entry of the log: what was done, by whom, and how it was before and after.
pub(super) async fn last_act(server: &Server) -> Value {
    let entry = server.log().await.pop().expect("an entry").entry;
    let state =
        |json: Option<&str>| json.map(|json| serde_json::from_str::<Value>(json).expect("it is JSON"));
    let act = &entry.act;
    json!({
        "kind": act.kind.as_str(), "credential": act.credential, "before": state(act.before.as_deref()),
        "after": state(act.after.as_deref()),
    })
}

#[tokio::test]
async fn an_administrator_makes_a_subscription_whose_secret_is_shown_once() {
    let server = Server::start().await;
    server.advance(Duration::from_secs(1));
    let admin = server.admin().await;
    let body = json!({
        "kind": "standard", "name": "Wïki", "url": "https://EXAMPLE.com/wiki?a=1",
        "types": ["account.banned", "ranks.changed", "account.banned"], "summarisesRollbacks": true,
    });
    let made = create(&admin, body).await;
    insta::assert_json_snapshot!(without_secret(&made));
    insta::assert_json_snapshot!(last_act(&server).await);
    let listed = admin.get(PATH).await;
    insta::assert_json_snapshot!(listed.whole());
    assert!(!listed.text.contains("whsec_"));
    assert_eq!(admin.get(&path_of(&made)).await.ok()["data"], listed.ok()["data"][1]);
    assert!(!server.log().await.iter().any(|linked| format!("{linked:?}").contains("whsec_")));
}

#[tokio::test]
async fn a_subscription_begins_at_the_end_of_the_feed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let made = create(&admin, standard()).await;
    assert_eq!(made.ok()["data"]["progress"]["behind"], 0, "also its own making is before it");
    admin.set_ranks(account::NEWCOMER, json!({"add": ["cadet"]})).await.ok();
    let progress = admin.get(&path_of(&made)).await.ok()["data"]["progress"].clone();
    assert_eq!(progress["behind"], 1);
    assert_eq!(progress["place"], made.ok()["data"]["progress"]["place"]);
}

#[tokio::test]
async fn a_secret_of_ones_own_is_taken() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for (bytes, secret) in [
        (24, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned()),
        (64, format!("whsec_{}==", "A".repeat(86))),
    ] {
        let mut body = standard();
        body["secret"] = json!(secret);
        assert_eq!(create(&admin, body).await.ok()["data"]["secret"], secret, "{bytes} bytes");
    }
    let body = json!({
        "kind": "game-server", "name": "City", "url": "https://play.example.com/sonorancms/events",
        "secret": "8c1d7e40-93a5-4f0b-b7d2",
    });
    assert_eq!(create(&admin, body).await.ok()["data"]["secret"], "8c1d7e40-93a5-4f0b-b7d2");
}

#[tokio::test]
async fn a_repeated_request_does_not_show_the_secret_again() {
    let server = Server::start().await;
    let admin = server.admin().await.with("idempotency-key", "once");
    let first = create(&admin, standard()).await;
    let again = create(&admin, standard()).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.ok()["data"]["id"], first.ok()["data"]["id"]);
    assert_eq!(again.ok()["data"].get("secret"), None);
    assert_eq!(admin.get(PATH).await.ok()["data"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn the_url_of_a_discord_webhook_is_a_secret() {
    let server = Server::start().await;
    server.advance(Duration::from_secs(1));
    let admin = server.admin().await;
    let url = "https://discord.com/api/webhooks/123456789012345678/sEcReT-tOkEn_0123?thread_id=7";
    let made = create(&admin, json!({"kind": "discord", "name": "News", "url": url})).await;
    insta::assert_json_snapshot!(made.whole());
    insta::assert_json_snapshot!(last_act(&server).await);
    let shown = made.ok()["data"]["url"].clone();
    // A client may send back what it was shown.
    let path = path_of(&made);
    admin.patch(&path, json!({"url": shown, "name": "All news"})).await.ok();
    assert_eq!(admin.get(&format!("{PATH}?withSecrets=true")).await.ok()["data"][1]["url"], url);
    let other = "https://canary.discord.com/api/v10/webhooks/123456789012345678/0tHeR-tOkEn_0123";
    admin.patch(&path, json!({"url": other})).await.ok();
    let act = last_act(&server).await;
    assert_eq!(act["after"]["secret"], "replaced");
    assert!(!act.to_string().contains("tOkEn"), "{act}");
}

#[tokio::test]
async fn secrets_are_listed_only_for_who_asks_and_has_no_power_ceiling() {
    let server = Server::start().await;
    let (admin, low) = (server.admin().await, server.admin_below(90).await);
    let path = format!("{PATH}?withSecrets=true");
    insta::assert_json_snapshot!(admin.get(&path).await.whole());
    assert_eq!(admin.get(PATH).await.ok()["data"][0].get("secret"), None);
    low.get(PATH).await.ok();
    low.get(&path).await.problem(403, "power-ceiling");
}

#[tokio::test]
async fn a_subscription_is_edited_and_what_is_absent_stays() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = admin.get(OURS).await.ok()["data"].clone();
    let body = json!({"name": "Forum", "url": "https://example.com/forum", "types": ["key.created"], "summarisesRollbacks": true});
    let edited = admin.patch(OURS, body.clone()).await;
    insta::assert_json_snapshot!(edited.whole());
    insta::assert_json_snapshot!(last_act(&server).await);

    let written = server.written().await;
    admin.patch(OURS, json!({})).await.ok();
    admin.patch(OURS, body).await.ok();
    assert_eq!(server.written().await, written, "nothing was changed");

    let back = json!({"name": "Website", "types": [], "summarisesRollbacks": false});
    let mut after = admin.patch(OURS, back).await.ok()["data"].clone();
    for member in ["progress", "url"] {
        after[member] = before[member].clone();
    }
    assert_eq!(after, before);
    admin.patch(OURS, json!({"kind": "discord"})).await.problem(400, "invalid-body");
}

#[tokio::test]
async fn a_removed_subscription_is_gone() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let shown = admin.get(OURS).await.ok()["data"].clone();
    assert_eq!(admin.delete(OURS).await.ok()["data"], shown);
    insta::assert_json_snapshot!(last_act(&server).await);
    for path in [OURS.to_owned(), format!("{OURS}/deliveries")] {
        admin.get(&path).await.problem(404, "subscription-not-found");
    }
    admin.delete(OURS).await.problem(404, "subscription-not-found");
    assert_eq!(admin.get(PATH).await.ok()["data"], json!([]));
}

#[tokio::test]
async fn readers_of_events_are_not_told_where_subscriptions_send() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let made = create(&admin, standard()).await;
    let page = bot.get("/v2/community/events?types=subscription.created").await;
    let data = &page.ok()["data"]["events"][0]["data"];
    assert_eq!(data["after"], json!({"id": made.ok()["data"]["id"]}));
}
