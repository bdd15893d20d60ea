//! Asking before something is done that is not easily taken back.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, Result};

use super::print;

/// Asks whoever sits at the terminal whether to do `what`. Without one, says how it is done.
pub(super) fn confirmed(what: &str) -> Result<bool> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() || !std::io::stderr().is_terminal() {
        print::say!("nothing was written; to {what}, run it again with --yes");
        return Ok(false);
    }
    let (first, rest) = what.split_at(what.chars().next().map_or(0, char::len_utf8));
    print::ask_text(&format!("{}{rest}? [y/N] ", first.to_uppercase()));
    let mut line = String::new();
    stdin.lock().read_line(&mut line).context("cannot read the answer")?;
    let is_yes = matches!(line.trim().to_lowercase().as_str(), "y" | "yes");
    if !is_yes {
        print::say!("nothing was written");
    }
    Ok(is_yes)
}
