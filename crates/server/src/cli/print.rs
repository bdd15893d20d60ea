//! Output of commands: JSON for scripts, and text that cannot garble a terminal.

use std::io::{self, Write};

use anyhow::{Context, Result};
use rankledger_domain::identifier::is_control;
use serde::Serialize;

/// Prints JSON, and nothing else.
pub(super) fn json(value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value).context("this has no JSON form")?;
    text.push('\n');
    print(&text)
}

/// Prints text.
pub(super) fn print(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).context("cannot print")
}

/// Text of others with a space where it could garble a terminal.
pub(super) fn harmless(text: &str) -> String {
    text.chars().map(|c| if is_control(c) { ' ' } else { c }).collect()
}

/// The beginning of a text, if it is longer than this many characters.
pub(super) fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", beginning.trim_end())
}

/// `1 change`, `2 changes`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
