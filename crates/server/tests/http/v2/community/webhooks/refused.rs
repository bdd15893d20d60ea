//! Subscriptions that are refused: bad input, too many of them, a frozen community, the wrong credential.

use http::Method;
use rankledger_domain::ids::SubscriptionId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{OURS, PATH, create, lenient, standard};
use crate::kit::{Actor, Server};

/// Returns what is wrong with a URL of a subscription of this kind.
async fn url_fault(admin: &Actor, kind: &str, url: &str) -> String {
    let refused = create(admin, json!({"kind": kind, "name": "X", "url": url})).await;
    let problem = refused.problem(400, "invalid-webhook-url");
    assert_eq!(problem["errors"][0]["pointer"], "/url");
    problem["errors"][0]["detail"].as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn a_url_that_nothing_is_sent_to_is_refused_with_the_reason() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    let mut faults = Vec::new();
    for url in [
        "",
        "example.com/hook",
        "https://",
        "https:///hook",
        "https://:443/",
        "ftp://example.com/",
        "http://example.com/",
        "https://ann:secret@example.com/",
        "https://ann@example.com/",
        "https://example.com:22/",
        "https://example.com:5432/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://exa mple.com/",
    ] {
        faults.push(json!([url, url_fault(&admin, "standard", url).await]));
    }
    insta::assert_json_snapshot!(faults);
    let long = format!("https://example.com/{}", "x".repeat(2048));
    url_fault(&admin, "standard", &long).await;
    admin.patch(OURS, json!({"url": "https://127.0.0.1/"})).await.problem(400, "invalid-webhook-url");
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_discord_webhook_is_a_url_of_discord() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for url in [
        "https://example.com/api/webhooks/123/sEcReT-tOkEn",
        "https://discord.com/",
        "https://discord.com/api/webhooks/123",
        "https://discord.com/api/webhooks/x/sEcReT-tOkEn",
        "https://discord.com:8443/api/webhooks/123/sEcReT-tOkEn",
        "https://discord.com.example.com/api/webhooks/123/sEcReT-tOkEn",
        "https://discord.com/api/webhooks/123/***",
        "https://discord.com/api/webhooks/123/sEcReT-tOkEn/slack",
    ] {
        let fault = url_fault(&admin, "discord", url).await;
        assert!(fault.starts_with("it is not the URL of a Discord webhook"), "{url}: {fault}");
    }
    // A stand-in of Discord's, on an address that the operator allows.
    let (_server, lenient) = lenient().await;
    let body = json!({"kind": "discord", "name": "X", "url": "http://127.0.0.1:9000/api/webhooks/1/x"});
    create(&lenient, body).await.ok();
    url_fault(&lenient, "discord", "http://localhost:9000/api/webhooks/1/x").await;
}

#[tokio::test]
async fn addresses_that_the_operator_allows_are_taken() {
    let (_server, admin) = lenient().await;
    for url in ["http://127.0.0.1:9000/hook", "https://127.1.2.3/", "http://example.com/"] {
        create(&admin, json!({"kind": "standard", "name": "X", "url": url})).await.ok();
    }
    for url in ["http://10.0.0.1/", "http://[::1]/", "http://127.0.0.1:6379/"] {
        url_fault(&admin, "standard", url).await;
    }
}

#[tokio::test]
async fn a_secret_that_is_none_is_refused_and_not_repeated() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let long = format!("whsec_{}", "A".repeat(88));
    let mut faults = Vec::new();
    for (kind, secret) in [
        ("standard", "hidden-thing"),
        ("standard", "whsec_"),
        ("standard", "whsec_c2hvcnQ="),
        ("standard", "whsec_c2hvc"),
        ("standard", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!!"),
        ("standard", &long),
        ("standard", ""),
        ("game-server", "short"),
        ("game-server", "aaaaaaaaaaaaaaaaaaaa"),
        ("game-server", "with a blank in its midst"),
        ("discord", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ] {
        let url = if kind == "discord" {
            "https://discord.com/api/webhooks/1/sEcReT-tOkEn"
        } else {
            "https://example.com/"
        };
        let refused = create(&admin, json!({"kind": kind, "name": "X", "url": url, "secret": secret})).await;
        let problem = refused.problem(400, "invalid-webhook-secret");
        assert!(secret.len() < 7 || !problem.to_string().contains(secret), "{problem}");
        faults.push(json!([kind, secret, problem["errors"]]));
    }
    let refused =
        create(&admin, json!({"kind": "game-server", "name": "X", "url": "https://example.com/"})).await;
    faults.push(refused.problem(400, "invalid-webhook-secret")["errors"].clone());
    insta::assert_json_snapshot!(faults);
}

#[tokio::test]
async fn an_unknown_type_or_kind_is_refused_with_its_place() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let with = |name: &str, value: Value| {
        let mut body = standard();
        body[name] = value;
        body
    };
    let misspelt = create(&admin, with("types", json!(["ranks.changed", "rank.changed"]))).await;
    insta::assert_json_snapshot!(misspelt.problem(400, "invalid-body"));
    let unknown = admin.patch(OURS, json!({"types": ["weather"]})).await;
    assert_eq!(unknown.problem(400, "invalid-body")["errors"][0]["pointer"], "/types/0");
    let kind = create(&admin, with("kind", json!("email"))).await;
    assert_eq!(kind.problem(400, "invalid-body")["errors"][0]["pointer"], "/kind");
    for name in ["", " ", "a\u{7}b"] {
        let refused = create(&admin, with("name", json!(name))).await;
        assert_eq!(refused.problem(400, "invalid-body")["errors"][0]["pointer"], "/name");
    }
    create(&admin, with("enabled", json!(true))).await.problem(400, "invalid-body");
}

