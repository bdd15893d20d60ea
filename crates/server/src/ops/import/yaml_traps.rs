//! The usual mistakes in YAML: texts that YAML takes for something else. Found in the text itself, so that
//! the error speaks of what was written and how it is to be written.

use granit_parser::{Event, Parser, ScalarStyle};

/// A mistake and how to mend it.
pub(super) struct Trap {
    /// Its line, counted from 1.
    pub(super) line: usize,
    pub(super) sentence: String,
}

/// Returns the line at which a text is no YAML, as an error.
pub(super) fn scans(text: &str) -> Result<(), usize> {
    let broken = Parser::new_from_str(text).find_map(Result::err);
    broken.map_or(Ok(()), |error| Err(error.marker().line()))
}

/// Looks for the mistake that keeps a text from being read at this line: in it, or else in the lines before
/// it that are not empty.
pub(super) fn trap_near(text: &str, line: usize) -> Option<Trap> {
    if let Some(trap) = table(text) {
        return Some(trap);
    }
    let cut = cut_off(text).filter(|cut| cut.line <= line);
    let lines: Vec<_> = text.lines().collect();
    let told = |index: usize| Some(Trap { line: index + 1, sentence: trap_of_line(lines.get(index)?)? });
    let upto = line.min(lines.len());
    let mut before = (0..upto).rev().filter(|index| !lines[*index].trim().is_empty()).take(2);
    // A tab is noticed by the parser at the end of the line before it.
    let tab_after = || told(line).filter(|_| lines[line].trim_start_matches(' ').starts_with('\t'));
    before.find_map(told).or_else(tab_after).or(cut)
}

/// Looks for the mistake because of which something else is read at this line than was meant.
pub(super) fn trap_in(text: &str, line: usize) -> Option<String> {
    if let Some(trap) = table(text) {
        return Some(trap.sentence);
    }
    trap_of_line(text.lines().nth(line.checked_sub(1)?)?)
}

/// Finds a text whose end YAML takes for a comment: `Ann #12`. A comment has a space after its `#`.
pub(super) fn cut_off(text: &str) -> Option<Trap> {
    let has_candidate = |line: &str| line.contains(" #") || line.contains("\t#");
    if !text.lines().any(has_candidate) {
        return None;
    }
    for event in Parser::new_from_str(text) {
        let Ok((Event::Scalar(read, ScalarStyle::Plain, ..), span)) = event else {
            if event.is_err() {
                break;
            }
            continue;
        };
        let Some(rest) = span.end.byte_offset().and_then(|end| text.get(end..)) else { continue };
        let rest = rest.lines().next().unwrap_or_default();
        let comment = rest.trim_start();
        if begins_name(comment) && !read.is_empty() {
            let whole = in_quotes(format!("{read} {}", until_structure(comment)).trim());
            return Some(Trap {
                line: span.end.line(),
                sentence: format!(
                    "YAML takes everything after the # for a comment, and would read \"{read}\" only: write {whole}, in \
                     quotes, or put a space after the # if it begins a comment"
                ),
            });
        }
    }
    None
}

/// Whether a text begins with a `#` that is probably not meant as the beginning of a comment.
fn begins_name(text: &str) -> bool {
    text.strip_prefix('#')
        .and_then(|rest| rest.chars().next())
        .is_some_and(|next| !next.is_whitespace() && !"#!".contains(next))
}

/// Returns the part of a plain text that YAML takes for a comment, though it is probably none.
fn comment_in(text: &str) -> Option<&str> {
    let mut starts = text.match_indices(" #").map(|(at, _)| &text[at + 1..]);
    starts.next().filter(|comment| begins_name(comment))
}

/// Returns what is wrong with a document that is a table.
fn table(text: &str) -> Option<Trap> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let is_table = first.contains([',', ';', '\t'])
        && !first.contains(": ")
        && !first.trim_end().ends_with(':')
        && !first.trim_start().starts_with(['{', '[', '-', '#', '%']);
    is_table.then(|| Trap {
        line: 1,
        sentence:
            "this is a table (CSV), not YAML: give the file a name that ends in .csv, and it is read as one"
                .to_owned(),
    })
}

