//! Guards in SQLite.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::guard::{Freeze, Guards, RemovalLimits, Removals};
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId};
use rusqlite::{Row, named_params};
use uuid::Uuid;

use super::codec::{Id, Millis, id, optional_time, time};
use super::tx::SqliteTx;
use crate::Result;
use crate::guards::{ReadGuards, WriteGuards};

fn guards(row: &Row<'_>) -> rusqlite::Result<Guards> {
    Ok(Guards {
        enabled: row.get("enabled")?,
        limits: RemovalLimits {
            per_minute: row.get("removals_per_minute")?,
            per_hour: row.get("removals_per_hour")?,
        },
        frozen: optional_time(row, "frozen_at")?.map(|at| freeze(row, at)).transpose()?,
    })
}

fn freeze(row: &Row<'_>, at: Timestamp) -> rusqlite::Result<Freeze> {
    Ok(Freeze {
        at,
        user: row.get::<_, Option<Id>>("frozen_by")?.map(|user| AccountId(user.0)),
        credential: CredentialId(id(row, "frozen_with")?),
        reason: row.get("frozen_reason")?,
    })
}

#[async_trait]
impl ReadGuards for SqliteTx {
    async fn guards(&mut self, community: CommunityId) -> Result<Guards> {
        let Some(revision) = self.revision(community)? else { return Ok(Guards::default()) };
        self.cache().guards.at(community, revision, || {
            let sql = "SELECT * FROM community_guards WHERE community = ?1";
            Ok(self.one(sql, [community.0], guards)?.unwrap_or_default())
        })
    }

    async fn rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        after: Timestamp,
    ) -> Result<Vec<Removals>> {
        let sql =
            "SELECT at, count FROM rank_removals WHERE community = ?1 AND who = ?2 AND at > ?3 ORDER BY at";
        self.all(sql, (community.0, Id(who), Millis(after)), |row| {
            Ok(Removals { at: time(row, "at")?, count: row.get("count")? })
        })
    }
}

#[async_trait]
impl WriteGuards for SqliteTx {
    async fn put_guards(&mut self, community: CommunityId, guards: &Guards) -> Result<()> {
        let frozen = guards.frozen.as_ref();
        self.run(
            "INSERT INTO community_guards (community, enabled, removals_per_minute, removals_per_hour, frozen_at,
                 frozen_by, frozen_with, frozen_reason)
             VALUES (:community, :enabled, :per_minute, :per_hour, :frozen_at, :frozen_by, :frozen_with, :frozen_reason)
             ON CONFLICT (community) DO UPDATE
             SET enabled = excluded.enabled, removals_per_minute = excluded.removals_per_minute,
                 removals_per_hour = excluded.removals_per_hour, frozen_at = excluded.frozen_at,
                 frozen_by = excluded.frozen_by, frozen_with = excluded.frozen_with,
                 frozen_reason = excluded.frozen_reason",
            named_params! {
                ":community": community.0,
                ":enabled": guards.enabled,
                ":per_minute": guards.limits.per_minute,
                ":per_hour": guards.limits.per_hour,
                ":frozen_at": frozen.map(|freeze| Millis(freeze.at)),
                ":frozen_by": frozen.and_then(|freeze| freeze.user).map(|user| Id(user.0)),
                ":frozen_with": frozen.map(|freeze| Id(freeze.credential.0)),
                ":frozen_reason": frozen.and_then(|freeze| freeze.reason.as_deref()),
            },
        )
        .map(drop)
    }

    async fn count_rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        removals: Removals,
    ) -> Result<()> {
        let sql = "INSERT INTO rank_removals (community, who, at, count) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (community, who, at) DO UPDATE SET count = count + excluded.count";
        self.run(sql, (community.0, Id(who), Millis(removals.at), removals.count)).map(drop)
    }

    async fn forget_rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        until: Timestamp,
    ) -> Result<()> {
        let sql = "DELETE FROM rank_removals WHERE community = ?1 AND who = ?2 AND at <= ?3";
        self.run(sql, (community.0, Id(who), Millis(until))).map(drop)
    }
}
