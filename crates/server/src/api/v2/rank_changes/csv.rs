//! Tables for spreadsheets: the history, and the log of administration.

use csv::{QuoteStyle, WriterBuilder};

/// Returns these rows as lines of CSV (RFC 4180), after a line with the names of the columns if `head` has
/// them.
#[must_use]
pub fn csv<const WIDTH: usize>(
    head: Option<[&str; WIDTH]>,
    rows: impl Iterator<Item = [String; WIDTH]>,
) -> Vec<u8> {
    let mut writer = WriterBuilder::new().quote_style(QuoteStyle::Necessary).from_writer(Vec::new());
    if let Some(head) = head {
        writer.write_record(head).expect("memory takes it");
    }
    for cells in rows {
        writer.write_record(cells).expect("every record has as many cells as there are columns");
    }
    writer.into_inner().expect("memory takes it")
}
