//! Check: fewer than 5 % of the comments begin headless, with a word that leaves open what the comment is
//! about.

use super::finding::Finding;
use super::rust::Source;
use super::tree::Tree;

/// The words, as a comment begins with them. "The" counts before "same" alone.
const HEADLESS: [&str; 8] = ["What", "Who", "Whoever", "Whatever", "It", "None", "Those", "These"];

/// From how many of a hundred on there is a finding.
const PERCENT: usize = 5;

/// Counts headless comments. One finding, at the first of them, if there are too many.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let blocks = tree.ending(".rs").map(|(_, text)| Source::read(text).blocks().len()).sum::<usize>();
    let headless = listing(tree);
    let count = headless.len();
    if count * 100 < blocks * PERCENT {
        return Vec::new();
    }
    let first = headless.into_iter().next();
    let text = format!(
        "{count} of {blocks} comments begin headless, as this one does: name the subject, until they are fewer than \
         {PERCENT} in 100; `cargo xtask tidy --headless` lists them"
    );
    first.map(|first| Finding { text, ..first }).into_iter().collect()
}

/// All headless comments.
pub(super) fn listing(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.ending(".rs") {
        let source = Source::read(text);
        for first in source.blocks().into_iter().filter_map(<[_]>::first) {
            if is_headless(&first.text) {
                let text = format!("the comment begins headless: \"{}\"", first.text);
                findings.push(Finding::new(path, first.line, text));
            }
        }
    }
    findings
}

fn is_headless(text: &str) -> bool {
    let end = text.find(|next: char| !next.is_alphabetic()).unwrap_or(text.len());
    HEADLESS.contains(&&text[..end]) || text.starts_with("The same ")
}
