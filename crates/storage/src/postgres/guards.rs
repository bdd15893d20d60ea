//! Guards in PostgreSQL.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::guard::{Freeze, Guards, RemovalLimits, Removals};
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId};
use tokio_postgres::Row;
use uuid::Uuid;

use super::codec::{get, optional_time, small, time};
use super::tx::PgTx;
use crate::Result;
use crate::guards::{ReadGuards, WriteGuards};

fn guards(row: &Row) -> Result<Guards> {
    Ok(Guards {
        enabled: get(row, "enabled")?,
        limits: RemovalLimits {
            per_minute: small(row, "removals_per_minute")?,
            per_hour: small(row, "removals_per_hour")?,
        },
        frozen: optional_time(row, "frozen_at")?.map(|at| freeze(row, at)).transpose()?,
    })
}

fn freeze(row: &Row, at: Timestamp) -> Result<Freeze> {
    Ok(Freeze {
        at,
        user: get::<Option<_>>(row, "frozen_by")?.map(AccountId),
        credential: CredentialId(get(row, "frozen_with")?),
        reason: get(row, "frozen_reason")?,
    })
}

#[async_trait]
impl ReadGuards for PgTx {
    async fn guards(&mut self, community: CommunityId) -> Result<Guards> {
        let Some(revision) = self.revision(community).await? else { return Ok(Guards::default()) };
        if let Some((cached, guards)) = self.cache().guards.last(&community)
            && cached == revision
        {
            return Ok(guards);
        }
        let sql = "SELECT * FROM community_guards WHERE community = $1";
        let found = self.on(community).await?.one(sql, &[&community.0], guards).await?;
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
        tx.all(sql, &[&community.0, &who, &after.as_millisecond()], |row| {
            Ok(Removals { at: time(row, "at")?, count: small(row, "count")? })
        })
        .await
    }
}

#[async_trait]
impl WriteGuards for PgTx {
    async fn put_guards(&mut self, community: CommunityId, guards: &Guards) -> Result<()> {
        let sql = "INSERT INTO community_guards (community, enabled, removals_per_minute, removals_per_hour, frozen_at,
                 frozen_by, frozen_with, frozen_reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (community) DO UPDATE
             SET enabled = excluded.enabled, removals_per_minute = excluded.removals_per_minute,
                 removals_per_hour = excluded.removals_per_hour, frozen_at = excluded.frozen_at,
                 frozen_by = excluded.frozen_by, frozen_with = excluded.frozen_with,
                 frozen_reason = excluded.frozen_reason";
        let frozen = guards.frozen.as_ref();
        let (per_minute, per_hour) = (i64::from(guards.limits.per_minute), i64::from(guards.limits.per_hour));
        let at = frozen.map(|freeze| freeze.at.as_millisecond());
        let by = frozen.and_then(|freeze| freeze.user).map(|user| user.0);
        let with = frozen.map(|freeze| freeze.credential.0);
        let reason = frozen.and_then(|freeze| freeze.reason.as_deref());
        let tx = self.writing(community).await?;
        tx.run(sql, &[&community.0, &guards.enabled, &per_minute, &per_hour, &at, &by, &with, &reason])
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
        let tx = self.writing(community).await?;
        let (at, count) = (removals.at.as_millisecond(), i64::from(removals.count));
        tx.run(sql, &[&community.0, &who, &at, &count]).await.map(drop)
    }

    async fn forget_rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        until: Timestamp,
    ) -> Result<()> {
        let sql = "DELETE FROM rank_removals WHERE community = $1 AND who = $2 AND at <= $3";
        let tx = self.writing(community).await?;
        tx.run(sql, &[&community.0, &who, &until.as_millisecond()]).await.map(drop)
    }
}
