//! How the changes that a transaction has recorded are sent: a statement for each table, however many changes
//! there are.

use rankledger_domain::rank_change::RankChange;
use uuid::Uuid;

use super::buffered::RecordedChange;
use super::session::{Params, Session};
use crate::{Result, StorageError, change_times, grants_bytes};

/// Sends the changes, and what follows from them: a change that is reversed may be one of those.
pub(super) async fn send(session: &Session, changes: &[RecordedChange]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    send_undo_ids(session, changes).await?;
    send_changes(session, changes).await?;
    for recorded in changes {
        if let Some(thousand) = change_times::completed_by(recorded.change.number) {
            session.execute(change_times::WRITE_THOUSAND, &[&recorded.community.0, &thousand]).await?;
        }
    }
    mark_reversed(session, changes).await
}

async fn send_changes(session: &Session, recorded: &[RecordedChange]) -> Result<()> {
    let changes: Vec<_> = recorded.iter().map(|recorded| &recorded.change).collect();
    let of = |read: fn(&RankChange) -> Uuid| changes.iter().map(|change| read(change)).collect();
    let maybe = |read: fn(&RankChange) -> Option<Uuid>| changes.iter().map(|change| read(change)).collect();
    let communities: Vec<_> = recorded.iter().map(|recorded| recorded.community.0).collect();
    let previous: Vec<_> = recorded.iter().map(|recorded| recorded.previous.0).collect();
    let hashes: Vec<_> = recorded.iter().map(|recorded| recorded.hash.0.as_slice()).collect();
    let numbers: Vec<_> = changes.iter().map(|change| change.number.0).collect();
    let undo_ids: Vec<_> = of(|change| change.undo_id.0);
    let log_ids: Vec<_> = of(|change| change.log_id.0);
    let accounts: Vec<_> = of(|change| change.account.0);
    let times: Vec<_> = changes.iter().map(|change| change.at.as_millisecond()).collect();
    let before: Vec<_> =
        changes.iter().map(|change| grants_bytes::write(&change.transition.before)).collect();
    let after: Vec<_> = changes.iter().map(|change| grants_bytes::write(&change.transition.after)).collect();
    let status_before: Vec<_> = changes.iter().map(|change| change.transition.status_before).collect();
    let status_after: Vec<_> = changes.iter().map(|change| change.transition.status_after).collect();
    let active: Vec<_> = changes.iter().map(|change| change.transition.active).collect();
    let kinds: Vec<_> = changes.iter().map(|change| change.kind.as_str()).collect();
    let sources: Vec<_> = changes.iter().map(|change| change.source.as_str()).collect();
    let actors: Vec<_> = maybe(|change| change.actor.map(|id| id.0));
    let credentials: Vec<_> = maybe(|change| change.credential.map(|id| id.0));
    let reasons: Vec<_> = changes.iter().map(|change| change.reason.as_deref()).collect();
    let batches: Vec<_> = maybe(|change| change.batch.map(|id| id.0));
    let reverses: Vec<_> = changes.iter().map(|change| change.reverses.map(|number| number.0)).collect();
    let sql = "INSERT INTO rank_changes
             (community, number, undo_id, log_id, account, at, ranks_before, ranks_after, status_before,
              status_after, active, kind, source, actor, credential, reason, batch, reverses, hash, previous)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::bytea[],
             $8::bytea[], $9::boolean[], $10::boolean[], $11::boolean[], $12::text[], $13::text[], $14::uuid[],
             $15::uuid[], $16::text[], $17::uuid[], $18::bigint[], $19::bytea[], $20::bigint[])";
    let params: Params<'_> = &[
        &communities,
        &numbers,
        &undo_ids,
        &log_ids,
        &accounts,
        &times,
        &before,
        &after,
        &status_before,
        &status_after,
        &active,
        &kinds,
        &sources,
        &actors,
        &credentials,
        &reasons,
        &batches,
        &reverses,
        &hashes,
        &previous,
    ];
    session.execute(sql, params).await.map(drop)
}

/// Sends the undo ids that do not hold the number of their change; [`StorageError::Conflict`] if one is
/// taken.
async fn send_undo_ids(session: &Session, changes: &[RecordedChange]) -> Result<()> {
    let others =
        || changes.iter().filter(|recorded| recorded.change.undo_id.number() != recorded.change.number);
    let communities: Vec<_> = others().map(|recorded| recorded.community.0).collect();
    if communities.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = others().map(|recorded| recorded.change.undo_id.0).collect();
    let numbers: Vec<_> = others().map(|recorded| recorded.change.number.0).collect();
    let held: Vec<_> = others().map(|recorded| recorded.change.undo_id.number().0).collect();
    let taken = "SELECT new.undo_id FROM unnest($1::bigint[], $2::uuid[], $3::bigint[]) AS new (community, undo_id, held)
         JOIN rank_changes c ON c.community = new.community AND c.number = new.held AND c.undo_id = new.undo_id LIMIT 1";
    if !session.query(taken, &[&communities, &ids, &held]).await?.is_empty() {
        return Err(StorageError::Conflict(format!("one of the undo ids {ids:?}")));
    }
    let sql = "INSERT INTO undo_ids (community, undo_id, number)
         SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bigint[])";
    session.execute(sql, &[&communities, &ids, &numbers]).await.map(drop)
}

async fn mark_reversed(session: &Session, changes: &[RecordedChange]) -> Result<()> {
    let reversals = || {
        changes.iter().filter_map(|RecordedChange { community, change, .. }| {
            Some((community, change.reverses?, change.number))
        })
    };
    let communities: Vec<_> = reversals().map(|(community, ..)| community.0).collect();
    if communities.is_empty() {
        return Ok(());
    }
    let reversed: Vec<_> = reversals().map(|(_, reversed, _)| reversed.0).collect();
    let by: Vec<_> = reversals().map(|(.., number)| number.0).collect();
    let sql = "UPDATE rank_changes c SET reversed_by = new.reversed_by
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS new (community, number, reversed_by)
         WHERE c.community = new.community AND c.number = new.number AND c.reversed_by IS NULL
             AND c.number > (SELECT pruned_number FROM ledger_heads h WHERE h.community = c.community)";
    let marked = session.execute(sql, &[&communities, &reversed, &by]).await?;
    if marked == u64::try_from(by.len()).unwrap_or(u64::MAX) {
        return Ok(());
    }
    Err(StorageError::Conflict(format!("a reversal of one of the rank changes {reversed:?}")))
}
