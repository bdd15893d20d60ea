//! First lines of files.

use super::shown;
use crate::tidy::opening::check;
use crate::tidy::tree::Tree;

#[test]
fn a_code_file_says_first_what_lives_in_it() {
    let files = [
        ("blank.rs", "\n//! Ranks.\n"),
        ("code.rs", "use std::fs;\n"),
        ("comment.rs", "// Ranks.\n"),
        ("empty.rs", ""),
        ("mark.rs", "//!\n//! Ranks.\n"),
        ("tidy.rs", "//! Ranks.\n"),
        ("page.md", "# Ranks\n"),
    ];
    let expected = ["blank", "code", "comment", "empty", "mark"].map(|name| {
        format!(
            "{name}.rs:1: the file does not say what lives in it: open it with a line `//! ...` that does"
        )
    });
    assert_eq!(shown(&check(&Tree::of(&files))), expected);
}
