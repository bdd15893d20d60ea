//! Each check beside texts that it refuses and texts that it lets pass.

mod arguments;
mod circles;
mod columns;
mod floors;
mod headless;
mod imports;
mod length;
mod links;
mod migrations;
mod opening;
mod paths;
mod rust;
mod vendored;

use super::finding::Finding;
use super::imports::{Import, all};
use super::modules::Modules;
use super::tree::Tree;

/// The findings as they are printed.
fn shown(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}

/// The imports within a crate of these files.
fn imports(files: &[(&str, &str)]) -> Vec<Import> {
    all(&Modules::of(&Tree::of(files), super::SERVER))
}
