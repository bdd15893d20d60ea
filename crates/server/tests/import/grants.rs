//! Grants with an end in a document.

use rankledger_domain::account::HeldRank;
use rankledger_server::ops::import::{Document, Format};

use super::kit::{Database, Everything, club, time};

const GRANTS: &str = "
accounts:
  - { name: Ann, ranks: [cadet, { rank: officer, expiresAt: 2026-12-01T00:00:00.0005Z }, { rank: chief }] }
rankChanges:
  - undoId: 00000000-0000-0000-0000-000000000001
    account: Ann
    set: [{ rank: officer, expiresAt: 2026-02-01T00:00:00Z }]
    add: [{ rank: cadet, expiresAt: 2027-01-01T00:00:00Z }]
    at: 2026-01-01T00:00:00Z
";

fn held(all: &Everything, key: &str, end: Option<&str>) -> HeldRank {
    HeldRank { rank: all.rank(key).rank.id, expires_at: end.map(time) }
}

#[tokio::test]
async fn ranks_have_the_ends_of_the_document() {
    let database = Database::new().await;
    database.import_yaml(&club(GRANTS)).await.expect("it is imported");
    let all = database.everything().await;
    let [beginning, change] = all.changes.as_slice() else { panic!("two changes: {:?}", all.changes) };
    let officer = held(&all, "officer", Some("2026-12-01T00:00:00Z"));
    let begun = [held(&all, "cadet", None), officer, held(&all, "chief", None)];
    assert_eq!(beginning.transition.after, begun, "kept to the millisecond");
    // The end of this change had not passed at its time. It has passed by now, and the scheduler will find
    // it.
    let officer = held(&all, "officer", Some("2026-02-01T00:00:00Z"));
    assert_eq!(change.transition.after, [held(&all, "cadet", Some("2027-01-01T00:00:00Z")), officer]);
    assert_eq!(all.account("Ann").standing.account.ranks, change.transition.after);
}

#[tokio::test]
async fn ends_that_have_passed_or_are_too_far_ahead_are_named() {
    let yaml = club(
        "
accounts:
  - { name: Ann, ranks: [cadet, { rank: officer, expiresAt: 2026-06-01T12:00:00Z }] }
  - { name: Bob, ranks: [{ rank: officer, expiresAt: 2126-06-01T12:00:00.001Z }, { rank: general }] }
rankChanges:
  - undoId: 00000000-0000-0000-0000-000000000001
    account: Bob
    add: [chief, { rank: cadet, expiresAt: 2026-01-01T00:00:00Z }]
    at: 2026-01-01T00:00:00Z
  - undoId: 00000000-0000-0000-0000-000000000002
    account: Bob
    add: [{ rank: chief, expiresAt: 2999-01-01T00:00:00Z }]
    at: 2026-01-01T00:00:00Z
",
    );
    let problems = Database::new().await.problems_of(&yaml).await;
    let expected = [
        ("accounts[0].ranks[1].expiresAt", "2026-06-01T12:00:00.000Z has passed by then"),
        ("accounts[1].ranks[1]", "no rank \"general\""),
        ("accounts[1].ranks[0].expiresAt", "more than 100 years ahead"),
        ("rankChanges[0].add[1].expiresAt", "2026-01-01T00:00:00.000Z has passed by then"),
        ("rankChanges[1].add[0].expiresAt", "more than 100 years ahead"),
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, (place, words)) in problems.iter().zip(expected) {
        assert!(problem.starts_with(&format!("{place}: ")) && problem.contains(words), "{problem}");
    }
}

#[tokio::test]
async fn a_document_can_be_imported_again_when_its_ends_have_passed() {
    let database = Database::new().await;
    let of = |end: &str| {
        club(&format!("accounts:\n  - {{ name: Ann, ranks: [{{ rank: cadet, expiresAt: {end} }}] }}\n"))
    };
    database.import_yaml(&of("2026-06-01T12:00:00.001Z")).await.expect("it is imported");
    let before = database.everything().await;
    database.import_yaml(&of("2026-01-01T00:00:00Z")).await.expect("it is imported again");
    assert_eq!(
        database.everything().await,
        before,
        "an account that is stored keeps its ranks and their ends"
    );
}

#[tokio::test]
async fn a_key_that_yaml_takes_for_a_number_is_a_key() {
    let yaml = "
community: { id: club, name: The Club }
departments: [{ label: Police, ranks: [{ key: \"911\", label: Dispatch }] }]
accounts: [{ name: Ann, ranks: [911, { rank: 911 }] }]
";
    let problems = Database::new().await.problems_of(yaml).await;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].starts_with("accounts[0].ranks[1]: the rank \"911\" stands here twice"),
        "{problems:?}"
    );
}

#[test]
fn a_key_of_a_grant_that_is_not_known_is_an_error() {
    for (entry, expected) in [
        (
            r#"{"rank": "cadet", "expiresIn": "P1D"}"#,
            "unknown field `expiresIn`, expected `rank` or `expiresAt`",
        ),
        (r#"{"expiresAt": "2026-12-01T00:00:00Z"}"#, "missing field `rank`"),
        ("true", "expected a rank: its key or id as a string"),
    ] {
        let json = format!(
            r#"{{"community": {{"id": "club", "name": "The Club"}}, "accounts": [{{"name": "Ann", "ranks": [{entry}]}}]}}"#
        );
        let error = Document::parse(&json, Format::Json).expect_err("it is refused").to_string();
        assert!(error.starts_with("accounts[0].ranks[0]") && error.contains(expected), "{error}");
    }
}
