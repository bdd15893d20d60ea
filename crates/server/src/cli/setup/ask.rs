//! Asking a question at a terminal, until the answer is one.

use std::io::BufRead;

use anyhow::{Context, Result, ensure};

use crate::cli::print;

/// Asks a question until `read` takes the answer. An empty answer is the usual one, if there is one.
pub(super) fn ask<T>(question: &str, usual: Option<&str>, read: impl Fn(&str) -> Result<T>) -> Result<T> {
    let usual_shown = usual.map(|usual| format!(" [{usual}]")).unwrap_or_default();
    let end = if question.ends_with('?') { "" } else { ":" };
    loop {
        print::ask_text(&format!("{question}{usual_shown}{end} "));
        let mut line = String::new();
        let bytes = std::io::stdin().lock().read_line(&mut line).context("cannot read the answer")?;
        ensure!(bytes > 0, "the questions were not answered: nothing was written");
        let answer = match (line.trim(), usual) {
            ("", Some(usual)) => usual,
            (answer, _) => answer,
        };
        match read(answer) {
            Ok(answer) => return Ok(answer),
            Err(error) => print::say!("  {error:#}"),
        }
    }
}