fn trap_of_line(line: &str) -> Option<String> {
    let content = line.trim_start();
    if line[..line.len() - content.len()].contains('\t') {
        return Some(
            "there is a tab at the beginning of the line, and YAML indents with spaces only: write two spaces for each tab"
                .to_owned(),
        );
    }
    values(content).into_iter().find_map(|(key, value)| {
        let written = |text: &str| {
            let quoted = in_quotes(text.trim());
            if key.is_empty() { quoted } else { format!("{key}: {quoted}") }
        };
        trap_of(value, written)
    })
}

/// Returns what is wrong with a value, which reaches to the end of its line.
fn trap_of(value: &str, written: impl Fn(&str) -> String) -> Option<String> {
    let whole = until_structure(value);
    let first = value.chars().next()?;
    let after = |close: char| value[1..].split_once(close).map(|(_, after)| after.trim_start());
    let goes_on = |after: Option<&str>| {
        after.is_some_and(|after| !after.is_empty() && !after.starts_with([',', '}', ']', '#', ':']))
    };
    match first {
        '[' if goes_on(after(']')) => Some(format!(
            "a value that begins with [ is a list in YAML: write the text in quotes, {}",
            written(whole)
        )),
        '{' if goes_on(after('}')) => Some(format!(
            "a value that begins with {{ is a mapping in YAML: write the text in quotes, {}",
            written(whole)
        )),
        '"' | '\'' if goes_on(after(first)) => Some(format!(
            "the text goes on behind its closing quote: write all of it in quotes, {}",
            written(&whole.replace(first, ""))
        )),
        '@' | '`' | '%' | '*' | '&' | '!' | '|' | '>' if value.len() > 1 => Some(format!(
            "a text that begins with {first} means something else in YAML: write it in quotes, {}",
            written(whole)
        )),
        '#' if begins_name(value) => Some(format!(
            "YAML takes everything after the # for a comment: write the text in quotes, {}",
            written(whole)
        )),
        '[' | '{' | '"' | '\'' => None,
        _ if comment_in(whole).is_some() => Some(format!(
            "YAML takes everything after the # for a comment: write the text in quotes, {}, or put a space after the # if \
             it begins a comment",
            written(whole)
        )),
        _ if whole.contains(": ") => Some(format!(
            "a colon with a space behind it ends a key in YAML: write the text in quotes, {}",
            written(whole)
        )),
        _ => None,
    }
}

/// Returns the values in a line, each with its key; an element of a list has none.
fn values(content: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let element = content.strip_prefix("- ").map(str::trim_start);
    let content = element.unwrap_or(content);
    let starts = [0].into_iter().chain(content.match_indices(['{', ',']).map(|(at, _)| at + 1));
    for start in starts {
        let part = content[start..].trim_start();
        if let Some((key, value)) = part.split_once(": ")
            && is_key(key)
        {
            found.push((key, value.trim()));
        }
    }
    if found.is_empty() && element.is_some() {
        found.push(("", content.trim()));
    }
    found
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_-".contains(c))
}

/// Returns a text up to the `,` or `}` that ends it within braces. Outside of them a text reaches to the end
/// of the line.
fn until_structure(text: &str) -> &str {
    let in_braces = text.trim_end().ends_with(['}', ','])
        || text
            .match_indices(", ")
            .any(|(at, _)| text[at + 2..].split_once(": ").is_some_and(|(key, _)| is_key(key)));
    if !in_braces {
        return text.trim();
    }
    let end = text.find(", ").into_iter().chain(text.find('}')).min();
    text[..end.unwrap_or(text.len())].trim().trim_end_matches(',')
}

/// Writes a text in quotes, as YAML reads it.
fn in_quotes(text: &str) -> String {
    if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}
