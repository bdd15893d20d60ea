//! The modules of a crate: which file each is in, and where the paths in it lead.

use std::collections::BTreeMap;

use super::paths::{Path, paths};
use super::rust::Source;
use super::tree::Tree;

/// How many re-exports are followed, one after the other.
const HOPS: usize = 8;

/// The name by which a crate's binary knows its library.
const LIBRARY: &str = "rankledger_server";

/// The names of a module from the root of its crate. Empty for the root itself.
pub(super) type Name = Vec<String>;

/// A module in a file.
pub(super) struct Module {
    /// The path from the root of the workspace.
    pub(super) file: String,
    /// The path from the folder of the crate's sources.
    pub(super) short: String,
    /// All paths that it names.
    pub(super) paths: Vec<Path>,
    /// Where the names lead that its `use` items bring, unless that is in another crate.
    names: BTreeMap<String, Name>,
}

/// All modules of a crate.
pub(super) struct Modules(pub(super) BTreeMap<Name, Module>);

impl Modules {
    /// Reads the modules in a folder, which ends with a slash. Each file is one; modules within a file
    /// belong to it.
    pub(super) fn of(tree: &Tree, folder: &str) -> Self {
        let mut modules = Self(BTreeMap::new());
        for (file, text) in tree.ending(".rs") {
            if let Some(short) = file.strip_prefix(folder) {
                let paths = paths(&Source::read(text));
                let (file, short) = (file.to_owned(), short.to_owned());
                modules.0.insert(name_of(&short), Module { file, short, paths, names: BTreeMap::new() });
            }
        }
        let names = |(at, module): (&Name, &Module)| {
            let named = module.paths.iter().filter_map(|path| Some((path.name.clone()?, path)));
            let led = named.filter_map(|(name, path)| Some((name, modules.absolute(at, &path.segments)?)));
            (at.clone(), led.collect())
        };
        let names: BTreeMap<Name, BTreeMap<String, Name>> = modules.0.iter().map(names).collect();
        for (module, names) in modules.0.values_mut().zip(names.into_values()) {
            module.names = names;
        }
        modules
    }

    /// Returns the module in which the item stands that a path names in another module. Re-exports are
    /// followed. `None` if the path leads to another crate.
    pub(super) fn find(&self, at: &Name, segments: &[String]) -> Option<&Module> {
        let mut path = self.absolute(at, segments)?;
        for _ in 0..HOPS {
            let known = self.known(&path);
            let module = self.0.get(&path[..known])?;
            let reexport = path.get(known).and_then(|name| module.names.get(name));
            match reexport {
                Some(next) if !next.starts_with(&path[..=known]) => {
                    path = next.iter().chain(&path[known + 1..]).cloned().collect();
                }
                _ => return Some(module),
            }
        }
        None
    }

    /// Returns a path from the root of the crate. `None` if it leads to another crate.
    fn absolute(&self, at: &Name, segments: &[String]) -> Option<Name> {
        let (first, mut rest) = segments.split_first()?;
        let mut path = match first.as_str() {
            "crate" | LIBRARY => Name::new(),
            "self" => at.clone(),
            "super" => parent(at),
            child => {
                let path: Name = at.iter().cloned().chain([child.to_owned()]).collect();
                if self.0.contains_key(&path) { path } else { self.0.get(at)?.names.get(child)?.clone() }
            }
        };
        while let Some(above) = rest.strip_prefix(&["super".to_owned()]) {
            (path, rest) = (parent(&path), above);
        }
        path.extend(rest.iter().filter(|segment| *segment != "*").cloned());
        Some(path)
    }

    /// How many segments of a path name modules.
    fn known(&self, path: &[String]) -> usize {
        (0..=path.len()).rev().find(|&length| self.0.contains_key(&path[..length])).unwrap_or(0)
    }
}

fn parent(name: &Name) -> Name {
    name[..name.len().saturating_sub(1)].to_vec()
}

/// The name of the module in a file. A crate's `main.rs` counts as a module beside the others.
fn name_of(short: &str) -> Name {
    let path = short.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(if path == "lib" { "" } else { path });
    path.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
