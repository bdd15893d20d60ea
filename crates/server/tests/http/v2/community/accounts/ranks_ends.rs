//! `PATCH /v2/community/accounts/{accountId}/ranks` with grants that end: which requests are accepted, which
//! are refused, and the answers. The expiry itself is tested in `ranks_expiry`.

use http::Method;
use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account, rank};

/// Half a year after the kit's noon of 2026-05-01.
const AUTUMN: &str = "2026-11-01T12:00:00.000Z";

/// Returns the ends of the grants in an answer.
#[track_caller]
fn ends(answer: &Answer) -> &Value {
    &answer.ok()["meta"]["expiresAt"]
}

async fn ends_of(actor: &Actor, account: &str) -> Value {
    ends(&actor.get(&format!("/v2/community/accounts/{account}/ranks")).await).clone()
}

/// Checks that a bot with every scope is refused, and that nothing is written. Returns the pointers in the
/// answer.
async fn refused(server: &Server, account: &str, body: Value, status: u16, kind: &str) -> Vec<String> {
    let bot = server.bot().await;
    let before = (server.written().await, bot.ranks_of(account).await, ends_of(&bot, account).await);
    let answer = bot.set_ranks(account, body.clone()).await;
    assert_eq!(answer.body["type"], format!("/problems/{kind}"), "{body}: {}", answer.body);
    let errors = answer.problem(status, kind)["errors"].as_array().expect("the places").clone();
    assert_eq!((server.written().await, bot.ranks_of(account).await, ends_of(&bot, account).await), before);
    errors.iter().map(|error| error["pointer"].as_str().expect("a pointer").to_owned()).collect()
}

#[tokio::test]
async fn a_bot_gives_a_rank_until_a_time_and_sees_its_end() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let body = json!({"add": ["officer", {"rank": "medic", "expiresAt": AUTUMN}]});
    let answer = bot.set_ranks(account::CADET, body).await;
    insta::assert_json_snapshot!(answer.whole());
    let path = format!("/v2/community/accounts/{}/ranks", account::CADET);
    insta::assert_json_snapshot!(bot.get(&path).await.whole());
}

#[tokio::test]
async fn without_ends_the_answers_say_nothing_of_them() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let changed = bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let undone = bot.undo(changed.undo_id(), json!({})).await;
    let read = bot.get(&format!("/v2/community/accounts/{}/ranks", account::CADET)).await;
    for answer in [changed, undone, read] {
        assert!(answer.ok()["meta"].get("expiresAt").is_none(), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_duration_is_counted_from_now_by_the_calendar_in_utc() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (duration, end) in [
        ("PT1S", "2026-05-01T12:00:01.000Z"),
        ("PT0.25S", "2026-05-01T12:00:00.250Z"),
        ("PT12H", "2026-05-02T00:00:00.000Z"),
        ("P30D", "2026-05-31T12:00:00.000Z"),
        ("P2W", "2026-05-15T12:00:00.000Z"),
        ("P1M", "2026-06-01T12:00:00.000Z"),
        ("P1Y2M", "2027-07-01T12:00:00.000Z"),
        ("P1Y2M3DT4H5M6S", "2027-07-04T16:05:06.000Z"),
        ("P100Y", "2126-05-01T12:00:00.000Z"),
    ] {
        let body = json!({"add": [{"rank": "medic", "expiresIn": duration, "onHeld": "replace"}]});
        let answer = bot.set_ranks(account::CADET, body).await;
        assert_eq!(*ends(&answer), json!({rank::MEDIC: end}), "{duration}");
    }
}

#[tokio::test]
async fn a_time_is_kept_in_utc_to_the_millisecond() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let body = json!({"add": [{"rank": "medic", "expiresAt": "2026-11-01T14:00:00.0009+02:00"}]});
    assert_eq!(*ends(&bot.set_ranks(account::CADET, body).await), json!({rank::MEDIC: AUTUMN}));
}

