//! `POST /console/members/{number}/ranks`: the preview of a change, and the change.

use http::StatusCode;
use serde_json::{Value, json};

use crate::kit::{ALL_SCOPES, Browser, Server, account, rank, shown};

const MEMBER: &str = "/console/members/1002";
const PATH: &str = "/console/members/1002/ranks";

/// Returns the newest change of a member, as the API has it.
async fn newest_change(server: &Server, account: &str) -> Value {
    let path = format!("/v2/community/rank-changes?accountId={account}&take=1");
    server.bot().await.get(&path).await.ok()["data"]["rankChanges"][0].clone()
}

/// Returns the version that a preview looked at.
fn version(page: &str) -> String {
    let from = page.split("name=\"version\" value=\"").nth(1).expect("a preview");
    from.split('"').next().expect("the end of the value").to_owned()
}

#[tokio::test]
async fn a_preview_writes_nothing_and_its_button_does_it_as_the_person() {
    let server = Server::start().await;
    let mut owner: Browser = server.browser_of(account::OWNER).await;
    let written = server.written().await;
    let fields =
        [("take", rank::CADET), ("give", rank::OFFICER), ("until", "7d"), ("why", "passed the exam")];
    let answer = owner.send(MEMBER, PATH, &[&fields[..], &[("step", "preview")]].concat()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    insta::assert_snapshot!("a preview", shown(&answer.text));
    assert_eq!(server.written().await, written, "a preview writes nothing");
    assert!(answer.text.contains("name=\"until\" value=\"7d\""), "what was entered stays");
    let version = version(&answer.text);
    let run = [&fields[..], &[("step", "run"), ("version", &version)]].concat();
    let page = owner.send_and_follow(MEMBER, PATH, &run).await;
    insta::assert_snapshot!("a change", shown(&page));
    let change = newest_change(&server, account::CADET).await;
    assert_eq!(change["userId"], account::OWNER, "authenticated, not claimed");
    assert_eq!(change["credentialId"], "636f6e73-6f6c-8500-8000-000000000000", "the console");
    assert_eq!((&change["source"], &change["reason"]), (&json!("api"), &json!("passed the exam")));
    assert_eq!(change["added"], json!([{"rank": rank::OFFICER, "expiresAt": "2026-05-08T12:00:00.000Z"}]));
}

#[tokio::test]
async fn a_key_changes_ranks_as_the_key() {
    let server = Server::start().await;
    let mut browser = server.browser_with_key(&server.bot_key().await).await;
    let give = [("give", rank::OFFICER), ("step", "run")];
    browser.send_and_follow(MEMBER, PATH, &give).await;
    let change = newest_change(&server, account::CADET).await;
    assert_eq!(change["userId"], Value::Null);
    assert!(
        change["credentialId"].is_string()
            && change["credentialId"] != "636f6e73-6f6c-8500-8000-000000000000"
    );
}

#[tokio::test]
async fn a_member_who_was_changed_meanwhile_gets_a_new_preview() {
    let server = Server::start().await;
    let mut browser = server.browser_with_key(&server.bot_key().await).await;
    let fields = [("give", rank::OFFICER), ("why", "my reason")];
    let preview = browser.send(MEMBER, PATH, &[&fields[..], &[("step", "preview")]].concat()).await;
    let version = version(&preview.text);
    server.bot().await.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let written = server.written().await;
    let run = [&fields[..], &[("step", "run"), ("version", &version)]].concat();
    let answer = browser.send(MEMBER, PATH, &run).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
    assert!(answer.text.contains("was changed since the last preview"), "{}", answer.text);
    assert!(answer.text.contains("value=\"my reason\""), "the reason stays");
    assert_eq!(server.written().await, written);
    let again = self::version(&answer.text);
    let run = [&fields[..], &[("step", "run"), ("version", &again)]].concat();
    browser.send_and_follow(MEMBER, PATH, &run).await;
    assert_eq!(
        server.bot().await.ranks_of(account::CADET).await,
        json!([rank::CADET, rank::MEDIC, rank::OFFICER])
    );
}

#[tokio::test]
async fn what_the_api_refuses_a_page_refuses_in_the_same_words() {
    let server = Server::start().await;
    let key = server.key_of("club", ALL_SCOPES, |credential| {
        credential.power_ceiling = Some(rankledger_domain::rank::Power(25));
    });
    let key = key.await;
    let (mut browser, bot) = (server.browser_with_key(&key).await, server.holder_of(&key));
    let written = server.written().await;
    for (account, number, give) in [
        (account::CADET, 1002, rank::MEDIC),
        (account::CHIEF, 1004, rank::OFFICER),
        (account::BANNED, 1006, rank::OFFICER),
        (account::ARCHIVED, 1007, rank::OFFICER),
        (account::CADET, 1002, rank::EXPLORER),
        (account::CADET, 1002, rank::FOREIGN),
    ] {
        let refused = bot.set_ranks(account, json!({"add": [give], "reason": "why not"})).await;
        let page = format!("/console/members/{number}");
        for step in ["preview", "run"] {
            let fields = [("give", give), ("why", "why not"), ("step", step)];
            let answer = browser.send(&page, &format!("{page}/ranks"), &fields).await;
            assert_eq!(answer.status, refused.status, "{}", answer.text);
            let sentence = refused.sentence().replace('"', "&#34;");
            assert!(answer.text.contains(&sentence), "{sentence}: {}", shown(&answer.text));
            assert!(answer.text.contains("value=\"why not\""), "what was entered stays");
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn an_end_is_read_as_people_write_it() {
    let server = Server::start().await;
    let mut browser = server.browser_with_key(&server.bot_key().await).await;
    for (until, end) in [
        ("12h", "2026-05-02T00:00:00.000Z"),
        ("PT12H", "2026-05-02T00:00:00.000Z"),
        ("2 weeks", "2026-05-15T12:00:00.000Z"),
        ("5 December", "2026-12-06T00:00:00.000Z"),
        ("30 apr", "2027-05-01T00:00:00.000Z"),
        ("5 Dec 2027, 20:00", "2027-12-05T20:00:00.000Z"),
        ("2026-06-01", "2026-06-02T00:00:00.000Z"),
        ("2026-06-01T10:00:00Z", "2026-06-01T10:00:00.000Z"),
    ] {
        let fields = [("give", rank::OFFICER), ("until", until), ("step", "run")];
        browser.send_and_follow(MEMBER, PATH, &fields).await;
        let change = newest_change(&server, account::CADET).await;
        assert_eq!(change["added"][0]["expiresAt"], end, "{until}");
        server.bot().await.change_ranks(account::CADET, json!({"remove": ["officer"]})).await;
    }
    let written = server.written().await;
    for (until, sentence) in [
        ("7", "Write 7d, PT12H or a date, such as 5 December."),
        ("soon", "Write 7d, PT12H or a date, such as 5 December."),
        ("31 February", "Write 7d, PT12H or a date, such as 5 December."),
        ("3m", "m can mean months or minutes: write 2mo or 30min."),
        ("-7d", "That time has passed. Write a later one."),
        ("2026-04-01", "That time has passed. Write a later one."),
    ] {
        let fields = [("give", rank::OFFICER), ("until", until), ("step", "run")];
        let answer = browser.send(MEMBER, PATH, &fields).await;
        assert!(
            answer.status.is_client_error() && answer.text.contains(sentence),
            "{until}: {}",
            shown(&answer.text)
        );
        assert!(answer.text.contains(&format!("value=\"{until}\"")), "what was entered stays");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_form_that_asks_for_nothing_says_so() {
    let server = Server::start().await;
    let mut browser = server.browser_with_key(&server.bot_key().await).await;
    let answer = browser.send(MEMBER, PATH, &[("step", "preview")]).await;
    let refused = server.bot().await.set_ranks(account::CADET, json!({})).await;
    assert_eq!(answer.status, refused.status);
    let held = browser.send(MEMBER, PATH, &[("give", rank::CADET), ("step", "run")]).await;
    assert!(held.text.contains("Nothing would change."), "{}", shown(&held.text));
}

#[tokio::test]
async fn in_a_frozen_community_every_page_says_so_and_nothing_is_changed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut browser = server.browser_with_key(&server.bot_key().await).await;
    admin.freeze(json!({"userId": account::CHIEF, "reason": "Somebody demotes everybody"})).await.ok();
    for path in ["/console", "/console/members", MEMBER, "/console/sessions"] {
        let page = browser.page(path).await;
        assert!(page.contains("Frozen since") && page.contains("by <bdi>Chief</bdi>"), "{path}: {page}");
    }
    let written = server.written().await;
    let answer = browser.send(MEMBER, PATH, &[("give", rank::OFFICER), ("step", "run")]).await;
    assert_eq!(answer.status.as_u16(), 423, "{}", answer.text);
    assert_eq!(server.written().await, written);
    let mut owner = server.browser_of(account::OWNER).await;
    owner.send_and_follow(MEMBER, PATH, &[("give", rank::OFFICER), ("step", "run")]).await;
}
