//! Inventory of a database: its contents in short, enough to notice whether the database was written to.

use sha2::{Digest, Sha256};

use super::View;
use super::copy::PORTION;
use super::error::CopyError;
use super::tables::{self, Table};
use super::value::Value;

/// The contents of a database, in short.
#[derive(PartialEq, Eq)]
pub(super) struct Inventory {
    /// The rows of each table, in the order of [`tables::all`].
    counts: Vec<u64>,
    /// SHA-256 of the counts and of the heads of all ledgers, in hexadecimals.
    pub(super) fingerprint: String,
}

impl Inventory {
    pub(super) async fn of(view: &mut dyn View) -> Result<Self, CopyError> {
        let mut counts = Vec::new();
        let mut digest = Sha256::new();
        for table in tables::all() {
            let count = view.count(table).await.map_err(CopyError::at(table))?;
            digest.update(format!("{} {count}\n", table.name));
            counts.push(count);
        }
        add_heads(view, &mut digest).await?;
        let fingerprint = Value::Bytes(digest.finalize().to_vec()).to_string();
        Ok(Self { counts, fingerprint })
    }

    /// Each table, with the number of its rows.
    pub(super) fn tables(&self) -> impl Iterator<Item = (&'static Table, u64)> {
        tables::all().zip(self.counts.iter().copied())
    }

    /// The rows of the table of this name.
    pub(super) fn rows_of(&self, name: &str) -> u64 {
        self.tables().find(|(table, _)| table.name == name).map_or(0, |(_, count)| count)
    }

    /// The rows of all tables.
    pub(super) fn rows(&self) -> u64 {
        self.counts.iter().sum()
    }
}

async fn add_heads(view: &mut dyn View, digest: &mut Sha256) -> Result<(), CopyError> {
    let heads = tables::all().find(|table| table.name == "ledger_heads");
    let heads = heads.expect("the list of tables is a constant, and has this one");
    let mut last = None;
    loop {
        let rows = view.page(heads, last.as_deref(), PORTION).await.map_err(CopyError::at(heads))?;
        for value in rows.iter().flatten() {
            digest.update(format!("{value}\n"));
        }
        let Some(row) = rows.last() else { return Ok(()) };
        last = Some(heads.key_of(row));
    }
}
