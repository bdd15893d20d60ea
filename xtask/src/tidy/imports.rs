//! Imports: which file of a crate uses another. That a file declares its child modules is no import.

use std::collections::BTreeMap;

use super::modules::Modules;

/// A file that uses an item of another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Import {
    /// The file, from the root of the workspace.
    pub(super) file: String,
    /// The line on which it names the item first, counted from 1.
    pub(super) line: usize,
    /// The file, from the folder of the crate's sources.
    pub(super) from: String,
    /// The file in which the item stands, from the folder of the crate's sources.
    pub(super) to: String,
}

/// All imports of a crate, one for each pair of files.
pub(super) fn all(modules: &Modules) -> Vec<Import> {
    let mut first = BTreeMap::new();
    for (at, module) in &modules.0 {
        for path in &module.paths {
            let Some(found) = modules.find(at, &path.segments).filter(|found| found.file != module.file)
            else {
                continue;
            };
            let line = first.entry((&module.file, &module.short, &found.short)).or_insert(path.line);
            *line = path.line.min(*line);
        }
    }
    let import = |((file, from, to), line): ((&String, &String, &String), usize)| {
        let [file, from, to] = [file, from, to].map(Clone::clone);
        Import { file, line, from, to }
    };
    first.into_iter().map(import).collect()
}
