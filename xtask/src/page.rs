//! Pages of the documentation that have a part written by a chore, between two lines that mark it.

use std::fs;

use anyhow::{Context, Result};

use crate::shell::root;

/// Such a page.
pub(crate) struct Page {
    /// Its path from the root of the workspace.
    pub(crate) path: &'static str,
    /// The line before what is written, with its end.
    pub(crate) begin: &'static str,
    /// The line after it.
    pub(crate) end: &'static str,
}

impl Page {
    /// Puts this Markdown between the marks, and leaves the rest of the page alone.
    pub(crate) fn write(&self, markdown: &str) -> Result<()> {
        let Self { path, begin, end } = self;
        let file = root().join(path);
        let page = fs::read_to_string(&file).with_context(|| format!("cannot read {path}"))?;
        let parts = page.split_once(begin).and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
        let (before, after) = parts.with_context(|| {
            let begin = begin.trim();
            format!("{path} has lost the lines between which the figures stand: \"{begin}\" and \"{end}\"")
        })?;
        fs::write(&file, format!("{before}{begin}\n{markdown}\n{end}{after}"))
            .with_context(|| format!("cannot write {path}"))
    }
}
