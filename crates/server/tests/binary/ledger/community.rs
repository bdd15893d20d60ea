//! `rankledger community rename` and `rankledger community delete`.

use super::kit::{ADMIN_KEY, BOTH, Ledger, Through, said};
use crate::kit::{KEY, agent, database_url, rankledger, succeed};

#[test]
fn a_community_is_renamed() {
    for through in BOTH {
        let ledger = Ledger::with_namesakes();
        let said = ledger.say(through, &["community", "rename", "The New Club"]).printed();
        assert_eq!(said, "the community club is called \"The New Club\" now\n");
        let list = ledger.say(Through::File, &["community", "list"]).printed();
        assert!(list.contains("The New Club"), "{list}");
        let log = ledger.say(through, &["log", "--kind", "settings.changed", "--limit", "1"]);
        assert!(log.out.contains("The Club") && log.out.contains("The New Club"), "{}", log.out);
        let empty = ledger.say(through, &["community", "rename", " "]).error(1);
        assert!(empty.contains("/name"), "{empty}");
    }
}

#[test]
fn a_community_is_deleted_only_by_its_full_name_and_others_stay() {
    let ledger = Ledger::with_namesakes();
    let url = database_url(&ledger.community.database);
    succeed(&mut rankledger(&["community", "create", "other", "--name", "Other", "--database", &url]));
    let delete =
        |args: &[&str]| said(rankledger(&["community", "delete"]).args(args).args(["--database", &url]));
    let extent = "club, called \"The Club\": 4 members, 4 rank changes and 2 keys go for good, and its log; only a backup \
                  brings them back\n";
    let asked = delete(&["club"]);
    assert_eq!((asked.code, asked.out.as_str()), (Some(0), ""));
    let way = "nothing was deleted; to delete club, run it again with --name and its full name\n";
    assert_eq!(asked.err, format!("{extent}{way}"));
    let wrong = delete(&["club", "--name", "The club"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(1), ""));
    assert!(
        wrong.err.ends_with("error: nothing was deleted: club is not called \"The club\"\n"),
        "{}",
        wrong.err
    );
    let unknown = delete(&["klub", "--name", "The Club"]);
    assert_eq!(unknown.error(1), "there is no community \"klub\"; there are: club, other");
    let status = |key: &str| {
        let request =
            agent().get(ledger.server.url("/v2/community")).header("authorization", format!("Bearer {key}"));
        request.call().expect("an answer").status().as_u16()
    };
    assert_eq!(status(KEY), 200);

    let done = delete(&["club", "--name", "The Club"]);
    assert_eq!((done.code, done.err.as_str()), (Some(0), extent));
    assert!(done.out.starts_with("deleted the community club: "), "{}", done.out);
    assert_eq!([status(KEY), status(ADMIN_KEY)], [401, 401], "the keys go with it, also on a running server");
    let list = said(&mut rankledger(&["community", "list", "--database", &url])).printed();
    assert!(list.contains("other") && !list.contains("club"), "{list}");
    let doctor = said(&mut rankledger(&["doctor", "--database", &url]));
    assert_eq!(doctor.code, Some(0), "{}{}", doctor.out, doctor.err);

    succeed(&mut rankledger(&["community", "create", "club", "--name", "Again", "--database", &url]));
    let none = said(&mut rankledger(&["history", "--community", "club", "--database", &url]));
    assert_eq!((none.code, none.err.as_str()), (Some(0), "no changes\n"));
}
