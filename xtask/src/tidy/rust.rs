//! Rust sources taken apart: comments on one side, code on the other.

use std::iter::repeat_n;

/// A source file without its layout.
#[derive(Default)]
pub(super) struct Source {
    /// The code: comments and strings are blanks, so that each line is as long as before. Strings that are
    /// nothing but a path within the crate stay, without quotes: attributes name functions by them.
    pub(super) code: String,
    /// The line comments, from top to bottom.
    pub(super) comments: Vec<Comment>,
}

/// A line comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comment {
    /// The line, counted from 1.
    pub(super) line: usize,
    /// How the comment begins: `//`, `///` or `//!`.
    pub(super) marker: &'static str,
    /// The words after the marker.
    pub(super) text: String,
    /// Whether code stands before the comment on its line.
    pub(super) trails: bool,
}

impl Source {
    /// Takes a source apart.
    pub(super) fn read(text: &str) -> Self {
        let mut reader = Reader { text, at: 0, source: Self::default() };
        while let Some(next) = reader.rest().chars().next() {
            reader.step(next);
        }
        reader.source
    }

    /// The comments joined into blocks: lines that follow each other with the same marker. A comment behind
    /// code is a block of its own.
    pub(super) fn blocks(&self) -> Vec<&[Comment]> {
        self.comments
            .chunk_by(|one, next| {
                one.line + 1 == next.line && one.marker == next.marker && !one.trails && !next.trails
            })
            .collect()
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    source: Source,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Reads one comment, string, identifier or character.
    fn step(&mut self, next: char) {
        let rest = self.rest();
        if rest.starts_with("//") {
            self.comment();
        } else if rest.starts_with("/*") {
            self.blank(block_comment(rest));
        } else if next == '"' {
            self.string(1, string(rest));
        } else if next == '\'' {
            self.blank_character();
        } else if next.is_alphabetic() || next == '_' {
            let word = rest.split(|next: char| !is_word(next)).next().unwrap_or(rest);
            self.keep(word.len());
            if let Some((quotes, length)) = raw_string(word, self.rest()) {
                self.string(quotes, length);
            }
        } else {
            self.keep(next.len_utf8());
        }
    }

    fn comment(&mut self) {
        let line = self.rest().lines().next().unwrap_or_default();
        let marker = match line.as_bytes() {
            [_, _, b'!', ..] => "//!",
            [_, _, b'/', b'/', ..] => "//", // a ruler, which documents nothing
            [_, _, b'/', ..] => "///",
            _ => "//",
        };
        let code = &self.source.code;
        let before = code.rsplit('\n').next().unwrap_or_default();
        self.source.comments.push(Comment {
            line: code.matches('\n').count() + 1,
            marker,
            text: line[marker.len()..].trim().to_owned(),
            trails: !before.trim().is_empty(),
        });
        self.blank(line.len());
    }

    /// Reads a string whose quotes take so many bytes on each side.
    fn string(&mut self, quotes: usize, length: usize) {
        let text = &self.rest()[..length];
        let within = text.get(quotes..length.saturating_sub(quotes)).unwrap_or_default();
        if is_path(within) {
            self.blank(quotes);
            self.keep(within.len());
            self.blank(quotes);
        } else {
            self.blank(length);
        }
    }

    /// Reads a character literal, or the mark of a lifetime.
    fn blank_character(&mut self) {
        let rest = self.rest();
        let mut after = rest.char_indices().skip(1);
        match (after.next(), after.next()) {
            (Some((_, '\\')), Some((escaped, character))) => {
                let from = escaped + character.len_utf8();
                let end = rest[from..].find('\'').map_or(rest.len(), |end| from + end + 1);
                self.blank(end);
            }
            (Some(_), Some((end, '\''))) => self.blank(end + 1),
            _ => self.keep(1),
        }
    }

    fn keep(&mut self, bytes: usize) {
        self.source.code.push_str(&self.rest()[..bytes]);
        self.at += bytes;
    }

    fn blank(&mut self, bytes: usize) {
        let blanks = self.rest()[..bytes].chars().map(|next| if next == '\n' { '\n' } else { ' ' });
        self.source.code.extend(blanks);
        self.at += bytes;
    }
}

/// Whether a character may stand within a word.
pub(super) fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn is_path(text: &str) -> bool {
    let mut segments = text.split("::");
    let begins = segments.next().is_some_and(|first| ["crate", "super", "self"].contains(&first));
    begins && text.contains("::") && segments.all(|segment| segment.chars().all(is_word))
}

/// Returns the length of the block comment that this begins with. Such comments can be nested.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    loop {
        let rest = &text[at..];
        match rest.chars().next() {
            None => return at,
            Some(_) if rest.starts_with("/*") => (depth, at) = (depth + 1, at + 2),
            Some(_) if rest.starts_with("*/") => (depth, at) = (depth - 1, at + 2),
            Some(next) => at += next.len_utf8(),
        }
        if depth == 0 {
            return at;
        }
    }
}

/// Returns the length of the string that this begins with, its quotes included.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, next) in text.char_indices().skip(1) {
        match next {
            '"' if !escaped => return at + 1,
            _ => escaped = next == '\\' && !escaped,
        }
    }
    text.len()
}

/// Returns how many bytes the quotes and the whole of a raw string take. `None` if the word before it is no
/// prefix of a raw string, or no string follows it.
fn raw_string(word: &str, rest: &str) -> Option<(usize, usize)> {
    if !["r", "br", "cr"].contains(&word) {
        return None;
    }
    let hashes = rest.chars().take_while(|next| *next == '#').count();
    let body = rest[hashes..].strip_prefix('"')?;
    let close: String = std::iter::once('"').chain(repeat_n('#', hashes)).collect();
    let end = body.find(&close).map_or(body.len(), |end| end + close.len());
    Some((hashes + 1, hashes + 1 + end))
}
