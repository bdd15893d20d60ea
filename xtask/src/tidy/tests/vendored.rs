//! Scripts of others.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::shown;
use crate::tidy::tree::Tree;
use crate::tidy::vendored::{LIST, check};

const SCRIPT: &str = "crates/server/assets/console/some.min.js";
const LICENCE: &str = "crates/server/assets/console/some.LICENSE";

/// The list with the checksum of something else.
const LISTED: &str = "0000000000000000000000000000000000000000000000000000000000000000  some.min.js\n";

#[test]
fn a_script_as_it_is_listed_is_let_pass() {
    let listed = format!("{}  some.min.js\n", sum("alert(1)"));
    assert_eq!(check(&Tree::of(&[(SCRIPT, "alert(1)"), (LICENCE, ""), (LIST, &listed)])), []);
}

#[test]
fn a_script_that_was_changed_is_found() {
    let text = "it is not as it was published: restore it, or list the new version";
    let tree = Tree::of(&[(SCRIPT, "alert(1)"), (LICENCE, ""), (LIST, LISTED)]);
    assert_eq!(shown(&check(&tree)), [format!("{SCRIPT}:1: {text}")]);
}

#[test]
fn a_script_without_checksum_and_licence_is_found() {
    let found = shown(&check(&Tree::of(&[(SCRIPT, "alert(1)")])));
    assert_eq!(
        found,
        [
            format!("{SCRIPT}:1: {LIST} lacks its checksum {}", sum("alert(1)")),
            format!("{SCRIPT}:1: put its licence into {LICENCE}"),
        ]
    );
}

#[test]
fn a_checksum_without_a_script_is_found() {
    let found = shown(&check(&Tree::of(&[(LIST, LISTED)])));
    assert_eq!(found, [format!("{LIST}:1: there is no some.min.js: remove the line")]);
}

fn sum(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text))
}