#[tokio::test]
async fn set_gives_ends_and_ranks_keep_those_that_they_have() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let body = json!({"set": [{"rank": rank::MEDIC, "expiresAt": AUTUMN}, {"rank": "officer"}, "cadet"]});
    let answer = bot.set_ranks(account::CADET, body).await;
    assert_eq!(*answer.ranks(), json!([rank::CADET, rank::MEDIC, rank::OFFICER]));
    assert_eq!(*ends(&answer), json!({rank::MEDIC: AUTUMN}));

    let written = server.written().await;
    for body in [
        json!({"add": ["medic", {"rank": "officer"}]}),
        json!({"set": ["medic", "officer", "cadet"]}),
        json!({"add": [{"rank": "medic", "expiresAt": AUTUMN}, {"rank": "officer", "expiresAt": null}]}),
    ] {
        let answer = bot.set_ranks(account::CADET, body).await;
        assert_eq!(answer.ok()["meta"]["undoId"], Value::Null);
        assert_eq!(*ends(&answer), json!({rank::MEDIC: AUTUMN}));
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn another_end_is_a_change_that_can_be_undone() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let give =
        |end: Value| bot.set_ranks(account::OFFICER, json!({"add": [{"rank": "officer", "expiresAt": end}]}));
    let shorter = json!({"add": [{"rank": "officer", "expiresAt": AUTUMN, "onHeld": "replace"}]});
    bot.set_ranks(account::OFFICER, shorter).await.ok();
    let later = "2027-01-01T00:00:00.000Z";
    let longer = give(json!(later)).await;
    assert_eq!(*ends(&longer), json!({rank::OFFICER: later}));
    assert_eq!(*longer.ranks(), json!([rank::OFFICER, rank::MEDIC]), "it keeps its place");
    let for_ever = give(Value::Null).await;
    assert!(for_ever.ok()["meta"].get("expiresAt").is_none());
    let undone = bot.undo(for_ever.undo_id(), json!({})).await;
    assert_eq!(*ends(&undone), json!({rank::OFFICER: later}));
    let undone = bot.undo(longer.undo_id(), json!({})).await;
    assert_eq!(*ends(&undone), json!({rank::OFFICER: AUTUMN}));
    assert_eq!(undone.ok()["data"]["account"]["ranks"], json!([rank::OFFICER, rank::MEDIC]));
}

#[tokio::test]
async fn the_undo_of_a_removal_gives_the_same_end_back() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"add": [{"rank": "medic", "expiresAt": AUTUMN}]})).await.ok();
    let removal = bot.change_ranks(account::CADET, json!({"remove": ["medic"]})).await;
    assert_eq!(ends_of(&bot, account::CADET).await, Value::Null);
    bot.undo(removal, json!({})).await.ok();
    assert_eq!(ends_of(&bot, account::CADET).await, json!({rank::MEDIC: AUTUMN}));
}

#[tokio::test]
async fn a_member_that_nobody_reads_is_refused_at_its_place() {
    let server = Server::start().await;
    let note = json!({"rank": "medic", "expiresAt": AUTUMN, "note": {"by": 7}});
    let misspelt = json!({"rank": "medic", "expires": "P1D"});
    for (body, place) in [
        (json!({"add": ["officer", note]}), "/add/1/note"),
        (json!({"set": [misspelt], "remove": ["cadet"]}), "/set/0/expires"),
    ] {
        let places = refused(&server, account::CADET, body, 400, "invalid-body").await;
        assert_eq!(places, [place]);
    }
}

#[tokio::test]
async fn an_end_that_has_passed_is_refused_with_every_place() {
    let server = Server::start().await;
    let now = server.now().to_string();
    let body = json!({
        "set": ["cadet", {"rank": "officer", "expiresAt": "2026-01-01T00:00:00Z"}],
        "add": [{"rank": "medic", "expiresAt": AUTUMN}, {"rank": rank::CHIEF, "expiresAt": now}],
    });
    let answer = server.bot().await.set_ranks(account::CADET, body.clone()).await;
    insta::assert_json_snapshot!(answer.whole());
    let places = refused(&server, account::CADET, body, 422, "end-has-passed").await;
    assert_eq!(places, ["/set/1", "/add/1"]);
}

