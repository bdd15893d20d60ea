//! Check: a line with a comment ends at column 110 at the latest.

use super::finding::Finding;
use super::rust::Source;
use super::tree::Tree;

const MOST: usize = 110;

/// Finds comments that are too wide. A comment that is a link alone may be wider: it cannot be wrapped.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.ending(".rs").flat_map(|(path, text)| in_file(path, text)).collect()
}

fn in_file(path: &str, text: &str) -> Vec<Finding> {
    let lines: Vec<_> = text.lines().collect();
    let mut findings = Vec::new();
    for comment in Source::read(text).comments {
        let width = lines[comment.line - 1].chars().count();
        let is_link = comment.text.contains("://") && comment.text.split_whitespace().count() <= 2;
        if width > MOST && !is_link {
            let text = format!("the comment ends at column {width}: wrap it at {MOST}");
            findings.push(Finding::new(path, comment.line, text));
        }
    }
    findings
}
