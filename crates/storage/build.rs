//! Lists the migrations of each backend from its folder, in the order of their numbers, so that to add one is
//! to add its file.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    let crate_folder = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    println!("cargo::rerun-if-changed=migrations");
    for backend in ["sqlite", "postgres"] {
        let list = list(&Path::new(&crate_folder).join("migrations").join(backend));
        fs::write(Path::new(&out).join(format!("{backend}.rs")), list)
            .expect("cargo's folder can be written");
    }
}

/// Writes the migrations as an expression, the name and the SQL of each:
/// `&[("V1__ledger", include_str!(...)), ...]`.
fn list(folder: &Path) -> String {
    let entries = fs::read_dir(folder).expect("a folder of migrations");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a plain name"))
        .collect();
    names.sort_by_key(|name| number(name));
    let mut list = "&[".to_owned();
    for name in &names {
        let title = name.strip_suffix(".sql").expect("every migration ends in .sql");
        let path = folder.join(name).into_os_string().into_string().expect("a plain path");
        write!(list, "({title:?}, include_str!({path:?})),").expect("a text takes everything");
    }
    list + "]"
}

/// The number in `V12__unfinished_imports.sql`.
fn number(name: &str) -> u32 {
    let number =
        name.strip_prefix('V').and_then(|rest| rest.split_once("__")).and_then(|(n, _)| n.parse().ok());
    number.unwrap_or_else(|| {
        panic!("{name}: a migration is called V, its number, two underscores, and what it is")
    })
}
