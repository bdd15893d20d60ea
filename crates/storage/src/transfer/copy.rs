//! The course of a copy.
//!
//! A copy can be interrupted at any time and run again: rows are written in the order of their keys, so the
//! highest key in a table of the target says where to go on.

use std::fmt;

use super::compare::compare;
use super::error::CopyError;
use super::inventory::Inventory;
use super::tables::{self, Table};
use super::value::Row;
use super::{Filling, View, WholeDatabase, chain};

/// How many rows are read at once, and written in one transaction.
pub(super) const PORTION: u32 = 5000;

/// The step that a copy is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Computes the hash chains of the source.
    CheckSource,
    /// Copies the table of this name.
    Copy(&'static str),
    /// Compares the table of this name, row by row.
    Compare(&'static str),
    /// Computes the hash chains of the target.
    CheckTarget,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CheckSource => f.write_str("checking the history of the source"),
            Self::Copy(table) => write!(f, "copying {table}"),
            Self::Compare(table) => write!(f, "comparing {table}"),
            Self::CheckTarget => f.write_str("checking the history of the target"),
        }
    }
}

/// Progress of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The step that the copy is at.
    pub step: Step,
    /// Rows of this step that are done.
    pub done: u64,
    /// Rows of this step, at the most.
    pub total: u64,
}

/// Function that is called with the progress of a copy.
pub(super) type Watch<'a> = dyn FnMut(Progress) + Send + 'a;

/// Numbers of the rows that were copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Communities.
    pub communities: u64,
    /// Recorded rank changes.
    pub changes: u64,
    /// Rows of all tables, those included.
    pub rows: u64,
    /// Whether a copy that had been interrupted was carried on.
    pub was_resumed: bool,
}

/// Copies everything, and verifies it: afterwards every row is the same on both sides, and the hash chain of
/// every community is whole on both. A source whose chain is broken is not copied.
pub async fn copy(
    from: &dyn WholeDatabase,
    to: &dyn WholeDatabase,
    watch: &mut Watch<'_>,
) -> Result<Copied, CopyError> {
    let mut source = from.view().await?;
    let inventory = Inventory::of(source.as_mut()).await?;
    let changes = inventory.rows_of("rank_changes");
    let mut filling = to.filling().await?;
    let noted = filling.noted().await?;
    let reached = reached(to).await?;
    match &noted {
        Some(noted) if *noted != inventory.fingerprint => return Err(CopyError::OtherSource),
        Some(_) => {}
        None => refuse_rows(&reached)?,
    }
    chain::check(from, Step::CheckSource, changes, watch).await?;
    if noted.is_none() {
        filling.begin(&inventory.fingerprint).await?;
    }
    for ((table, total), reached) in inventory.tables().zip(reached) {
        let mut report = |done| watch(Progress { step: Step::Copy(table.name), done, total });
        let copied = copy_rows(source.as_mut(), filling.as_mut(), table, reached, &mut report).await;
        copied.map_err(CopyError::at(table))?;
    }
    drop(source);
    make_sure(from, to, &inventory, watch).await?;
    filling.finish().await?;
    Ok(Copied {
        communities: inventory.rows_of("communities"),
        changes,
        rows: inventory.rows(),
        was_resumed: noted.is_some(),
    })
}

/// How far the copy of a table has come in the target.
struct Reached {
    rows: u64,
    last: Option<Row>,
}

/// Returns how far the copy of each table has come in the target. No view of the target stays open: its
/// write-ahead log could not be cleared away.
async fn reached(to: &dyn WholeDatabase) -> Result<Vec<Reached>, CopyError> {
    let mut target = to.view().await?;
    let mut all = Vec::new();
    for table in tables::all() {
        let rows = target.count(table).await.map_err(CopyError::at(table))?;
        let last = target.last_key(table).await.map_err(CopyError::at(table))?;
        all.push(Reached { rows, last });
    }
    Ok(all)
}

fn refuse_rows(reached: &[Reached]) -> Result<(), CopyError> {
    match tables::all().zip(reached).find(|(_, reached)| reached.rows > 0) {
        Some((table, _)) => Err(CopyError::NotEmpty(table.name)),
        None => Ok(()),
    }
}

/// Compares the target with the source as it is by now: rows written to the source meanwhile must not be lost
/// unnoticed.
async fn make_sure(
    from: &dyn WholeDatabase,
    to: &dyn WholeDatabase,
    inventory: &Inventory,
    watch: &mut Watch<'_>,
) -> Result<(), CopyError> {
    let (mut source, mut target) = (from.view().await?, to.view().await?);
    if Inventory::of(source.as_mut()).await? != *inventory {
        return Err(CopyError::SourceChanged);
    }
    compare(source.as_mut(), target.as_mut(), inventory, watch).await?;
    drop((source, target));
    chain::check(to, Step::CheckTarget, inventory.rows_of("rank_changes"), watch).await
}

/// Copies the rows of a table after those that the target has.
async fn copy_rows(
    source: &mut dyn View,
    target: &mut dyn Filling,
    table: &Table,
    reached: Reached,
    report: &mut (dyn FnMut(u64) + Send),
) -> crate::Result<()> {
    let (mut done, mut last) = (reached.rows, reached.last);
    loop {
        report(done);
        let rows = source.page(table, last.as_deref(), PORTION).await?;
        let Some(row) = rows.last() else { return Ok(()) };
        last = Some(table.key_of(row));
        target.write(table, &rows).await?;
        done += rows.len() as u64;
    }
}
