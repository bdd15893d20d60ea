//! Between which times the changes of a ledger were recorded, a row for each whole thousand of them: so that
//! an hour or a day is found in a ledger of millions without an index that every change is added to.

use jiff::Timestamp;
use rankledger_domain::ids::{ChangeNumber, CommunityId};

use crate::Result;
use crate::history::{Numbers, TimeSpan, next_millisecond};
use crate::rank_changes::ReadRankChanges;
use crate::sql::value::params;
use crate::sql::{IS_KEPT, Row, SqlTx};
use crate::transfer::{Table, tables};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    change_times: [community Int, thousand Int] earliest Int, latest Int;
};

/// Writes the row of thousand `$2`, whose changes are all there.
pub(crate) const WRITE_THOUSAND: &str = "INSERT INTO change_times (community, thousand, earliest, latest)
     SELECT community, CAST($2 AS BIGINT), min(at), max(at) FROM rank_changes
     WHERE community = $1 AND number > CAST($2 AS BIGINT) * 1000 AND number <= CAST($2 AS BIGINT) * 1000 + 1000
     GROUP BY community";

/// Notes a change that is there by now: if it completes a thousand, the row of that is written.
pub(crate) async fn note<T: SqlTx>(tx: &mut T, community: CommunityId, number: ChangeNumber) -> Result<()> {
    if let Some(thousand) = completed_by(number) {
        tx.run(WRITE_THOUSAND, params![community, thousand]).await?;
    }
    Ok(())
}

/// Returns the thousand that a change completes. `None` if it is not the last of one.
pub(crate) fn completed_by(number: ChangeNumber) -> Option<i64> {
    (number.0 % 1000 == 0).then(|| number.0 / 1000 - 1)
}

/// Returns the number of the last change of the last whole thousand; 0 before the first.
async fn last_of_thousands<T: SqlTx + ReadRankChanges>(tx: &mut T, community: CommunityId) -> Result<i64> {
    Ok(tx.last_change_number(community).await?.0 / 1000 * 1000)
}

/// Returns numbers between which all changes of a time are. There may be changes of another time among them.
pub(crate) async fn numbers_within<T: SqlTx + ReadRankChanges>(
    tx: &mut T,
    community: CommunityId,
    span: &TimeSpan,
) -> Result<Numbers> {
    let whole = last_of_thousands(tx, community).await?;
    let thousands = "SELECT min(thousand) * 1000 + 1, max(thousand) * 1000 + 1000 FROM change_times
         WHERE community = $1 AND latest >= $2 AND earliest < $3";
    let rest = "SELECT min(number), max(number) FROM rank_changes
         WHERE community = $1 AND at >= $2 AND at < $3 AND number > $4";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let tx = tx.on(community).await?;
    let found = tx.one(thousands, params![community, span.from, span.to], read).await?;
    let in_rest = tx.one(rest, params![community, span.from, span.to, whole], read).await?;
    let bounds: [(Option<i64>, Option<i64>); 2] = [found, in_rest].map(Option::unwrap_or_default);
    let first = bounds.iter().filter_map(|(first, _)| *first).min();
    let last = bounds.iter().filter_map(|(_, last)| *last).max();
    Ok(first.zip(last).map_or(Numbers::NONE, |(first, last)| Numbers { first, last }))
}

/// Returns the first change in the history that was recorded at this time or later. `None` if there is none.
pub(crate) async fn first_since<T: SqlTx + ReadRankChanges>(
    tx: &mut T,
    community: CommunityId,
    time: Timestamp,
) -> Result<Option<ChangeNumber>> {
    let time = next_millisecond(time);
    let whole = last_of_thousands(tx, community).await?;
    let thousand = "SELECT min(thousand) * 1000 FROM change_times
         WHERE community = $1 AND latest >= $2
             AND thousand * 1000 + 1000 > (SELECT pruned_number FROM ledger_heads WHERE community = $1)";
    let first = format!(
        "SELECT number FROM rank_changes WHERE community = $1 AND at >= $2 AND number > $3 AND {IS_KEPT}
         ORDER BY number LIMIT 1"
    );
    let tx = tx.on(community).await?;
    let before: Option<Option<i64>> = tx.one(thousand, params![community, time], |row| row.get(0)).await?;
    let before = before.flatten().unwrap_or(whole);
    tx.one(&first, params![community, time, before], |row| row.get(0)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_change_of_a_thousand_completes_it() {
        let completed: Vec<_> = [1, 999, 1000, 1001, 2000].map(ChangeNumber).map(completed_by).into();
        assert_eq!(completed, [None, None, Some(0), None, Some(1)]);
    }
}
