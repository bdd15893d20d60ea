//! `rankledger key list` and `rankledger key revoke`, on a server and in a file.

use super::kit::{BOTH, Ledger};
use crate::kit::KEY;

#[test]
fn a_key_is_listed_and_revoked_by_its_name() {
    for through in BOTH {
        let ledger = Ledger::with_namesakes();
        let names = || {
            let keys = ledger.say(through, &["key", "list", "--json"]).json();
            let keys = keys.as_array().expect("keys").iter();
            keys.map(|key| (key["name"].clone(), key["revokedAt"].is_null())).collect::<Vec<_>>()
        };
        assert_eq!(names(), [("bot".into(), true), ("admin".into(), true)]);
        let list = ledger.say(through, &["key", "list"]).printed();
        assert!(!list.contains(KEY) && list.contains("  bot    "), "{list}");
        let said = ledger.say(through, &["key", "revoke", "BOT"]).printed();
        assert!(said.starts_with("revoked the key \"bot\" ("), "{said}");
        assert_eq!(names(), [("bot".into(), false), ("admin".into(), true)]);
        let again = ledger.say(through, &["key", "revoke", "bot"]).error(1);
        assert!(again.starts_with("the key \"bot\" was revoked already, at "), "{again}");
    }
}
