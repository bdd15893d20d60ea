//! The history as a table for spreadsheets.

use csv::{QuoteStyle, WriterBuilder};

use crate::wire::rank_change::{Cells, RankChangeBody};

/// Returns these rows as lines of CSV (RFC 4180), after a head line if `with_head` is set.
#[must_use]
pub fn csv(rows: impl Iterator<Item = Cells>, with_head: bool) -> Vec<u8> {
    let mut writer = WriterBuilder::new().quote_style(QuoteStyle::Necessary).from_writer(Vec::new());
    if with_head {
        writer.write_record(RankChangeBody::COLUMNS).expect("memory takes it");
    }
    for cells in rows {
        writer.write_record(cells).expect("every record has as many cells as there are columns");
    }
    writer.into_inner().expect("memory takes it")
}
