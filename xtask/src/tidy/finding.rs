//! A finding of a check: a place, and a sentence.

use std::fmt::{self, Display, Formatter};

/// Something that is not tidy. Shown as `file:line: text`, so that editors jump to the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// The path from the root of the workspace.
    pub(super) file: String,
    /// The line, counted from 1.
    pub(super) line: usize,
    /// The sentence: what is wrong, and the way out.
    pub(super) text: String,
}

impl Finding {
    /// Makes a finding.
    pub(super) fn new(file: &str, line: usize, text: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, text: text.into() }
    }
}

impl Display for Finding {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.text)
    }
}
