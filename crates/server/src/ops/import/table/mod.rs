//! A table of members, as spreadsheet programs write it: from bytes to rows of cells. [`columns`] says which
//! column is what, [`members`] makes a document of the rows.

pub(super) mod cells;
pub(super) mod columns;
pub(super) mod dates;
pub(super) mod members;
pub(super) mod ranks;

use std::path::Path;

use csv::{ReaderBuilder, Trim};
use rankledger_storage::unfinished_imports::DocumentHash;
use sha2::{Digest, Sha256};

use super::parse::ReadError;
use cells::clean;

/// What separates the cells, the likeliest first.
const DELIMITERS: [u8; 3] = [b';', b'\t', b','];

/// A table: a head, and the rows below it that have any cell.
#[derive(Debug)]
pub struct Table {
    /// The names of the columns.
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) hash: DocumentHash,
}

/// A row of a table.
#[derive(Debug)]
pub(super) struct Row {
    /// Its first line in the file, counted from 1.
    pub(super) line: u64,
    /// As they stand in the file, without white space around them.
    pub(super) cells: Vec<String>,
}

impl Table {
    /// Whether a file of this name holds a table: it ends in `.csv` or `.tsv`.
    #[must_use]
    pub fn is_named(path: &Path) -> bool {
        path.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv") || end.eq_ignore_ascii_case("tsv"))
    }

    /// Reads the table in a file. Errors do not name the file.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        Self::parse(&std::fs::read(path)?)
    }

    /// Reads a table, in any of the forms in which spreadsheet programs write one.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReadError> {
        let text = decode(bytes)?;
        let (text, delimiter, skipped) = delimiter(&text);
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .trim(Trim::All)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| ReadError::Malformed(format!("it is no table: {error}")))?;
            let line = record.position().map_or(0, |position| first_line(text, position)) + skipped;
            let cells: Vec<_> = record.iter().map(clean).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push(Row { line, cells });
            }
        }
        refuse_open_quote(text, rows.last())?;
        if rows.is_empty() {
            return Err(ReadError::Malformed(
                "it is empty: write the names of the columns into the first line, and a member into each line below"
                    .to_owned(),
            ));
        }
        let head = rows.remove(0).cells;
        Ok(Self { head, rows, hash: Sha256::digest(bytes).into() })
    }
}

/// Returns the line at which a record begins. Its position is that of the empty lines before it.
fn first_line(text: &str, position: &csv::Position) -> u64 {
    let from = usize::try_from(position.byte()).ok().and_then(|byte| text.get(byte..)).unwrap_or_default();
    let empty = from.chars().take_while(|c| matches!(c, '\r' | '\n')).filter(|c| *c == '\n').count();
    position.line() + empty as u64
}

/// Returns the text of a file: UTF-8, or UTF-16 if it begins with the mark of that.
fn decode(bytes: &[u8]) -> Result<String, ReadError> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(ReadError::Malformed(
            "it is a workbook, not a table in text: open it, and save the sheet as \"CSV UTF-8\"".to_owned(),
        ));
    }
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        bytes => utf8(bytes),
    }?;
    let line_of = |at: usize| text[..at].matches('\n').count() + 1;
    match text.find('\0') {
        Some(at) => Err(ReadError::Malformed(format!(
            "line {}: it holds the character U+0000: save the table as \"CSV UTF-8\"",
            line_of(at)
        ))),
        None => Ok(text),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, ReadError> {
    str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
        ReadError::Malformed(format!(
            "line {line}: a letter in it is not written in UTF-8: save the table as \"CSV UTF-8\", or choose UTF-8 in the \
             dialogue in which it is saved"
        ))
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, ReadError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    let broken = || ReadError::Malformed("it is damaged UTF-16: save the table as \"CSV UTF-8\"".to_owned());
    if rest.is_empty() { String::from_utf16(&units).map_err(|_| broken()) } else { Err(broken()) }
}

/// Returns what separates the cells: as the line `sep=;` says, which Excel reads, or as the head looks. With
/// the text after that line, and the number of lines before it.
fn delimiter(text: &str) -> (&str, u8, u64) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let said = first.trim_end_matches('\r').trim_matches('"').to_ascii_lowercase();
    if let Some(&[delimiter]) = said.strip_prefix("sep=").map(str::as_bytes) {
        return (rest, delimiter, 1);
    }
    let blank = text.len() - text.trim_start_matches(['\r', '\n']).len();
    let head = text[blank..].lines().next().unwrap_or_default();
    let outside_quotes = || head.split('"').step_by(2).flat_map(str::bytes);
    let count = |delimiter: u8| outside_quotes().filter(|byte| *byte == delimiter).count();
    // Of several that are as frequent, the last is taken.
    let likeliest = DELIMITERS.into_iter().rev().max_by_key(|delimiter| count(*delimiter));
    (text, likeliest.unwrap_or(b','), 0)
}

/// Refuses a table in which a quote is opened that is never closed: its last cell holds the rest of the file.
fn refuse_open_quote(text: &str, last: Option<&Row>) -> Result<(), ReadError> {
    let is_odd = text.matches('"').count() % 2 == 1;
    match last.filter(|row| is_odd && row.cells.iter().any(|cell| cell.contains('\n'))) {
        Some(row) => Err(ReadError::Malformed(format!(
            "line {}: a quote is opened here and never closed: close it, or take it out",
            row.line
        ))),
        None => Ok(()),
    }
}
