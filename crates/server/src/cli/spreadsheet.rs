//! Tables that spreadsheet programs open without a question: with a byte order mark, so that accents are read
//! as they are; ids and other long numbers as text; and no cell that is taken for a formula.

use std::io::{self, Write};

use anyhow::{Context, Result};
use csv::{Terminator, Writer, WriterBuilder};

use crate::wire::rank_change::inert;

/// Largest number of digits that spreadsheet programs keep of a number.
const KEPT_DIGITS: usize = 15;

/// Writes a table, row by row.
pub(super) struct Spreadsheet<W: Write> {
    rows: Writer<W>,
}

impl<W: Write> Spreadsheet<W> {
    /// Begins a table with the names of its columns.
    pub(super) fn new(mut to: W, head: &[&str]) -> Result<Self> {
        to.write_all("\u{feff}".as_bytes()).context("cannot write the table")?;
        let mut rows = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(to);
        rows.write_record(head).map_err(io_error).context("cannot write the table")?;
        Ok(Self { rows })
    }

    /// Writes a row, which has as many cells as there are columns.
    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) -> Result<()> {
        self.rows.write_record(cells.map(cell)).map_err(io_error).context("cannot write the table")
    }

    /// Ends the table.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.rows.flush()
    }
}

/// Returns the I/O error within, so that it is seen when the reader of the output has gone.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Returns a cell that every spreadsheet program shows as it stands. `rankledger import` reads it back.
fn cell(text: String) -> String {
    let is_long_number = text.len() > KEPT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_long_number { format!("'{text}") } else { inert(text) }
}
