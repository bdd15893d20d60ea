//! Check: the server's sources import downward only.

use super::SERVER;
use super::finding::Finding;
use super::imports::Import;

/// The floors from the bottom to the top; those in one row stand side by side. A file stands on the floor
/// of its folder, or on that of its own name.
const FLOORS: [&[&str]; 8] = [
    &["config"],
    &["wire"],
    &["system", "systemd"], // the clock and the ids; what systemd is told
    &["ops"],
    &["jobs"],
    &["http"],
    &["api", "console"],
    &["cli", "serve", "router", "main", "lib"],
];

/// Finds imports of what stands on a higher floor, and files that stand on none.
pub(super) fn check(imports: &[Import]) -> Vec<Finding> {
    imports.iter().filter_map(|import| Some((import, wrong(import)?))).map(finding).collect()
}

fn finding((import, text): (&Import, String)) -> Finding {
    Finding::new(&import.file, import.line, text)
}

fn wrong(import: &Import) -> Option<String> {
    let Import { from, to, .. } = import;
    let (lower, higher) = (name(from), name(to));
    match (height(lower), height(higher)) {
        (Some(from), Some(to)) if to <= from => None,
        (Some(_), Some(_)) => Some(format!(
            "{lower} stands below {higher}, but imports {SERVER}{to}: move what both need down to {lower} or lower, \
             or move this up"
        )),
        (below, _) => {
            let unknown = if below.is_none() { lower } else { higher };
            Some(format!("{unknown} stands on no floor: give it one in xtask/src/tidy/floors.rs"))
        }
    }
}

/// The folder that a file stands in, or its own name without the ending.
fn name(file: &str) -> &str {
    file.split_once('/').map_or(file.trim_end_matches(".rs"), |(folder, _)| folder)
}

fn height(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&name))
}
