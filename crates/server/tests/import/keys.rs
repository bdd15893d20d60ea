//! `rankledger key`: making, adopting, listing and revoking keys.

use rankledger_domain::api_key::ApiKey;

use super::cli::{Operator, text};

const CLUB: [&str; 4] = ["--community", "club", "--name", "bot"];

fn with<'a>(command: &[&'a str], options: &[&'a str]) -> Vec<&'a str> {
    [command, &CLUB, options].concat()
}

impl Operator {
    /// Returns the id and the state of each key of the club.
    fn keys(&self) -> Vec<(String, String)> {
        let list = self.succeed(&["key", "list", "--community", "club"]);
        let mut lines = list.lines();
        assert_eq!(
            lines.next().map(|header| header.split_whitespace().collect::<Vec<_>>().join(" ")).as_deref(),
            Some("ID NAME SCOPES CEILING RATE CREATED MADE BY STATE LAST USED")
        );
        let row = |line: &str| {
            let cells: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
            (cells[0].clone(), cells[7].clone())
        };
        lines.map(row).collect()
    }
}

#[test]
fn a_key_is_shown_once() {
    let operator = Operator::of_club();
    let output = operator.run(&with(&["key", "create"], &[]), "");
    assert!(output.status.success());
    let key = text(&output.stdout);
    assert_eq!(key.lines().count(), 1, "only the key");
    ApiKey::parse(key.trim_end()).expect("a key with a fitting checksum");
    assert!(text(&output.stderr).contains("shown this once"));
    let list = operator.succeed(&["key", "list", "--community", "club"]);
    assert!(!list.contains(key.trim_end()));
    assert!(
        list.contains("community:read,accounts:read,accounts:write,ranks:write,ranks:undo,events:read  none"),
        "no rollback, no force, no administration: {list}"
    );
}

#[test]
fn a_key_has_the_scopes_and_limits_it_was_given() {
    let operator = Operator::of_club();
    let options = [
        "--scopes",
        "ranks:write, accounts:read",
        "--power-ceiling",
        "50",
        "--expires",
        "2126-01-01T00:00:00Z",
    ];
    operator.succeed(&with(&["key", "create"], &options));
    let list = operator.succeed(&["key", "list", "--community", "club"]);
    assert!(list.contains("accounts:read,ranks:write  50"), "{list}");
    assert!(list.contains("active until 2126-01-01T00:00:00.000Z"), "{list}");
    let past = operator.fail(&with(&["key", "create"], &["--expires", "2020-01-01T00:00:00Z"]));
    assert!(past.contains("has passed"), "{past}");
}

/// Makes an operator with a community of three ranks.
fn of_three_ranks() -> Operator {
    let operator = Operator::new();
    let file = operator.file(
        "club.yaml",
        "community: { id: club, name: The Club }
departments:
  - label: Police
    ranks:
      - { key: cadet, label: Cadet, power: 10 }
      - { key: officer, label: Officer, power: 20 }
      - { key: chief, label: Chief, power: 90 }
",
    );
    operator.succeed(&["import", &file]);
    operator
}

impl Operator {
    /// Runs a command that must succeed. Returns what it says besides its result, without ids.
    fn remarks(&self, command: &[&str]) -> String {
        let output = self.run(command, "");
        let remarks = text(&output.stderr);
        assert!(output.status.success(), "{remarks}");
        let without_id = |(before, rest): (&str, &str)| format!("{before}(id ID{}", &rest[36..]);
        remarks.split_once("(id ").map_or_else(|| remarks.clone(), without_id)
    }

    /// Returns the power ceiling of the newest key of the club.
    fn newest_ceiling(&self) -> String {
        let list = self.succeed(&["key", "list", "--community", "club"]);
        let newest = list.lines().last().expect("a key");
        newest.split_whitespace().nth(3).expect("a ceiling").to_owned()
    }
}

#[test]
fn a_key_says_what_it_may_do_and_does_not_reach_the_highest_rank() {
    let operator = of_three_ranks();
    insta::assert_snapshot!(operator.remarks(&with(&["key", "create"], &[])));
    assert_eq!(operator.newest_ceiling(), "90");
}

#[test]
fn a_key_reaches_what_is_asked_for_on_purpose() {
    let operator = of_three_ranks();
    let scoped = |options: &[&'static str]| {
        let create =
            with(&["key", "create"], &["--scopes", "ranks:write", "--expires", "2126-01-01T00:00:00Z"]);
        operator.remarks(&[&create[..], options].concat())
    };
    insta::assert_snapshot!(scoped(&["--power-ceiling", "20"]));
    assert_eq!(operator.newest_ceiling(), "20");
    assert!(scoped(&["--power-ceiling", "91"]).contains("below 91: at present these are all ranks."));
    let all = scoped(&["--power-ceiling", "none"]);
    assert!(all.contains("It has no power ceiling: it reaches every rank and account, also Chief."), "{all}");
    assert_eq!(operator.newest_ceiling(), "none");
}

#[test]
fn a_key_may_send_more_requests_than_others() {
    let operator = of_three_ranks();
    let said = operator.remarks(&with(&["key", "create"], &["--rate-factor", "20"]));
    assert!(said.contains("It may send 20 times as many requests"), "{said}");
    let list = operator.succeed(&["key", "list", "--community", "club"]);
    let newest = list.lines().last().expect("a key");
    assert_eq!(newest.split_whitespace().nth(4), Some("20"));
    for none in ["0", "1001", "2.5", "many"] {
        let output = operator.run(&with(&["key", "create"], &["--rate-factor", none]), "");
        let error = text(&output.stderr);
        assert!(!output.status.success() && error.contains("a whole number from 1 to 1000"), "{error}");
    }
}

#[test]
fn a_key_that_may_do_everything_reaches_everything() {
    let operator = of_three_ranks();
    let said = operator.remarks(&with(&["key", "create"], &["--scopes", "admin"]));
    assert!(said.contains("- do everything, also make other keys (admin)\n"), "{said}");
    assert!(
        said.contains("It has no power ceiling: it reaches every rank and account, also Chief."),
        "{said}"
    );
    assert_eq!(operator.newest_ceiling(), "none");
}

#[test]
fn a_key_that_is_adopted_reaches_what_it_did_and_a_ceiling_is_proposed() {
    let operator = of_three_ranks();
    let said = operator.remarks(&with(&["key", "adopt"], &["an-old-key-of-a-bot"]));
    assert!(said.contains("also Chief (a key made with --power-ceiling 90 does not)."), "{said}");
    assert_eq!(operator.newest_ceiling(), "none");
    operator.remarks(&with(&["key", "adopt"], &["another-old-key-1", "--power-ceiling", "90"]));
    assert_eq!(operator.newest_ceiling(), "90");
}

#[test]
fn a_key_of_a_community_without_ranks_has_no_ceiling_and_says_why() {
    let operator = Operator::of_club();
    let said = operator.remarks(&with(&["key", "create"], &[]));
    assert!(said.contains("no rank above others"), "{said}");
    assert_eq!(operator.newest_ceiling(), "none");
}

#[test]
fn a_key_is_adopted_from_standard_input_or_the_command_line() {
    let operator = Operator::of_club();
    let adopt = with(&["key", "adopt"], &[]);
    let answer = operator.succeed_with(&adopt, "an-old-key-of-a-bot\nmore\n");
    assert!(answer.contains("adopted the key \"bot\"") && !answer.contains("an-old-key"), "{answer}");
    operator.succeed_with(&with(&["key", "adopt"], &["-"]), "another-old-key-1\r\n");
    operator.succeed(&with(&["key", "adopt"], &["a-third-old-key-1"]));
    assert_eq!(operator.keys().len(), 3);

    let again = operator.fail_with(&adopt, "an-old-key-of-a-bot\n");
    assert!(again.contains("stored already") && again.contains("\"bot\" of club"), "{again}");
    assert!(operator.fail_with(&adopt, "short\n").contains("at least 16 characters"));
    assert!(operator.fail_with(&adopt, "").contains("at least 16 characters"));
    assert!(operator.fail_with(&adopt, "two words, but long enough\n").contains("one word"));
    assert!(operator.fail_with(&adopt, "rlk_aaaaaaaaaaaaaaaaaaaaaaaaaa\n").contains("not a whole key"));
    assert_eq!(operator.keys().len(), 3, "nothing was stored");
}

#[test]
fn a_key_is_revoked_once() {
    let operator = Operator::of_club();
    operator.succeed(&with(&["key", "create"], &[]));
    operator.succeed(&with(&["key", "create"], &[]));
    let (id, state) = operator.keys().remove(0);
    assert_eq!(state, "active");
    assert!(operator.succeed(&["key", "list", "--community", "club"]).trim_end().ends_with("never"));
    let revoke = ["key", "revoke", "--community", "club", id.as_str()];
    assert!(operator.succeed(&revoke).contains("revoked the key \"bot\""));
    let states: Vec<_> = operator.keys().into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["revoked", "active"]);
    assert!(operator.fail(&revoke).contains("revoked already"));
    let unknown =
        operator.fail(&["key", "revoke", "--community", "club", "00000000-0000-0000-0000-000000000001"]);
    assert!(unknown.contains("rankledger key list"), "{unknown}");
}

