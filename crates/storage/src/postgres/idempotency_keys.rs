//! Idempotency keys in PostgreSQL.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{CommunityId, CredentialId};
use tokio_postgres::Row;

use super::codec::{bytes, get, time};
use super::tx::PgTx;
use crate::Result;
use crate::idempotency_keys::{IdempotencyKey, ReadIdempotencyKeys, WriteIdempotencyKeys};

fn idempotency_key(row: &Row) -> Result<IdempotencyKey> {
    Ok(IdempotencyKey {
        credential: CredentialId(get(row, "credential")?),
        key: get(row, "key")?,
        fingerprint: bytes(row, "fingerprint")?,
        answer: get(row, "answer")?,
        created_at: time(row, "created_at")?,
    })
}

#[async_trait]
impl ReadIdempotencyKeys for PgTx {
    async fn idempotency_key(
        &mut self,
        community: CommunityId,
        credential: CredentialId,
        key: &str,
    ) -> Result<Option<IdempotencyKey>> {
        let sql = "SELECT * FROM idempotency_keys WHERE community = $1 AND credential = $2 AND key = $3";
        let tx = self.on(community).await?;
        tx.one(sql, &[&community.0, &credential.0, &key], idempotency_key).await
    }
}

#[async_trait]
impl WriteIdempotencyKeys for PgTx {
    async fn put_idempotency_key(&mut self, community: CommunityId, key: &IdempotencyKey) -> Result<()> {
        let sql = "INSERT INTO idempotency_keys (community, credential, key, fingerprint, answer, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (community, credential, key) DO UPDATE
             SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at";
        let IdempotencyKey { credential, key, fingerprint, answer, created_at } = key;
        let (fingerprint, created_at) = (fingerprint.as_slice(), created_at.as_millisecond());
        let tx = self.writing(community).await?;
        tx.run(sql, &[&community.0, &credential.0, key, &fingerprint, answer, &created_at]).await.map(drop)
    }

    async fn remove_idempotency_keys(
        &mut self,
        community: CommunityId,
        until: Timestamp,
        most: u32,
    ) -> Result<usize> {
        let sql = "DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(SELECT ctid FROM idempotency_keys
             WHERE community = $1 AND created_at <= $2 ORDER BY created_at LIMIT $3))";
        let tx = self.writing(community).await?;
        let removed = tx.run(sql, &[&community.0, &until.as_millisecond(), &i64::from(most)]).await?;
        Ok(usize::try_from(removed).unwrap_or(usize::MAX))
    }
}
