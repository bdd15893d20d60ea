//! Check: a relative link of a Markdown page leads to a file or a folder, and its anchor to a heading.

use std::path::Path;

use super::finding::Finding;
use super::markdown;
use super::tree::Tree;

/// Finds links that lead nowhere. Links to other sites are not followed.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (page, text) in tree.ending(".md") {
        for (line, target) in markdown::links(text) {
            if let Some(text) = wrong(tree, page, &target) {
                findings.push(Finding::new(page, line, text));
            }
        }
    }
    findings
}

/// Says what is wrong with a link. `None` if it leads somewhere.
fn wrong(tree: &Tree, page: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let file = if path.is_empty() { page.to_owned() } else { beside(page, path) };
    if !tree.exists(&file) {
        return Some(format!("the link {target} leads nowhere: there is no {file}"));
    }
    let anchor = anchor.filter(|_| Path::new(&file).extension().is_some_and(|kind| kind == "md"))?;
    let anchors = markdown::anchors(tree.text(&file).unwrap_or_default());
    let known = anchors.iter().any(|known| known == anchor);
    (!known).then(|| format!("the link {target} leads nowhere: {file} has no heading #{anchor}"))
}

/// The path from the root of what a page names from where it is.
fn beside(page: &str, path: &str) -> String {
    let mut parts: Vec<_> = page.split('/').collect();
    parts.pop();
    for part in path.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
