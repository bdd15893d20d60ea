//! Check: a code file has at most 400 lines.

use super::finding::Finding;
use super::tree::Tree;

const MOST: usize = 400;

/// Finds code files that are too long.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let lengths = tree.ending(".rs").map(|(path, text)| (path, text.lines().count()));
    let long = lengths.filter(|(_, lines)| *lines > MOST);
    long.map(|(path, lines)| {
        Finding::new(path, MOST + 1, format!("the file has {lines} lines: split it, {MOST} are the most"))
    })
    .collect()
}
