//! `rankledger import --dry-run`: says what the import would do, for every kind of file, and writes nothing.

use super::cli::{Operator, text};

const CLUB: &str = "community: { id: club, name: The Club }
departments: [{ label: Police, ranks: [{ key: cadet, label: Cadet, power: 1 }, { key: chief, label: Chief, power: 9 }] }]
accounts: [{ name: Ann, ranks: [cadet] }, { name: Bob }]
";

#[test]
fn a_new_community_is_shown_and_no_database_is_made() {
    let operator = Operator::new();
    let file = operator.file("club.yaml", CLUB);
    insta::assert_snapshot!(operator.succeed(&["import", "--dry-run", &file]));
    assert!(!operator.path("test.db").exists());
    let bad = operator.file("bad.yaml", &CLUB.replace("[cadet]", "[cadett]"));
    let output = operator.run(&["import", "--dry-run", &bad], "");
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("line 3, Ann, ranks: there is no rank \"cadett\""));
    assert!(!operator.path("test.db").exists());
}

#[test]
fn a_stored_community_is_compared_and_left_as_it_is() {
    let operator = Operator::new();
    let file = operator.file("club.yaml", CLUB);
    operator.succeed(&["import", &file]);
    let other = CLUB.replace("Ann, ranks: [cadet]", "Ann, ranks: [chief], bio: Hello").replace("Bob", "Cat");
    let file = operator.file("other.yaml", &other);
    insta::assert_snapshot!("kept", operator.succeed(&["import", "--dry-run", &file]));
    let first = operator.succeed(&["import", "--dry-run", "--update", &file]);
    insta::assert_snapshot!("updated", first);
    assert_eq!(operator.succeed(&["import", "--dry-run", "--update", &file]), first);
    let json = operator.file("club.json", r#"{"community": {"id": "klub", "name": "Klub"}}"#);
    assert!(operator.succeed(&["import", "--dry-run", &json]).contains("community klub: made"));
    assert!(!operator.succeed(&["community", "list"]).contains("klub"));
    operator.succeed(&["import", "--update", &file]);
    assert!(operator.succeed(&["export"]).contains("\"source\":\"import\""));
}

#[test]
fn a_table_of_members_is_shown_and_then_imported() {
    let operator = Operator::new();
    let table = operator.file(
        "members.csv",
        "Mitglied;Discord ID;Rang;Telefon\r\nAnn;200000000000000001;Chief;1\r\nZoë;200000000000000002;cadet;2\r\n",
    );
    let arguments = ["import", table.as_str(), "--map", "name=Mitglied", "--map", "ranks=Rang"];
    assert!(operator.fail(&arguments).contains("there is no database"));
    operator.succeed(&["import", &operator.file("club.yaml", CLUB)]);
    let output = operator.run(&[&arguments[..], &["--dry-run"]].concat(), "");
    assert_eq!(
        text(&output.stderr),
        "columns: name from \"Mitglied\", ranks from \"Rang\", discord from \"Discord ID\"; not read: \"Telefon\"\n"
    );
    insta::assert_snapshot!(text(&output.stdout));
    operator.succeed(&arguments);
    let again = operator.succeed(&arguments);
    assert!(again.starts_with("community club: up to date already\n"), "{again}");

    let without_names = operator.fail(&["import", &table]);
    assert!(without_names.contains("--map name=COLUMN"), "{without_names}");
    let document = operator.file("klub.yaml", "community: { id: klub, name: Klub }\n");
    let mapped = operator.fail(&["import", &document, "--map", "name=Mitglied"]);
    assert!(mapped.contains("are for tables"), "{mapped}");
    operator.succeed(&["import", &document]);
    let output = operator.run(&arguments, "");
    assert!(text(&output.stderr).contains("say which with --community; there are: club, klub"));
    operator.succeed(&[&arguments[..], &["--community", "club", "--dry-run"]].concat());
}
