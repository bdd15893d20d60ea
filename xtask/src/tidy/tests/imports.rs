//! Which file imports which.

use super::imports;

/// The imports of a crate that consists of a library and some modules, and of this file.
fn found(file: &str, text: &str) -> Vec<String> {
    let path = format!("crates/server/src/{file}");
    let files = [
        ("crates/server/src/lib.rs", "mod api; mod ops;"),
        ("crates/server/src/api/mod.rs", "mod body; mod path;"),
        ("crates/server/src/api/path.rs", ""),
        (
            "crates/server/src/ops/mod.rs",
            "mod error; mod plan; pub use error::Refused; pub use plan as plans;",
        ),
        ("crates/server/src/ops/error.rs", ""),
        ("crates/server/src/ops/plan.rs", ""),
        ("crates/storage/src/lib.rs", ""),
        (path.as_str(), text), // in place of the one above, if it is there
    ];
    let imports = imports(&files).into_iter().filter(|import| import.file == path);
    imports.map(|import| format!("{}: {} -> {}", import.line, import.from, import.to)).collect()
}

#[test]
fn paths_lead_to_files() {
    for (text, expected) in [
        ("use crate::ops::plan::Plan;", "ops/plan.rs"),
        ("use crate::ops;", "ops/mod.rs"),
        ("use crate::ops::Command;", "ops/mod.rs"),
        ("use crate::Version;", "lib.rs"),
        ("use super::path::Id;", "api/path.rs"),
        ("use super::super::ops::plan;", "ops/plan.rs"),
        ("use super::*;", "api/mod.rs"),
        ("fn a() { crate::ops::plan::make() }", "ops/plan.rs"),
    ] {
        assert_eq!(found("api/body.rs", text), [format!("1: api/body.rs -> {expected}")], "{text}");
    }
}

#[test]
fn a_name_that_was_brought_leads_on() {
    let text = "use crate::ops;\n\nfn a() { ops::error::make() }\n";
    assert_eq!(
        found("api/body.rs", text),
        ["3: api/body.rs -> ops/error.rs", "1: api/body.rs -> ops/mod.rs"]
    );
}

#[test]
fn a_reexport_leads_to_where_the_item_stands() {
    assert_eq!(found("api/body.rs", "use crate::ops::Refused;"), ["1: api/body.rs -> ops/error.rs"]);
    assert_eq!(found("api/body.rs", "use crate::ops::plans::Plan;"), ["1: api/body.rs -> ops/plan.rs"]);
}

#[test]
fn the_declaration_of_a_child_is_no_import_but_its_use_is() {
    assert_eq!(found("api/mod.rs", "mod path;"), Vec::<String>::new());
    assert_eq!(found("api/mod.rs", "mod path;\nuse path::Id;\n"), ["2: api/mod.rs -> api/path.rs"]);
    assert_eq!(found("api/mod.rs", "mod path;\nfn a() { path::id() }\n"), ["2: api/mod.rs -> api/path.rs"]);
}

#[test]
fn the_binary_imports_its_library() {
    assert_eq!(found("main.rs", "fn main() { rankledger_server::ops::run() }"), ["1: main.rs -> ops/mod.rs"]);
}

#[test]
fn other_crates_are_no_concern() {
    let text = "use std::fs;\nuse rankledger_storage::Storage;\nfn a() { Vec::new() }\n";
    assert_eq!(found("api/body.rs", text), Vec::<String>::new());
}
