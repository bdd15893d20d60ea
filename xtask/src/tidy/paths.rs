//! The paths that a Rust source names: those of `use`, one for each name that it brings, and those within
//! the code.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::rust::{Source, is_word};

/// A path of at least two segments, or what a `use` brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// The line on which the path begins, counted from 1; within the braces of a `use` that of its last
    /// segment.
    pub(super) line: usize,
    /// Its segments. A glob ends with `*`.
    pub(super) segments: Vec<String>,
    /// The name that a `use` gives it. `None` for a path within the code, and for a glob.
    pub(super) name: Option<String>,
}

/// Returns all paths of a source. The place that `pub(in ...)` names is not among them.
pub(super) fn paths(source: &Source) -> Vec<Path> {
    let mut tokens = Tokens(tokens(&source.code).into_iter().peekable());
    let mut paths = Vec::new();
    let mut inline = Inline::default();
    let mut before = [String::new(), String::new()];
    while let Some((line, token)) = tokens.0.next() {
        let from = paths.len();
        let begins = before[1] != "::" && before[1] != "." && is_identifier(&token);
        if token == "use" && !tokens.next_is("<") {
            tokens.tree(&[], &mut paths);
        } else if begins && tokens.next_is("::") {
            let mut segments = vec![token.clone()];
            while tokens.take("::") && tokens.0.peek().is_some_and(|(_, next)| is_identifier(next)) {
                segments.extend(tokens.0.next().map(|(_, segment)| segment));
            }
            if before != ["(", "in"] && segments.len() > 1 {
                paths.push(Path { line, segments, name: None });
            }
        }
        inline.see(&before, &token);
        paths[from..].iter_mut().for_each(|path| inline.lift(path));
        let [_, last] = before;
        before = [last, token];
    }
    paths
}

/// The modules within the file that are open: `mod name { ... }`.
#[derive(Default)]
struct Inline {
    braces: usize,
    opened: Vec<usize>,
}

impl Inline {
    fn see(&mut self, before: &[String; 2], token: &str) {
        match token {
            "{" => {
                self.braces += 1;
                if before[0] == "mod" {
                    self.opened.push(self.braces);
                }
            }
            "}" => {
                self.opened.pop_if(|opened| *opened == self.braces);
                self.braces = self.braces.saturating_sub(1);
            }
            _ => {}
        }
    }

    /// Makes a path start in the file's own module. Names that a module within the file brings are its own.
    fn lift(&self, path: &mut Path) {
        let supers = path.segments.iter().take_while(|segment| *segment == "super").count();
        let lifted = supers.min(self.opened.len());
        if lifted > 0 {
            path.segments.splice(..lifted, ["self".to_owned()]);
        }
        if !self.opened.is_empty() {
            path.name = None;
        }
    }
}

type Token = (usize, String);

fn tokens(code: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(next) = rest.chars().next() {
            let length = if is_word(next) {
                rest.find(|next| !is_word(next)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                next.len_utf8()
            };
            tokens.push((index + 1, rest[..length].to_owned()));
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

fn is_identifier(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

struct Tokens(Peekable<IntoIter<Token>>);

impl Tokens {
    fn next_is(&mut self, token: &str) -> bool {
        self.0.peek().is_some_and(|(_, next)| next == token)
    }

    /// Goes past this token. Says whether it was the next one.
    fn take(&mut self, token: &str) -> bool {
        self.0.next_if(|(_, next)| next == token).is_some()
    }

    /// Reads a tree of a `use` up to the comma, brace or semicolon behind it.
    fn tree(&mut self, prefix: &[String], paths: &mut Vec<Path>) {
        let mut segments = prefix.to_vec();
        let mut at = 0;
        self.take("::");
        while let Some((line, segment)) = self.0.next_if(|(_, next)| is_identifier(next) || next == "*") {
            segments.push(segment);
            at = line;
            if !self.take("::") {
                break;
            }
        }
        if self.take("{") {
            while !self.take("}") && self.0.peek().is_some() {
                self.tree(&segments, paths);
                self.take(",");
            }
            return;
        }
        if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
            segments.pop(); // `use a::{self}`
        }
        let mut name = segments.last().filter(|last| *last != "*").cloned();
        if self.take("as") {
            name = self.0.next().map(|(_, name)| name);
        }
        paths.push(Path { line: at, segments, name });
    }
}
