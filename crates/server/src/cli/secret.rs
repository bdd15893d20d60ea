//! Asking for a secret: at a terminal it is not shown while it is typed.

use std::io::{BufRead, IsTerminal, Stdin};

use anyhow::{Context, Result};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::print;

/// Returns the first line of standard input, without the white space around it. At a terminal, asks for it
/// with this prompt.
pub(super) fn ask(prompt: &str) -> Result<String> {
    let stdin = std::io::stdin();
    let hidden = stdin.is_terminal().then(|| {
        print::ask_text(prompt);
        Hidden::begin(&stdin)
    });
    let mut line = String::new();
    let read = stdin.lock().read_line(&mut line).context("cannot read the key from standard input");
    if hidden.is_some() {
        print::ask_text("\n");
    }
    read?;
    Ok(line.trim().to_owned())
}

/// A terminal that does not show what is typed, until this value is dropped.
struct Hidden<'a> {
    stdin: &'a Stdin,
    /// The modes of before. `None` if they are not known, and so were not changed.
    before: Option<Termios>,
}

impl<'a> Hidden<'a> {
    fn begin(stdin: &'a Stdin) -> Self {
        let before = tcgetattr(stdin).ok();
        if let Some(mut modes) = before.clone() {
            modes.local_modes.remove(LocalModes::ECHO);
            // A terminal that cannot do this shows the secret, which is better than not taking it.
            let _ = tcsetattr(stdin, OptionalActions::Flush, &modes);
        }
        Self { stdin, before }
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            let _ = tcsetattr(self.stdin, OptionalActions::Flush, before);
        }
    }
}
