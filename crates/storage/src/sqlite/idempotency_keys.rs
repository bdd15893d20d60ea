//! Idempotency keys in SQLite, which reads and writes them at once. PostgreSQL does not: its keys are
//! prefetched, and buffered with what a change writes, so that they cost no round trip of their own.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{CommunityId, CredentialId};
use rusqlite::Row;

use super::codec::{Id, Millis, id, time};
use super::tx::SqliteTx;
use crate::Result;
use crate::idempotency_keys::{IdempotencyKey, ReadIdempotencyKeys, WriteIdempotencyKeys};

fn idempotency_key(row: &Row<'_>) -> rusqlite::Result<IdempotencyKey> {
    Ok(IdempotencyKey {
        credential: CredentialId(id(row, "credential")?),
        key: row.get("key")?,
        fingerprint: row.get("fingerprint")?,
        answer: row.get("answer")?,
        created_at: time(row, "created_at")?,
    })
}

#[async_trait]
impl ReadIdempotencyKeys for SqliteTx {
    async fn idempotency_key(
        &mut self,
        community: CommunityId,
        credential: CredentialId,
        key: &str,
    ) -> Result<Option<IdempotencyKey>> {
        let sql = "SELECT * FROM idempotency_keys WHERE community = ?1 AND credential = ?2 AND key = ?3";
        self.one(sql, (community.0, Id(credential.0), key), idempotency_key)
    }
}

#[async_trait]
impl WriteIdempotencyKeys for SqliteTx {
    async fn put_idempotency_key(&mut self, community: CommunityId, key: &IdempotencyKey) -> Result<()> {
        let sql = "INSERT INTO idempotency_keys (community, credential, key, fingerprint, answer, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (community, credential, key) DO UPDATE
             SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at";
        let IdempotencyKey { credential, key, fingerprint, answer, created_at } = key;
        self.run(
            sql,
            (community.0, Id(credential.0), key, fingerprint.as_slice(), answer, Millis(*created_at)),
        )
        .map(drop)
    }

    async fn remove_idempotency_keys(
        &mut self,
        community: CommunityId,
        until: Timestamp,
        most: u32,
    ) -> Result<usize> {
        let sql = "DELETE FROM idempotency_keys WHERE rowid IN (SELECT rowid FROM idempotency_keys
             WHERE community = ?1 AND created_at <= ?2 ORDER BY created_at LIMIT ?3)";
        self.run(sql, (community.0, Millis(until), most))
    }
}
