//! The files that git tracks or would track, and the texts of those that are checked.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::shell::root;

/// The kinds of files whose text is read.
const READ: [&str; 5] = [".rs", ".md", ".sql", ".sha256", ".min.js"];

/// All files that are tracked, or new and not ignored, by their path from the root of the workspace.
pub(super) struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads the tree. A file that is tracked but deleted on the disk counts as deleted.
    pub(super) fn read() -> Result<Self> {
        let mut list = Command::new("git");
        list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root());
        let output = list.output().context("cannot run git")?;
        ensure!(output.status.success(), "git cannot list the files: {}", output.status);
        let list = String::from_utf8(output.stdout).context("a file's name is not UTF-8")?;
        let mut files = BTreeMap::new();
        for path in list.split_terminator('\0') {
            let file = root().join(path);
            if file.exists() {
                let text = if READ.iter().any(|kind| path.ends_with(kind)) {
                    fs::read_to_string(&file).with_context(|| format!("cannot read {path}"))?
                } else {
                    String::new()
                };
                files.insert(path.to_owned(), text);
            }
        }
        Ok(Self { files })
    }

    /// Makes a tree of the given files: path and text.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|&(path, text)| (path.to_owned(), text.to_owned())).collect() }
    }

    /// All files with this ending, in the order of their paths.
    pub(super) fn ending<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let files = self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        files.filter(move |(path, _)| path.ends_with(ending))
    }

    /// Returns the text of a file. `None` if there is no such file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Whether there is a file or a folder at this path.
    pub(super) fn exists(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty()
            || self.files.contains_key(path)
            || self.files.range(folder.clone()..).next().is_some_and(|(next, _)| next.starts_with(&folder))
    }
}
