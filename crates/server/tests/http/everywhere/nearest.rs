//! The names that count as misspellings of a known one.

use rankledger_server::wire::nearest::nearest;

const KNOWN: [&str; 12] =
    ["accId", "set", "add", "remove", "active", "userId", "reason", "dryRun", "rank", "entries", "to", "id"];

fn expect(meant: Option<&str>, names: &[&str]) {
    for name in names {
        assert_eq!(nearest(name, &KNOWN), meant, "{name}");
    }
}

#[test]
fn case_and_separators_make_no_difference() {
    expect(Some("dryRun"), &["dry_run", "DRY-RUN", "dryrun", "DryRun", "_dry__run_"]);
    expect(Some("userId"), &["userid", "user_id", "USER-ID"]);
    expect(Some("to"), &["TO", "_to"]);
}

#[test]
fn a_plural_is_near_to_its_singular() {
    expect(Some("rank"), &["ranks", "Ranks"]);
    expect(Some("reason"), &["reasons"]);
    expect(Some("id"), &["ids"]);
    expect(Some("entries"), &["entry"]);
    expect(Some("to"), &["tos"]);
}

#[test]
fn two_edits_are_near_in_names_of_five_letters_or_more() {
    expect(Some("active"), &["actve", "activ", "actviee", "inactive", "aktife"]);
    expect(Some("reason"), &["raeson", "reasno", "resn_o", "treasons"]);
    expect(None, &["actives_of", "seasoned", "reactivated", "attic"]);
}

#[test]
fn one_edit_is_near_in_names_of_three_or_four_letters() {
    expect(Some("rank"), &["rnak", "rnk", "bank", "frank", "rankk"]);
    expect(Some("set"), &["get", "seet", "ste"]);
    expect(None, &["rn", "bunk", "sit_in", "seated", "dod"]);
}

#[test]
fn no_edit_is_near_in_names_of_one_or_two_letters() {
    expect(None, &["t", "", "_", "do", "s", "x", "it", "se"]);
}

#[test]
fn the_nearest_counts_and_the_first_of_those_that_are_as_near() {
    assert_eq!(nearest("labels", &["table", "label"]), Some("label"));
    assert_eq!(nearest("labelTow", &["labelTo", "labelTwo"]), Some("labelTo"));
    assert_eq!(nearest("dry_run", &["drRun", "dryRun"]), Some("dryRun"));
    assert_eq!(nearest("ranks", &[]), None);
}

#[test]
fn letters_are_counted_and_not_bytes() {
    assert_eq!(nearest("größe", &["grösse"]), Some("grösse"));
    assert_eq!(nearest("ÄRWIN", &["ärwin"]), Some("ärwin"));
    assert_eq!(nearest("李", &["id"]), None);
}

#[test]
fn a_name_that_is_longer_than_any_is_far_from_all() {
    assert_eq!(nearest(&"dryRun".repeat(20), &KNOWN), None);
    assert_eq!(nearest(&format!("{}dryRun", "_".repeat(64)), &KNOWN), None);
}
