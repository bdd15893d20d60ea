//! Check: a code file opens with a `//!` line that says what lives in it.

use super::finding::Finding;
use super::tree::Tree;

/// Finds code files that open with something else.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let opens = |text: &str| {
        let first = text.lines().next().unwrap_or_default();
        first.strip_prefix("//! ").is_some_and(|says| !says.trim().is_empty())
    };
    let closed = tree.ending(".rs").filter(|(_, text)| !opens(text));
    let text = "the file does not say what lives in it: open it with a line `//! ...` that does";
    closed.map(|(path, _)| Finding::new(path, 1, text)).collect()
}
