//! The whitelist mods of Minecraft and Roblox: they ask by v1 and look at the status alone.

use serde_json::{Value, json};

use crate::kit::{Process, agent};

/// A mod, by how it calls and how it reads the answer.
struct Mod {
    /// What stands between the base URL and the path: some bases end in a slash.
    slashes: &'static str,
    /// The id of the player, as the game knows it.
    player: &'static str,
    /// The object that the mod sends as `data`.
    data: fn(&str) -> Value,
    /// Whether the mod lets the player in.
    lets_in: fn(u16) -> bool,
}

/// Demands exactly 200.
const MINECRAFT: Mod = Mod {
    slashes: "/",
    player: "069a79f4-44e9-4726-a5be-fca90e38aaf5",
    data: |player| json!([{"apiId": player, "serverId": 1}]),
    lets_in: |status| status == 200,
};

/// Takes any success, and sends a bare object.
const ROBLOX: Mod = Mod {
    slashes: "//",
    player: "987654321",
    data: |player| json!({"apiId": player, "serverId": "1"}),
    lets_in: |status| (200..300).contains(&status),
};

const BEARER: &str = "Bearer YOUR_API_KEY";

const ACCOUNT: &str = "/v2/community/accounts/00000000-0000-0000-0000-000000000000";

impl Mod {
    /// Returns whether the mod lets its player in, and the text of the answer.
    fn ask(&self, demo: &Process) -> (bool, String) {
        let url = format!("{}{}servers/verify_whitelist", demo.url(""), self.slashes);
        let call = json!({"id": "YOUR_COMMUNITY_ID", "key": "YOUR_API_KEY", "type": "VERIFY_WHITELIST",
            "data": (self.data)(self.player)});
        let mut answer = agent().post(&url).send(call.to_string()).expect("an answer");
        let text = answer.body_mut().read_to_string().expect("a text");
        ((self.lets_in)(answer.status().as_u16()), text)
    }
}

#[test]
fn a_player_is_let_in_while_they_hold_a_rank_that_is_allowed() {
    let demo = Process::start(&["demo"]);
    let identifiers = json!({"identifiers": [
        {"type": "minecraft", "value": MINECRAFT.player}, {"type": "roblox", "value": ROBLOX.player},
    ]});
    let url = demo.url(&format!("{ACCOUNT}/identifiers"));
    let register = agent().post(url).header("authorization", BEARER).send(identifiers.to_string());
    assert_eq!(register.expect("an answer").status(), 200);
    for (change, expected) in [
        (json!({"active": false}), false),
        (json!({"add": ["rank-1"]}), true),
        (json!({"remove": ["rank-1"]}), false),
    ] {
        let url = demo.url(&format!("{ACCOUNT}/ranks"));
        let changed = agent().patch(url).header("authorization", BEARER).send(change.to_string());
        assert_eq!(changed.expect("an answer").status(), 200);
        for whitelist in [MINECRAFT, ROBLOX] {
            let (is_in, text) = whitelist.ask(&demo);
            assert_eq!(is_in, expected, "{}: {change}: {text}", whitelist.player);
            assert_eq!(text == "ExampleAccount", expected, "{text}");
        }
    }
    let stranger = Mod { player: "1", ..ROBLOX };
    assert!(!stranger.ask(&demo).0);
}