#[tokio::test]
async fn an_end_that_cannot_be_read_is_refused_with_its_place() {
    let server = Server::start().await;
    for (members, place) in [
        (json!({"expiresAt": "tomorrow"}), "/add/1/expiresAt"),
        (json!({"expiresAt": "2026-13-01T00:00:00Z"}), "/add/1/expiresAt"),
        (json!({"expiresAt": "2026-11-01"}), "/add/1/expiresAt"),
        (json!({"expiresAt": 1_793_534_400}), "/add/1/expiresAt"),
        (json!({"expiresAt": "2126-05-01T12:00:00.001Z"}), "/add/1/expiresAt"),
        (json!({"expiresIn": "P100YT0.001S"}), "/add/1/expiresIn"),
        (json!({"expiresIn": "P99999Y"}), "/add/1/expiresIn"),
        (json!({"expiresIn": "P9000Y"}), "/add/1/expiresIn"),
        (json!({"expiresIn": "P0D"}), "/add/1/expiresIn"),
        (json!({"expiresIn": "PT0S"}), "/add/1/expiresIn"),
        (json!({"expiresIn": "-P1D"}), "/add/1/expiresIn"),
        (json!({"expiresIn": "P"}), "/add/1/expiresIn"),
        (json!({"expiresIn": "PT"}), "/add/1/expiresIn"),
        (json!({"expiresIn": "30 days"}), "/add/1/expiresIn"),
        (json!({"expiresIn": ""}), "/add/1/expiresIn"),
        (json!({"expiresIn": 30}), "/add/1/expiresIn"),
        (json!({"expiresIn": null}), "/add/1/expiresIn"),
        (json!({"expiresAt": AUTUMN, "expiresIn": "P1D"}), "/add/1"),
        (json!({"expiresAt": null, "expiresIn": "P1D"}), "/add/1"),
        (json!({"rank": 7}), "/add/1/rank"),
        (json!({"rank": null}), "/add/1/rank"),
    ] {
        let mut entry = json!({"rank": "medic"});
        let entry_members = entry.as_object_mut().expect("an object");
        entry_members.extend(members.as_object().expect("an object").clone());
        let body = json!({"add": ["officer", entry]});
        let places = refused(&server, account::CADET, body, 400, "invalid-body").await;
        assert_eq!(places, [place], "{members}");
    }
    let nameless = json!({"set": [{"expiresIn": "P1D"}]});
    assert_eq!(refused(&server, account::CADET, nameless, 400, "invalid-body").await, ["/set/0"]);
    let list = json!({"add": [["medic"]]});
    assert_eq!(refused(&server, account::CADET, list, 400, "invalid-body").await, ["/add/0"]);
}

#[tokio::test]
async fn an_end_has_no_place_in_remove() {
    let server = Server::start().await;
    let body = json!({"remove": ["cadet", {"rank": "medic", "expiresIn": "P1D"}]});
    let answer = server.bot().await.set_ranks(account::CADET, body.clone()).await;
    let detail = answer.problem(400, "invalid-body")["detail"].as_str().expect("a sentence");
    assert!(detail.contains("a rank that is removed is named by its id or key alone"), "{detail}");
    assert_eq!(refused(&server, account::CADET, body, 400, "invalid-body").await, ["/remove/1"]);
}