/// Makes three keys, each made by the one before it, as keys over the API are. Returns their ids.
fn three_generations(operator: &Operator) -> Vec<String> {
    for name in ["first", "second", "third"] {
        operator.succeed(&["key", "create", "--community", "club", "--name", name]);
    }
    let ids: Vec<_> = operator.keys().into_iter().map(|(id, _)| id).collect();
    let file = rusqlite::Connection::open(operator.path("test.db")).expect("the database");
    for pair in ids.windows(2) {
        let [maker, made] = pair else { panic!("two ids") };
        let [maker, made] = [maker, made].map(|id| id.parse::<uuid::Uuid>().expect("a UUID").into_bytes());
        let sql = "UPDATE credentials SET made_by = ?1 WHERE id = ?2";
        assert_eq!(file.execute(sql, [maker, made]).expect("an update"), 1);
    }
    ids
}

#[test]
fn who_revokes_a_key_learns_which_keys_it_made_and_how_to_revoke_those() {
    let operator = Operator::of_club();
    let ids = three_generations(&operator);
    let list = operator.succeed(&["key", "list", "--community", "club"]);
    assert_eq!(
        list.lines().filter(|line| line.contains("  first ")).count(),
        2,
        "as a key, and as a maker: {list}"
    );

    let revoke = ["key", "revoke", "--community", "club", ids[0].as_str()];
    let said = operator.succeed(&revoke);
    let shown = said.replace(&ids[0], "FIRST").replace(&ids[1], "SECOND").replace(&ids[2], "THIRD");
    insta::assert_snapshot!(shown);
    let states = || -> Vec<_> { operator.keys().into_iter().map(|(_, state)| state).collect() };
    assert_eq!(states(), ["revoked", "active", "active"]);

    let again = operator.fail(&revoke);
    assert!(again.contains("revoked already") && again.contains("--cascade revokes 2 keys"), "{again}");
    let cascade = [&revoke[..], &["--cascade"]].concat();
    let said = operator.succeed(&cascade);
    assert!(said.contains("also revoked 2 keys") && said.contains(&ids[2]), "{said}");
    assert_eq!(states(), ["revoked", "revoked", "revoked"]);
    assert!(operator.fail(&cascade).ends_with('Z'), "nothing is left to revoke");
}

#[test]
fn a_key_is_revoked_together_with_those_that_it_made() {
    let operator = Operator::of_club();
    let ids = three_generations(&operator);
    let said = operator.succeed(&["key", "revoke", "--community", "club", &ids[1], "--cascade"]);
    assert!(
        said.contains("revoked the key \"second\"") && said.contains("also revoked 1 key that"),
        "{said}"
    );
    let states: Vec<_> = operator.keys().into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["active", "revoked", "revoked"]);
}

#[test]
fn a_community_that_is_not_there_is_told_with_those_that_are() {
    let operator = Operator::new();
    let none = operator.fail(&["key", "list", "--community", "club"]);
    assert!(none.contains("rankledger community create"), "{none}");
    operator.succeed(&["community", "create", "klub", "--name", "Klub"]);
    let other = operator.fail(&["key", "create", "--community", "club", "--name", "k"]);
    assert!(other.contains("no community \"club\"") && other.contains("klub"), "{other}");
}
