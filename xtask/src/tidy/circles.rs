//! Check: no circle of imports runs through more than five files.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::imports::Import;

const MOST: usize = 5;

/// How many files of a circle are named.
const NAMED: usize = 12;

/// Finds circles that are too large: files that all reach each other by imports. The place of the finding
/// is the import without which the largest circle that is left is smallest.
pub(super) fn check(imports: &[Import]) -> Vec<Finding> {
    let finding = |circle: BTreeSet<&str>| {
        let within = within(imports, &circle);
        let (left, import) = within.iter().map(|import| (without(&within, import), *import)).min()?;
        let named: Vec<_> = circle.iter().take(NAMED).copied().collect();
        let more = if circle.len() > NAMED { ", ..." } else { "" };
        let text = format!(
            "{} files import each other in a circle ({}{more}), {MOST} are the most: move what they share into a \
             file below them; without this import of {} at most {left} would; `cargo xtask tidy --circles` lists all",
            circle.len(),
            named.join(", "),
            import.to,
        );
        Some(Finding::new(&import.file, import.line, text))
    };
    large(imports).into_iter().filter_map(finding).collect()
}

/// All imports within circles that are too large.
pub(super) fn listing(imports: &[Import]) -> Vec<Finding> {
    let within = large(imports).into_iter().flat_map(|circle| within(imports, &circle));
    let finding = |import: &Import| {
        Finding::new(&import.file, import.line, format!("imports {} within a circle", import.to))
    };
    within.map(finding).collect()
}

fn large(imports: &[Import]) -> Vec<BTreeSet<&str>> {
    let mut circles = circles(&imports.iter().collect::<Vec<_>>());
    circles.retain(|circle| circle.len() > MOST);
    circles
}

fn within<'a>(imports: &'a [Import], circle: &BTreeSet<&str>) -> Vec<&'a Import> {
    let is_within = |file: &String| circle.contains(file.as_str());
    imports.iter().filter(|import| is_within(&import.from) && is_within(&import.to)).collect()
}

/// The size of the largest circle that is left without an import.
fn without(imports: &[&Import], import: &Import) -> usize {
    let rest: Vec<_> = imports.iter().copied().filter(|other| *other != import).collect();
    circles(&rest).iter().map(BTreeSet::len).max().unwrap_or(0)
}

/// The strongly connected components of the graph of imports. A file alone is one, too.
fn circles<'a>(imports: &[&'a Import]) -> Vec<BTreeSet<&'a str>> {
    let (mut onward, mut back) = (Graph::new(), Graph::new());
    for import in imports {
        onward.entry(&import.from).or_default().push(&import.to);
        back.entry(&import.to).or_default().push(&import.from);
    }
    let files: BTreeSet<&str> = onward.keys().chain(back.keys()).copied().collect();
    // Kosaraju's algorithm: whoever is finished last cannot be reached from the circles that are finished
    // before.
    let (mut seen, mut finished) = (BTreeSet::new(), Vec::new());
    for &file in &files {
        visit(&onward, file, &mut seen, &mut finished);
    }
    let mut seen = BTreeSet::new();
    let mut circle = |file| {
        let mut circle = Vec::new();
        visit(&back, file, &mut seen, &mut circle);
        circle.into_iter().collect::<BTreeSet<_>>()
    };
    finished.iter().rev().map(|&file| circle(file)).filter(|circle| !circle.is_empty()).collect()
}

type Graph<'a> = BTreeMap<&'a str, Vec<&'a str>>;

/// Visits what can be reached from a file and was not seen yet, and adds each file after all that it reaches.
fn visit<'a>(graph: &Graph<'a>, file: &'a str, seen: &mut BTreeSet<&'a str>, finished: &mut Vec<&'a str>) {
    if seen.insert(file) {
        for next in graph.get(file).into_iter().flatten() {
            visit(graph, next, seen, finished);
        }
        finished.push(file);
    }
}
