//! Check: a migration that has landed is never changed. Their checksums stand in a list, in the format of
//! `sha256sum`.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::finding::Finding;
use super::tree::Tree;
use crate::shell::root;

const FOLDER: &str = "crates/storage/migrations/";
pub(super) const LIST: &str = "crates/storage/migrations/landed.sha256";

/// Finds migrations that were changed or removed after they had landed, and those that are not listed yet.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let migrations = checksums(tree);
    let list = tree.text(LIST).unwrap_or_default();
    let mut findings = Vec::new();
    for (index, line) in list.lines().enumerate() {
        let found = match line.split_once("  ") {
            None => Some((LIST, "the line is not as `sha256sum` writes it: restore it".to_owned())),
            Some((checksum, name)) => match migrations.get(name) {
                None => Some((LIST, format!("the migration {name} has landed and is gone: restore it"))),
                Some((_, is)) if is == checksum => None,
                Some((path, _)) => Some((*path, CHANGED.to_owned())),
            },
        };
        if let Some((path, text)) = found {
            findings.push(Finding::new(path, if path == LIST { index + 1 } else { 1 }, text));
        }
    }
    findings.extend(unlisted(&migrations, list).map(|(_, (path, _))| Finding::new(path, 1, UNLISTED)));
    findings
}

const CHANGED: &str = "the migration has landed and was changed, but databases have run it as it was: restore it, \
                       and put the change into a new migration";
const UNLISTED: &str = "the migration is new: `cargo xtask tidy --land-migrations` adds it to the list of those that \
                        have landed; from then on it must not be changed";

/// Writes the list with the new migrations added. Lines that are in it stay as they are.
pub(super) fn land(tree: &Tree) -> Result<()> {
    fs::write(root().join(LIST), landed(tree)).with_context(|| format!("cannot write {LIST}"))
}

/// The list with the new migrations added, in the order of their names.
pub(super) fn landed(tree: &Tree) -> String {
    let migrations = checksums(tree);
    let list = tree.text(LIST).unwrap_or_default();
    let new = unlisted(&migrations, list).map(|(name, (_, checksum))| format!("{checksum}  {name}"));
    let mut lines: Vec<_> = list.lines().map(str::to_owned).chain(new).collect();
    lines.sort_by_key(|line| line.split_once("  ").map(|(_, name)| name.to_owned()));
    lines.push(String::new()); // the end of the last line
    lines.join("\n")
}

/// Path and checksum of each migration, by its name in the list.
fn checksums(tree: &Tree) -> BTreeMap<&str, (&str, String)> {
    let migrations =
        tree.ending(".sql").filter_map(|(path, text)| Some((path, path.strip_prefix(FOLDER)?, text)));
    migrations.map(|(path, name, text)| (name, (path, HEXLOWER.encode(&Sha256::digest(text))))).collect()
}

fn unlisted<'a>(
    migrations: &'a BTreeMap<&'a str, (&'a str, String)>,
    list: &'a str,
) -> impl Iterator<Item = (&'a &'a str, &'a (&'a str, String))> {
    let is_listed = |name| list.lines().any(|line| line.ends_with(&format!("  {name}")));
    migrations.iter().filter(move |(name, _)| !is_listed(**name))
}