#[tokio::test]
async fn a_community_has_at_most_50_subscriptions() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for _ in 1..50 {
        create(&admin, standard()).await.ok();
    }
    insta::assert_json_snapshot!(create(&admin, standard()).await.problem(409, "too-many-subscriptions"));
    assert_eq!(admin.get(PATH).await.ok()["data"].as_array().map(Vec::len), Some(50));
    admin.delete(OURS).await.ok();
    create(&admin, standard()).await.ok();
    create(&server.neighbours_admin().await, standard()).await.ok();
}

/// The requests that change a subscription, and whether a freeze stops them.
fn changes() -> [(Method, String, Value, bool); 8] {
    [
        (Method::POST, PATH.to_owned(), standard(), true),
        (Method::PATCH, OURS.to_owned(), json!({"name": "Other"}), true),
        (Method::POST, format!("{OURS}/rotate-secret"), json!({}), true),
        (Method::POST, format!("{OURS}/deliveries/1/redeliver"), json!({}), true),
        (Method::POST, format!("{OURS}/replay"), json!({"place": 1}), true),
        (Method::POST, format!("{OURS}/disable"), json!({}), false),
        (Method::POST, format!("{OURS}/enable"), json!({}), true),
        (Method::DELETE, OURS.to_owned(), json!({}), true),
    ]
}

#[tokio::test]
async fn a_freeze_stops_every_change_but_to_disable_and_not_an_unlimited_administrator() {
    let server = Server::start().await;
    let (admin, low) = (server.admin().await, server.admin_below(90).await);
    admin.freeze(json!({})).await.ok();
    for (method, path, body, is_stopped) in changes() {
        let answer = low.send(method.clone(), &path, body.to_string()).await;
        if is_stopped {
            answer.problem(423, "community-frozen");
        } else {
            answer.ok();
        }
    }
    for (method, path, body, _) in changes() {
        admin.send(method, &path, body.to_string()).await.ok();
    }
}

#[tokio::test]
async fn only_an_administrator_sees_and_changes_subscriptions() {
    let server = Server::start().await;
    let (bot, neighbour) = (server.bot().await, server.neighbours_admin().await);
    for path in [PATH.to_owned(), OURS.to_owned(), format!("{OURS}/deliveries")] {
        bot.get(&path).await.problem(403, "missing-scope");
    }
    for (method, path, body, _) in changes() {
        bot.send(method.clone(), &path, body.to_string()).await.problem(403, "missing-scope");
        if path != PATH {
            let answer = neighbour.send(method, &path, body.to_string()).await;
            answer.problem(404, "subscription-not-found");
        }
    }
}

#[tokio::test]
async fn the_subscription_of_a_game_server_is_changed_with_the_server() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (club, id) = (
        server.community("club").await,
        SubscriptionId(Uuid::from_u128(0x8000_0000_0000_0000_0000_0000_0000_0001)),
    );
    let mut tx = server.storage.begin().await.expect("a transaction");
    let mut subscription = tx.subscription(club, id).await.expect("a look-up").expect("the kit has it");
    subscription.server = Some(2);
    tx.put_subscription(club, &subscription).await.expect("it is stored");
    tx.commit().await.expect("a commit");
    let refused = admin.delete(OURS).await;
    insta::assert_json_snapshot!(refused.problem(409, "subscription-of-a-server"));
    let other = json!({"url": "https://example.com/elsewhere"});
    admin.patch(OURS, other).await.problem(409, "subscription-of-a-server");
    let rotate = format!("{OURS}/rotate-secret");
    admin.post(&rotate, json!({})).await.problem(409, "subscription-of-a-server");
    admin.patch(OURS, json!({"types": ["ranks.changed"], "url": "https://127.0.0.1/hook"})).await.ok();
    admin.post(&format!("{OURS}/disable"), json!({})).await.ok();
}
