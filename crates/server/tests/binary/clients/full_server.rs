//! A full game server: 200 players connect within two seconds, with the documented limits. All of them get
//! their answers, because the game server's key has a larger rate factor.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::kit::{Community, Process, account_id, agent, database_url, rankledger, run, succeed};

const PLAYERS: u32 = 200;

/// A community of as many accounts as players, with a game server, and a key for it that was given a larger
/// rate factor.
fn community_and_key() -> (Community, String) {
    let community = Community::of(PLAYERS);
    let url = database_url(&community.database);
    let of_club = |command: &[&str]| {
        let output = run(rankledger(command).args(["--database", &url, "--community", "club"]));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    };
    let servers = community.folder.path().join("servers.json");
    let document =
        json!({"community": {"id": "club", "name": "The Club"}, "servers": [{"id": 1, "name": "City"}]});
    std::fs::write(&servers, document.to_string()).expect("a file");
    succeed(rankledger(&["import", "--database", &url]).arg(&servers));
    let key = of_club(&["key", "create", "--name", "city", "--power-ceiling", "none"]);
    let listed = of_club(&["key", "list"]);
    let row = listed.lines().find(|row| row.contains(" city ")).expect("the key");
    of_club(&["key", "edit", "--rate-factor", "10", row.split(' ').next().expect("an id")]);
    (community, key)
}

/// Sends what a game server sends when a player connects. Returns the status of each answer.
fn connect(base: &str, key: &str, player: u32) -> Vec<u16> {
    let agent = agent();
    let bearer = format!("Bearer {key}");
    let accounts = format!("{base}/v2/community/accounts");
    let search = agent.get(format!("{accounts}/search?accId={}", account_id(player)));
    let found = search.header("authorization", &bearer).call().expect("an answer");
    // Ten to a household, each with an address and a computer that the others have, too.
    let household = player / 10;
    let identifiers = json!({"identifiers": [
        {"type": "ip", "value": format!("192.0.2.{household}")},
        {"type": "hwid", "value": format!("2:{household:x}")},
        {"type": "hwid", "value": format!("3:{player:x}")},
        {"type": "license", "value": format!("{player:040x}")},
        {"type": "steam", "value": format!("1100001{player:08x}")},
        {"type": "discord", "value": (1_000_000_000 + player).to_string()},
    ]});
    let register = agent.post(format!("{accounts}/{}/identifiers", account_id(player)));
    let registered =
        register.header("authorization", &bearer).send(identifiers.to_string()).expect("an answer");
    let check = agent.post(format!("{base}/v2/community/servers/1/whitelist/check"));
    let body = json!({ "apiId": (1_000_000_000 + player).to_string() }).to_string();
    let checked = check.header("authorization", &bearer).send(body).expect("an answer");
    [found, registered, checked].map(|answer| answer.status().as_u16()).to_vec()
}

#[test]
fn two_hundred_players_who_connect_at_once_all_get_their_answers() {
    let (community, key) = community_and_key();
    let server = Process::start(&["serve", "--database", &database_url(&community.database)]);
    let (base, begun) = (server.url(""), Instant::now());
    std::thread::scope(|scope| {
        let (base, key) = (&base, &key);
        let players: Vec<_> = (1..=PLAYERS)
            .map(|player| {
                std::thread::sleep(Duration::from_millis(2000 / u64::from(PLAYERS)));
                scope.spawn(move || connect(base, key, player))
            })
            .collect();
        for player in players {
            assert_eq!(player.join().expect("no player failed"), [200; 3]);
        }
    });
    println!("{PLAYERS} players were answered within {:?}", begun.elapsed());
    let flags = agent().get(format!("{base}/v2/community/flags?take=100"));
    let mut answer = flags.header("authorization", format!("Bearer {key}")).call().expect("an answer");
    let text = answer.body_mut().read_to_string().expect("a text");
    let flags: Value = serde_json::from_str(&text).expect("JSON");
    // 20 households of several players share an address and a computer each; the last player lives alone.
    assert_eq!(flags["data"]["total"], 40, "{flags}");
}
