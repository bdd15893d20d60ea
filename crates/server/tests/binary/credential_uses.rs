//! The last use of a key, which a server stores when it stops.

use crate::kit::{Community, KEY, Process, agent, database_url, rankledger, run};

/// Returns the row of the tests' key in `key list`.
fn listed(community: &Community) -> String {
    let database = database_url(&community.database);
    let output = run(&mut rankledger(&["key", "list", "--community", "club", "--database", &database]));
    let list = String::from_utf8(output.stdout).expect("a text");
    list.lines().nth(1).expect("a key").to_owned()
}

#[test]
fn the_last_use_of_a_key_is_known_after_the_server_has_stopped() {
    let community = Community::of(1);
    assert!(listed(&community).ends_with("never"), "{}", listed(&community));

    let server = Process::serve(&community.database);
    let request = agent().get(server.url("/v2/community")).header("authorization", format!("Bearer {KEY}"));
    assert_eq!(request.call().expect("an answer").status(), 200);
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log:?}");
    assert!(listed(&community).ends_with('Z'), "{}", listed(&community));
}
