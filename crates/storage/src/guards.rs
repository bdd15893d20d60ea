//! Guards: what limits rank removals in a community, what was counted for that, and whether it is frozen.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::guard::{CountedSpan, Freeze, Guards, RemovalLimits, Removals};
use rankledger_domain::ids::CommunityId;
use uuid::Uuid;

use crate::Result;
use crate::sql::value::params;
use crate::sql::{Row, SqlTx};
use crate::transfer::{Table, tables};

/// The tables of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    community_guards: [community Int]
        enabled Bool, removals_per_minute Int, removals_per_hour Int, frozen_at Int, frozen_by Id, frozen_with Id,
        frozen_reason Text, together_per_minute Int, together_per_hour Int;
    rank_removals: [community Int, who Id, at Int] count Int;
};

/// Reading guards.
#[async_trait]
pub trait ReadGuards {
    /// The guards of a community: the usual ones, if nothing was ever set.
    async fn guards(&mut self, community: CommunityId) -> Result<Guards>;

    /// Returns the removals counted for `who` in this span of time, oldest first. For `who` see
    /// [`rankledger_domain::guard::CountedFor::uuid`].
    async fn rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        span: CountedSpan,
    ) -> Result<Vec<Removals>>;

    /// Returns the removals counted for everybody in this span of time, each with for whom.
    async fn all_rank_removals(
        &mut self,
        community: CommunityId,
        span: CountedSpan,
    ) -> Result<Vec<(Uuid, Removals)>>;
}

/// Writing guards.
#[async_trait]
pub trait WriteGuards {
    /// Brings the guards of a community up to date.
    async fn put_guards(&mut self, community: CommunityId, guards: &Guards) -> Result<()>;

    /// Counts removals for `who`, besides those of the same moment.
    async fn count_rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        removals: Removals,
    ) -> Result<()>;

    /// Forgets what was counted for `who` outside of this span of time.
    async fn forget_rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        span: CountedSpan,
    ) -> Result<()>;
}

fn guards(row: &Row<'_>) -> Result<Guards> {
    let frozen_at: Option<Timestamp> = row.get("frozen_at")?;
    Ok(Guards {
        enabled: row.get("enabled")?,
        limits: RemovalLimits {
            per_minute: row.get("removals_per_minute")?,
            per_hour: row.get("removals_per_hour")?,
        },
        together: together(row)?,
        frozen: frozen_at.map(|at| freeze(row, at)).transpose()?,
    })
}

fn together(row: &Row<'_>) -> Result<Option<RemovalLimits>> {
    let (per_minute, per_hour) = (row.get("together_per_minute")?, row.get("together_per_hour")?);
    let limits = Option::zip(per_minute, per_hour);
    Ok(limits.map(|(per_minute, per_hour)| RemovalLimits { per_minute, per_hour }))
}

fn freeze(row: &Row<'_>, at: Timestamp) -> Result<Freeze> {
    Ok(Freeze {
        at,
        user: row.get("frozen_by")?,
        credential: row.get("frozen_with")?,
        reason: row.get("frozen_reason")?,
    })
}

#[async_trait]
impl<T: SqlTx> ReadGuards for T {
    async fn guards(&mut self, community: CommunityId) -> Result<Guards> {
        let Some(revision) = self.revision(community).await? else { return Ok(Guards::default()) };
        if let Some(guards) = self.cache().guards.of(&community, revision) {
            return Ok(guards);
        }
        let sql = "SELECT * FROM community_guards WHERE community = $1";
        let found = self.on(community).await?.one(sql, params![community], guards).await?;
        let found = found.unwrap_or_default();
        self.cache().guards.put(community, revision, found.clone());
        Ok(found)
    }

    async fn rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        span: CountedSpan,
    ) -> Result<Vec<Removals>> {
        let sql = "SELECT at, count FROM rank_removals
             WHERE community = $1 AND who = $2 AND at > $3 AND at <= $4 ORDER BY at";
        let tx = self.on(community).await?;
        tx.all(sql, params![community, who, span.after, span.until], |row| {
            Ok(Removals { at: row.get("at")?, count: row.get("count")? })
        })
        .await
    }

    async fn all_rank_removals(
        &mut self,
        community: CommunityId,
        span: CountedSpan,
    ) -> Result<Vec<(Uuid, Removals)>> {
        let sql = "SELECT who, at, count FROM rank_removals
             WHERE community = $1 AND at > $2 AND at <= $3 ORDER BY who, at";
        let tx = self.on(community).await?;
        tx.all(sql, params![community, span.after, span.until], |row| {
            Ok((row.get("who")?, Removals { at: row.get("at")?, count: row.get("count")? }))
        })
        .await
    }
}

#[async_trait]
impl<T: SqlTx> WriteGuards for T {
    async fn put_guards(&mut self, community: CommunityId, guards: &Guards) -> Result<()> {
        let sql = "INSERT INTO community_guards (community, enabled, removals_per_minute, removals_per_hour, frozen_at,
                 frozen_by, frozen_with, frozen_reason, together_per_minute, together_per_hour)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (community) DO UPDATE
             SET enabled = excluded.enabled, removals_per_minute = excluded.removals_per_minute,
                 removals_per_hour = excluded.removals_per_hour, frozen_at = excluded.frozen_at,
                 frozen_by = excluded.frozen_by, frozen_with = excluded.frozen_with,
                 frozen_reason = excluded.frozen_reason, together_per_minute = excluded.together_per_minute,
                 together_per_hour = excluded.together_per_hour";
        let RemovalLimits { per_minute, per_hour } = guards.limits;
        let frozen = guards.frozen.as_ref();
        let (at, by) = (frozen.map(|freeze| freeze.at), frozen.and_then(|freeze| freeze.user));
        let with = frozen.map(|freeze| freeze.credential);
        let reason = frozen.and_then(|freeze| freeze.reason.as_deref());
        let together_per_minute = guards.together.map(|limits| limits.per_minute);
        let together_per_hour = guards.together.map(|limits| limits.per_hour);
        let tx = self.writing(community).await?;
        let values = params![
            community,
            guards.enabled,
            per_minute,
            per_hour,
            at,
            by,
            with,
            reason,
            together_per_minute,
            together_per_hour
        ];
        tx.run(sql, values).await.map(drop)
    }

    async fn count_rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        removals: Removals,
    ) -> Result<()> {
        let sql = "INSERT INTO rank_removals AS r (community, who, at, count) VALUES ($1, $2, $3, $4)
             ON CONFLICT (community, who, at) DO UPDATE SET count = r.count + excluded.count";
        let tx = self.on(community).await?.writing_beside().await?;
        tx.run(sql, params![community, who, removals.at, removals.count]).await.map(drop)
    }

    async fn forget_rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        span: CountedSpan,
    ) -> Result<()> {
        let sql = "DELETE FROM rank_removals WHERE community = $1 AND who = $2 AND (at <= $3 OR at > $4)";
        let tx = self.on(community).await?.writing_beside().await?;
        tx.run(sql, params![community, who, span.after, span.until]).await.map(drop)
    }
}
