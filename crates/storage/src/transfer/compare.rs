//! Whether two databases hold the same: as many rows in each table, and every row the same in every column.

use super::View;
use super::copy::{PORTION, Progress, Step, Watch};
use super::error::CopyError;
use super::inventory::Inventory;
use super::tables::Table;

pub(super) async fn compare(
    source: &mut dyn View,
    target: &mut dyn View,
    inventory: &Inventory,
    watch: &mut Watch<'_>,
) -> Result<(), CopyError> {
    for (table, in_source) in inventory.tables() {
        let in_target = target.count(table).await.map_err(CopyError::at(table))?;
        if in_source != in_target {
            return Err(CopyError::Count { table: table.name, in_source, in_target });
        }
    }
    for (table, total) in inventory.tables() {
        compare_rows(source, target, table, total, watch).await?;
    }
    Ok(())
}

async fn compare_rows(
    source: &mut dyn View,
    target: &mut dyn View,
    table: &Table,
    total: u64,
    watch: &mut Watch<'_>,
) -> Result<(), CopyError> {
    let (mut last, mut done) = (None, 0);
    loop {
        watch(Progress { step: Step::Compare(table.name), done, total });
        let ours = source.page(table, last.as_deref(), PORTION).await.map_err(CopyError::at(table))?;
        let theirs = target.page(table, last.as_deref(), PORTION).await.map_err(CopyError::at(table))?;
        if let Some((row, _)) = ours.iter().zip(&theirs).find(|(our, their)| our != their) {
            return Err(CopyError::row(table, row));
        }
        let Some(row) = ours.last() else { return Ok(()) };
        last = Some(table.key_of(row));
        done += ours.len() as u64;
    }
}
