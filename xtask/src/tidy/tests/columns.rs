//! Comments that are too wide.

use super::shown;
use crate::tidy::columns::check;
use crate::tidy::tree::Tree;

fn found(line: &str) -> Vec<String> {
    shown(&check(&Tree::of(&[("a.rs", &format!("\n{line}\n"))])))
}

#[test]
fn a_comment_ends_at_column_110() {
    for marker in ["//", "///", "//!"] {
        let fits = format!("{marker} {:é<width$}", "é", width = 109 - marker.len());
        assert_eq!(fits.chars().count(), 110);
        assert_eq!(found(&fits), Vec::<String>::new());
        assert_eq!(found(&format!("{fits}é")), ["a.rs:2: the comment ends at column 111: wrap it at 110"]);
    }
}

#[test]
fn code_before_a_comment_counts() {
    let line = format!("{:<80}// {:x<40}", "let a = 1;", "x");
    assert_eq!(found(&line), ["a.rs:2: the comment ends at column 123: wrap it at 110"]);
}

#[test]
fn code_and_strings_may_be_wide() {
    assert_eq!(found(&format!("let a = \"// {:x<200}\";", "x")), Vec::<String>::new());
}

#[test]
fn a_link_alone_may_be_wide() {
    assert_eq!(found(&format!("/// [link]: https://example.org/{:x<200}", "x")), Vec::<String>::new());
    assert_eq!(found(&format!("/// It is at https://example.org/{:x<200}", "x")).len(), 1);
}
