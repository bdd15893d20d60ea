//! Guards: what limits rank removals in a community, what was counted for that, and whether it is frozen.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::guard::{Freeze, Guards, RemovalLimits, Removals};
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
        frozen_reason Text;
    rank_removals: [community Int, who Id, at Int] count Int;
};

/// Reading guards.
#[async_trait]
pub trait ReadGuards {
    /// The guards of a community: the usual ones, if nothing was ever set.
    async fn guards(&mut self, community: CommunityId) -> Result<Guards>;

    /// Returns the removals counted for `who`, the id of an account or of a credential, after this time:
    /// oldest first.
    async fn rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        after: Timestamp,
    ) -> Result<Vec<Removals>>;
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

    /// Forgets what was counted for `who` up to this time, which is included.
    async fn forget_rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        until: Timestamp,
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
        frozen: frozen_at.map(|at| freeze(row, at)).transpose()?,
    })
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
        after: Timestamp,
    ) -> Result<Vec<Removals>> {
        let sql =
            "SELECT at, count FROM rank_removals WHERE community = $1 AND who = $2 AND at > $3 ORDER BY at";
        let tx = self.on(community).await?;
        tx.all(sql, params![community, who, after], |row| {
            Ok(Removals { at: row.get("at")?, count: row.get("count")? })
        })
        .await
    }
}

#[async_trait]
impl<T: SqlTx> WriteGuards for T {
    async fn put_guards(&mut self, community: CommunityId, guards: &Guards) -> Result<()> {
        let sql = "INSERT INTO community_guards (community, enabled, removals_per_minute, removals_per_hour, frozen_at,
                 frozen_by, frozen_with, frozen_reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (community) DO UPDATE
             SET enabled = excluded.enabled, removals_per_minute = excluded.removals_per_minute,
                 removals_per_hour = excluded.removals_per_hour, frozen_at = excluded.frozen_at,
                 frozen_by = excluded.frozen_by, frozen_with = excluded.frozen_with,
                 frozen_reason = excluded.frozen_reason";
        let RemovalLimits { per_minute, per_hour } = guards.limits;
        let frozen = guards.frozen.as_ref();
        let (at, by) = (frozen.map(|freeze| freeze.at), frozen.and_then(|freeze| freeze.user));
        let with = frozen.map(|freeze| freeze.credential);
        let reason = frozen.and_then(|freeze| freeze.reason.as_deref());
        let tx = self.writing(community).await?;
        tx.run(sql, params![community, guards.enabled, per_minute, per_hour, at, by, with, reason])
            .await
            .map(drop)
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
        until: Timestamp,
    ) -> Result<()> {
        let sql = "DELETE FROM rank_removals WHERE community = $1 AND who = $2 AND at <= $3";
        let tx = self.on(community).await?.writing_beside().await?;
        tx.run(sql, params![community, who, until]).await.map(drop)
    }
}