#[tokio::test]
async fn unknown_and_retired_ranks_are_refused_in_objects_as_in_texts() {
    let server = Server::start().await;
    let unknown = json!({"add": ["cadet", {"rank": "colonel", "expiresIn": "P1D"}]});
    assert_eq!(refused(&server, account::CADET, unknown, 422, "unknown-rank").await, ["/add/1"]);
    let retired = json!({"add": [{"rank": "explorer", "expiresIn": "P1D"}]});
    assert_eq!(refused(&server, account::CADET, retired, 422, "rank-retired").await, ["/add/0"]);
}

#[tokio::test]
async fn a_retired_rank_is_held_for_a_shorter_time_but_not_for_longer() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let until = |end: Value| json!({"add": [{"rank": "explorer", "expiresAt": end}]});
    let shorter = json!({"add": [{"rank": "explorer", "expiresAt": AUTUMN, "onHeld": "replace"}]});
    bot.set_ranks(account::EXPLORER, shorter).await.ok();
    for end in [Value::Null, json!("2026-11-01T12:00:00.001Z")] {
        let places = refused(&server, account::EXPLORER, until(end), 422, "rank-retired").await;
        assert_eq!(places, ["/add/0"]);
    }
    assert_eq!(ends_of(&bot, account::EXPLORER).await, json!({rank::EXPLORER: AUTUMN}));
}

#[tokio::test]
async fn whoever_may_not_give_a_rank_may_not_change_its_end() {
    let server = Server::start().await;
    let body = json!({"add": [{"rank": "medic", "expiresAt": AUTUMN, "onHeld": "replace"}]});
    let answer = server.bot_below(30).await.set_ranks(account::OFFICER, body.clone()).await;
    answer.problem(403, "insufficient-power");
    server.bot_below(31).await.set_ranks(account::OFFICER, body).await.ok();
}

#[tokio::test]
async fn a_banned_or_archived_account_gets_less_time_but_no_more() {
    let server = Server::start().await;
    for (account, kind) in [(account::BANNED, "account-banned"), (account::ARCHIVED, "account-archived")] {
        let bot = server.bot().await;
        let until = |end: Value| json!({"add": [{"rank": "cadet", "expiresAt": end}]});
        let shorter = json!({"add": [{"rank": "cadet", "expiresAt": AUTUMN, "onHeld": "replace"}]});
        bot.set_ranks(account, shorter).await.ok();
        bot.set_ranks(account, until(Value::Null)).await.problem(409, kind);
        assert_eq!(ends_of(&bot, account).await, json!({rank::CADET: AUTUMN}));
    }
}

#[tokio::test]
async fn what_ends_is_told_wherever_a_change_is_answered() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"add": [{"rank": "medic", "expiresAt": AUTUMN, "onHeld": "replace"}]});
    admin.set_ranks(account::OFFICER, body).await.ok();
    let path = |action: &str| format!("/v2/community/accounts/{}/{action}", account::OFFICER);
    let banned = admin.post(&path("ban"), json!({"keepRanks": true})).await;
    assert_eq!(*ends(&banned), json!({rank::MEDIC: AUTUMN}));
    let unbanned = admin.send(Method::POST, &path("unban"), "").await;
    assert_eq!(*ends(&unbanned), json!({rank::MEDIC: AUTUMN}));
    let kicked = admin.post(&path("kick"), json!({})).await;
    assert!(kicked.ok()["meta"].get("expiresAt").is_none());
}

#[tokio::test]
async fn an_end_beside_the_lists_is_told_where_it_belongs_and_gives_nothing() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for member in ["expiresIn", "expiresAt", "expires_in", "expires_at", "expires"] {
        for value in [json!("P7D"), json!(AUTUMN), Value::Null, json!({"in": 7})] {
            let answer = bot.set_ranks(account::CADET, json!({"add": ["medic"], member: value})).await;
            let problem = answer.problem(400, "invalid-body");
            assert_eq!(problem["errors"][0]["pointer"], format!("/{member}"));
            let example = r#"{"add": [{"rank": "vip", "expiresIn": "P7D"}]}"#;
            assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(example)), "{problem}");
        }
    }
    assert_eq!(server.written().await, written);
}
