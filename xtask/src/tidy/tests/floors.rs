//! Imports between the floors.

use super::{imports, shown};
use crate::tidy::floors::check;

/// The floors from the bottom to the top: a file on each.
const FILES: [&str; 12] = [
    "config/mod.rs",
    "wire/time.rs",
    "system.rs",
    "ops/plan.rs",
    "jobs/leases.rs",
    "http/body.rs",
    "api/v2.rs",
    "console/page.rs",
    "cli/mod.rs",
    "serve.rs",
    "main.rs",
    "lib.rs",
];

/// The findings if one file imports another, by their places in the list.
fn found(from: usize, to: usize) -> Vec<String> {
    let module = FILES[to].trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
    let module = if module == "lib" { "Version".to_owned() } else { module };
    let text = format!("//! A file.\n\nuse crate::{module};\n");
    let paths = FILES.map(|file| format!("crates/server/src/{file}"));
    let mut files: Vec<_> = paths.iter().map(|path| (path.as_str(), "")).collect();
    files[from].1 = &text;
    shown(&check(&imports(&files)))
}

/// Side by side: `api` with `console`, and what starts everything.
fn floor(at: usize) -> usize {
    match at {
        7 => 6,
        8.. => 8,
        lower => lower,
    }
}

#[test]
fn a_file_may_import_what_stands_below_or_beside_it_and_nothing_above() {
    for (from, importing) in FILES.iter().enumerate() {
        for (to, imported) in FILES.iter().enumerate().filter(|(to, _)| *to != from) {
            let findings = found(from, to);
            assert_eq!(findings.is_empty(), floor(to) <= floor(from), "{importing} -> {imported}");
        }
    }
}

#[test]
fn a_finding_says_what_stands_where() {
    let expected = "crates/server/src/ops/plan.rs:3: ops stands below http, but imports \
                    crates/server/src/http/body.rs: move what both need down to ops or lower, or move this up";
    assert_eq!(found(3, 5), [expected]);
}

#[test]
fn a_new_folder_needs_a_floor() {
    let files =
        [("crates/server/src/queue/mod.rs", ""), ("crates/server/src/ops/plan.rs", "use crate::queue;")];
    let expected =
        "crates/server/src/ops/plan.rs:1: queue stands on no floor: give it one in xtask/src/tidy/floors.rs";
    assert_eq!(shown(&check(&imports(&files))), [expected]);
}
