//! Files that are too long.

use super::shown;
use crate::tidy::length::check;
use crate::tidy::tree::Tree;

#[test]
fn a_code_file_has_at_most_400_lines() {
    let (fits, long) = ("\n".repeat(400), "\n".repeat(401));
    let tree = Tree::of(&[("fits.rs", &fits), ("long.rs", &long), ("long.md", &long)]);
    assert_eq!(shown(&check(&tree)), ["long.rs:401: the file has 401 lines: split it, 400 are the most"]);
}
