//! The table of `docs/guides/keys.md` is true: who may ask a bot for what. `medic` of power 30 stands for
//! the sergeant.

use serde_json::{Value, json};

use crate::kit::{Actor, Server, account};

const SERGEANT: &str = "100000000000000003";
const CHIEF: &str = "100000000000000004";

/// Asks the bot for a change in somebody's name. Returns whether it was made; else it was refused for want
/// of power.
async fn is_done(bot: &Actor, whom: &str, mut change: Value, user: Option<&str>) -> bool {
    change["userId"] = json!(user);
    let answer = bot.set_ranks(whom, change).await;
    if answer.status != 200 {
        answer.problem(403, "insufficient-power");
    }
    answer.status == 200
}

#[tokio::test]
async fn the_stricter_of_key_and_person_decides() {
    let server = Server::start().await;
    let bot = server.bot_below(90).await;
    let give = |rank: &str| json!({"add": [rank]});
    let take = |rank: &str| json!({"remove": [rank]});
    for (whom, change, user, expected) in [
        (account::CADET, give("officer"), Some(SERGEANT), true),
        (account::CADET, give("medic"), Some(SERGEANT), false),
        (account::CADET, give("medic"), Some(CHIEF), true),
        (account::CADET, take("officer"), Some(SERGEANT), false),
        (account::CADET, give("chief"), Some(CHIEF), false),
        (account::NEWCOMER, give("medic"), None, true),
        (account::OFFICER, give("cadet"), Some(SERGEANT), false),
        (account::OFFICER, take("medic"), Some(SERGEANT), true),
        (account::NEWCOMER, give("cadet"), Some(account::BANNED), false),
        (account::CHIEF, take("chief"), Some(account::OWNER), false),
    ] {
        assert_eq!(is_done(&bot, whom, change.clone(), user).await, expected, "{whom} {change} by {user:?}");
    }
}
