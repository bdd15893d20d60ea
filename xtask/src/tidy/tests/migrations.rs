//! Migrations that have landed.

use super::shown;
use crate::tidy::migrations::{LIST, check, landed};
use crate::tidy::tree::Tree;

const FIRST: &str = "crates/storage/migrations/sqlite/V1__first.sql";
const SECOND: &str = "crates/storage/migrations/sqlite/V2__second.sql";

/// The list with the first migration, `SELECT 1;` and a line's end, as `sha256sum` writes it.
const LANDED: &str =
    "b4e0497804e46e0a0b0b8c31975b062152d551bac49c3c2e80932567b4085dcd  sqlite/V1__first.sql\n";

#[test]
fn a_migration_that_is_as_it_landed_is_let_pass() {
    assert_eq!(check(&Tree::of(&[(FIRST, "SELECT 1;\n"), (LIST, LANDED), ("other.sql", "")])), []);
}

#[test]
fn a_migration_that_was_changed_is_found() {
    let expected = format!(
        "{FIRST}:1: the migration has landed and was changed, but databases have run it as it was: restore it, and \
         put the change into a new migration"
    );
    assert_eq!(shown(&check(&Tree::of(&[(FIRST, "SELECT 2;\n"), (LIST, LANDED)]))), [expected]);
}

#[test]
fn a_migration_that_is_gone_is_found() {
    let expected = format!("{LIST}:1: the migration sqlite/V1__first.sql has landed and is gone: restore it");
    assert_eq!(shown(&check(&Tree::of(&[(LIST, LANDED)]))), [expected]);
}

#[test]
fn a_line_that_is_no_checksum_is_found() {
    let list = format!("{LANDED}sqlite/V2__second.sql\n");
    let expected = format!("{LIST}:2: the line is not as `sha256sum` writes it: restore it");
    assert_eq!(shown(&check(&Tree::of(&[(FIRST, "SELECT 1;\n"), (LIST, &list)]))), [expected]);
}

#[test]
fn a_new_migration_is_named_with_the_way_to_add_it() {
    let files = [(FIRST, "SELECT 1;\n"), (SECOND, "SELECT 2;\n"), (LIST, LANDED)];
    let expected = format!(
        "{SECOND}:1: the migration is new: `cargo xtask tidy --land-migrations` adds it to the list of those that have \
         landed; from then on it must not be changed"
    );
    assert_eq!(shown(&check(&Tree::of(&files))), [expected]);
    assert_eq!(shown(&check(&Tree::of(&files[..2]))).len(), 2, "without a list all are new");
}

#[test]
fn landing_adds_what_is_new_and_leaves_the_rest() {
    let files = [(FIRST, "SELECT 3;\n"), (SECOND, "SELECT 2;\n"), (LIST, LANDED)];
    let list = landed(&Tree::of(&files));
    assert!(list.starts_with(LANDED), "a changed migration stays as it landed: {list}");
    assert_eq!(list.lines().count(), 2);
    let findings = check(&Tree::of(&[(FIRST, "SELECT 1;\n"), (SECOND, "SELECT 2;\n"), (LIST, &list)]));
    assert_eq!(findings, []);
}
