//! All output of commands: JSON for scripts, and text that cannot garble a terminal.
//!
//! The text may come from a hostile server or from the names in a database. So all commands print through
//! this file, which takes out the control characters.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Read, Write};

use anyhow::{Context, Result};
use rankledger_domain::identifier::is_control;
use serde::Serialize;

/// The longest part of a line that is looked at as a whole, in bytes.
const LONGEST_PART: u64 = 64 * 1024;

/// Prints JSON, and nothing else.
pub(super) fn json(value: &impl Serialize) -> Result<()> {
    print(&json_text(value)?)
}

/// Returns JSON of several lines. What could garble a terminal is escaped, so that a script reads it
/// unchanged.
pub(super) fn json_text(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value).context("this has no JSON form")?;
    let mut escaped = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        // Outside of strings, JSON has no control character but the ends of lines.
        if garbles(c) {
            write!(escaped, "\\u{:04x}", u32::from(c)).context("this has no JSON form")?;
        } else {
            escaped.push(c);
        }
    }
    escaped.push('\n');
    Ok(escaped)
}

/// Prints text, of one line or several, with a space where it could garble a terminal.
pub(super) fn print(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(clean(text).as_bytes()).and_then(|()| stdout.flush()).context("cannot print")
}

/// Prints text and the end of a line to standard error, in the way of [`print`]. Use it by [`say!`].
pub(super) fn say_text(text: &str) {
    ask_text(&format!("{text}\n"));
}

/// Prints text to standard error, and stays on its last line.
pub(super) fn ask_text(text: &str) {
    // Without a standard error there is nobody to be told.
    let _ = io::stderr().lock().write_all(clean(text).as_bytes());
}

/// Prints a line to standard error: the arguments are those of `format!`.
macro_rules! say {
    ($($argument:tt)*) => { $crate::cli::print::say_text(&format!($($argument)*)) };
}
pub(super) use say;

/// Copies a file to standard output: byte by byte to another program or a file, cleaned to a terminal.
pub(super) fn copy(from: &mut dyn Read) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    if stdout.is_terminal() {
        copy_clean(from, &mut stdout)?;
    } else {
        io::copy(from, &mut stdout)?;
    }
    stdout.flush()
}

/// Prints what `write` writes: as it is written to another program or a file, and in the end, cleaned, to a
/// terminal.
pub(super) fn stream(write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut stdout = io::stdout().lock();
    if !stdout.is_terminal() {
        let mut buffered = BufWriter::new(stdout);
        write(&mut buffered)?;
        return buffered.flush().context("cannot print");
    }
    let mut text = Vec::new();
    write(&mut text)?;
    copy_clean(&mut text.as_slice(), &mut stdout).context("cannot print")
}

fn copy_clean(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<()> {
    let mut from = BufReader::new(from);
    let mut part = Vec::new();
    while from.by_ref().take(LONGEST_PART).read_until(b'\n', &mut part)? > 0 {
        to.write_all(clean(&String::from_utf8_lossy(&part)).as_bytes())?;
        part.clear();
    }
    Ok(())
}

/// Whether a character could garble a terminal. The end of a line is no such character.
fn garbles(c: char) -> bool {
    c != '\n' && is_control(c)
}

/// Text of several lines with a space where it could garble a terminal.
fn clean(text: &str) -> String {
    text.chars().map(|c| if garbles(c) { ' ' } else { c }).collect()
}

/// Text of others that stays on its line, with a space where it could garble a terminal.
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
