//! Bans, kicks and archiving: their ends, who may change or lift them, and how a rollback takes them back.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Server, account, rank};

const SECOND: &str = "PT1S";

#[tokio::test]
async fn a_ban_is_lifted_when_its_end_has_come() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let body = json!({"reason": "Rammed", "expiresIn": "PT2H", "keepRanks": true});
    let banned = bot.change_standing(account::CADET, "ban", body).await;
    assert_eq!(banned.ok()["data"]["banExpiration"], "2026-05-01T14:00:00.000Z");
    server.advance(Duration::from_hours(1));
    assert_eq!(server.lift_bans().await, 0);
    let again = bot.change_standing(account::CADET, "ban", json!({"keepRanks": true})).await;
    assert_eq!(
        (&again.ok()["data"]["banExpiration"], &again.ok()["data"]["banInfo"]),
        (&Value::Null, &json!("Rammed"))
    );
    server.advance(Duration::from_hours(2));
    assert_eq!(server.lift_bans().await, 0, "a ban without an end clears the old one");

    let at = json!({"expiresAt": "2026-05-01T16:00:00Z", "keepRanks": true});
    bot.change_standing(account::CADET, "ban", at).await.ok();
    admin.freeze(json!({})).await.ok();
    server.advance(Duration::from_hours(1));
    assert_eq!(server.lift_bans().await, 0, "nothing ends in a frozen community");
    admin.unfreeze(json!({})).await.ok();
    assert_eq!(server.lift_bans().await, 1);
    let row = bot.get(&format!("/v2/community/accounts/{}", account::CADET)).await;
    assert_eq!(row.ok()["data"]["banned"], false);
    bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await.undo_id();
    for (body, pointer) in [
        (json!({"expiresAt": "2026-05-01T00:00:00Z"}), "/expiresAt"),
        (json!({"expiresAt": "soon"}), "/expiresAt"),
        (json!({"expiresIn": "two days"}), "/expiresIn"),
        (json!({"expiresIn": "P200Y"}), "/expiresIn"),
        (json!({"expiresIn": "P2D", "expiresAt": "2027-01-01T00:00:00Z"}), "/expiresAt"),
    ] {
        let refused = bot.change_standing(account::OFFICER, "ban", body).await;
        assert_eq!(refused.problem(400, "invalid-body")["errors"][0]["pointer"], pointer);
    }
}

#[tokio::test]
async fn bans_kicks_and_archiving_are_taken_back_with_the_ranks() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let by_chief = json!({"userId": account::CHIEF});
    let kept = json!({"userId": account::CHIEF, "keepRanks": true});
    bot.change_standing(account::OFFICER, "ban", by_chief.clone()).await.undo_id();
    bot.change_standing(account::CADET, "kick", kept.clone()).await.ok();
    bot.change_standing(account::NEWCOMER, "ban", kept.clone()).await.ok();
    bot.change_standing(account::EXPLORER, "ban", kept).await.ok();
    // Somebody else bans one of them anew: that stays.
    let again = json!({"keepRanks": true, "reason": "Rammed", "userId": account::OWNER});
    bot.change_standing(account::EXPLORER, "ban", again).await.ok();

    let preview = admin.preview(by_chief.clone()).await;
    let written = server.written().await;
    let done = admin.run(&preview).await;
    assert_eq!(done.counts(), [3, 1, 1, 0, 0]);
    assert_ne!(server.written().await, written);
    let standing = async |account: &str| {
        let row = bot.get(&format!("/v2/community/accounts/{account}")).await.ok()["data"].clone();
        (row["banned"] == true, row["archived"] == true, row["ranks"].clone())
    };
    assert_eq!(standing(account::OFFICER).await, (false, false, json!([rank::OFFICER, rank::MEDIC])));
    assert_eq!(standing(account::CADET).await, (false, false, json!([rank::CADET])));
    assert_eq!(standing(account::NEWCOMER).await, (false, false, json!([])));
    assert!(standing(account::EXPLORER).await.0, "what others did since stays");
    let accounts = done.ok()["data"]["accounts"].as_array().expect("the accounts").clone();
    let of = |id: &str| accounts.iter().find(|account| account["accId"] == id).cloned().unwrap_or_default();
    assert_eq!(
        (&of(account::OFFICER)["unbanned"], of(account::OFFICER).get("restored")),
        (&json!(true), None)
    );
    assert_eq!((&of(account::CADET)["restored"], of(account::CADET).get("unbanned")), (&json!(true), None));
    assert_eq!(admin.preview(by_chief).await.counts(), [0; 5]);
}

#[tokio::test]
async fn nobody_takes_back_their_own_bans_and_whoever_reaches_no_account_leaves_it_banned() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot_with(crate::kit::ALL_SCOPES, |_| {}).await);
    bot.change_standing(account::NEWCOMER, "ban", json!({"keepRanks": true})).await.ok();
    bot.preview(json!({"accounts": [account::NEWCOMER]})).await.problem(403, "own-rollback");
    admin.change_standing(account::CHIEF, "ban", json!({"keepRanks": true})).await.ok();
    let low = server.bot_below(50).await;
    low.run(&low.preview(json!({"accounts": [account::CHIEF]})).await).await.ok();
    let row = bot.get(&format!("/v2/community/accounts/{}", account::CHIEF)).await;
    assert_eq!(row.ok()["data"]["banned"], true);
}

#[tokio::test]
async fn a_ban_of_those_above_is_neither_replaced_nor_lifted_from_below() {
    let server = Server::start().await;
    let (admin, low) = (server.admin().await, server.bot_below(50).await);
    admin.change_standing(account::CHIEF, "ban", json!({"reason": "Rammed"})).await.undo_id();
    let shorter = json!({"expiresIn": SECOND, "keepRanks": true});
    low.change_standing(account::CHIEF, "ban", shorter.clone()).await.problem(403, "insufficient-power");
    low.change_standing(account::CHIEF, "unban", json!({})).await.problem(403, "insufficient-power");
    low.run(&low.preview(json!({"accounts": [account::CHIEF]})).await).await.ok();
    server.advance(Duration::from_secs(2));
    assert_eq!(server.lift_bans().await, 0);
    let row = admin.get(&format!("/v2/community/accounts/{}", account::CHIEF)).await;
    assert_eq!(row.ok()["data"]["banned"], true);
}

#[tokio::test]
async fn who_bans_the_banned_anew_has_not_put_them_out() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let by = |user: &str| json!({"userId": user, "keepRanks": true});
    admin.change_standing(account::CADET, "ban", by(account::OWNER)).await.ok();
    admin.change_standing(account::CADET, "ban", by(account::CHIEF)).await.ok();
    admin.roll_back(json!({"userId": account::CHIEF})).await;
    let row = admin.get(&format!("/v2/community/accounts/{}", account::CADET)).await;
    assert_eq!(row.ok()["data"]["banned"], true);
}
