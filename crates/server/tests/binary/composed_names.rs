//! Names that an older version stored with their accents apart are found by both spellings.

use serde_json::Value;

use crate::kit::{Community, KEY, Process, agent};

#[test]
fn a_name_that_is_stored_apart_is_found_by_both_spellings() {
    let community = Community::of(2);
    let database = rusqlite::Connection::open(&community.database).expect("the database");
    let names = ["Jose\u{301}", "jose\u{301}"];
    let stored = "UPDATE accounts SET name = ?1, name_folded = ?2 WHERE unique_id = (SELECT max(unique_id) FROM accounts)";
    assert_eq!(database.execute(stored, names).expect("a statement"), 1);
    let key = "UPDATE ranks SET key = ?1 WHERE key = 'medic'";
    assert_eq!(database.execute(key, ["me\u{301}dic"]).expect("a statement"), 1);
    drop(database);
    let server = Process::serve(&community.database);
    let get = |path: String| {
        let request = agent().get(server.url(&path)).header("authorization", format!("Bearer {KEY}"));
        let mut answer = request.call().expect("an answer");
        let text = answer.body_mut().read_to_string().expect("text");
        (answer.status().as_u16(), serde_json::from_str::<Value>(&text).expect("JSON"))
    };
    for name in ["Jos%C3%A9", "Jose%CC%81", "JOS%C3%89"] {
        let (status, found) = get(format!("/v2/community/accounts/search?username={name}"));
        assert_eq!((status, &found["data"]["total"]), (200, &1.into()), "{name}: {found}");
    }
    for key in ["m%C3%A9dic", "me%CC%81dic"] {
        let (status, listed) = get(format!("/v2/community/accounts?rank={key}"));
        assert_eq!(status, 200, "{key}: {listed}");
    }
}
