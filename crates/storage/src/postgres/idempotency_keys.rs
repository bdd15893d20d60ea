//! Idempotency keys in PostgreSQL: they are prefetched, and buffered with what a change writes, so that they
//! cost no round trip of their own. SQLite reads and writes them at once.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{CommunityId, CredentialId};
use tokio_postgres::Row;

use super::codec::{bytes, get, time};
use super::session::Session;
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

/// The keys that a writing transaction has read or buffered; `None` where the database has no such key.
#[derive(Default)]
pub(super) struct KnownKeys {
    known: HashMap<(CommunityId, CredentialId, String), Option<IdempotencyKey>>,
    /// Up to when there are no keys any more.
    removed: HashMap<CommunityId, Timestamp>,
}

impl KnownKeys {
    /// Forgets all keys.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Forgets the keys of these names.
    pub(super) fn forget_some<'a>(
        &mut self,
        names: impl IntoIterator<Item = &'a (CommunityId, CredentialId, String)>,
    ) {
        for name in names {
            self.known.remove(name);
        }
    }
}

impl PgTx {
    /// Reads keys, so that they are known when they are asked for.
    pub(super) async fn load_idempotency_keys(
        &mut self,
        keys: &[(CommunityId, CredentialId, String)],
    ) -> Result<()> {
        let keys: Vec<_> = keys.iter().filter(|(community, ..)| self.is_locked(*community)).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let communities: Vec<_> = keys.iter().map(|(community, ..)| community.0).collect();
        let credentials: Vec<_> = keys.iter().map(|(_, credential, _)| credential.0).collect();
        let names: Vec<_> = keys.iter().map(|(.., key)| key.as_str()).collect();
        let sql = "SELECT k.* FROM idempotency_keys k
             JOIN unnest($1::bigint[], $2::uuid[], $3::text[]) AS wanted (community, credential, key)
                 ON wanted.community = k.community AND wanted.credential = k.credential AND wanted.key = k.key";
        let found = self
            .anywhere()
            .await?
            .all(sql, &[&communities, &credentials, &names], |row| {
                Ok((CommunityId(get(row, "community")?), idempotency_key(row)?))
            })
            .await?;
        let known = &mut self.seen.keys.known;
        known.extend(keys.into_iter().map(|key| (key.clone(), None)));
        let found = found.into_iter();
        known.extend(found.map(|(community, key)| ((community, key.credential, key.key.clone()), Some(key))));
        Ok(())
    }
}

#[async_trait]
impl ReadIdempotencyKeys for PgTx {
    async fn idempotency_key(
        &mut self,
        community: CommunityId,
        credential: CredentialId,
        key: &str,
    ) -> Result<Option<IdempotencyKey>> {
        if let Some(known) = self.seen.keys.known.get(&(community, credential, key.to_owned())) {
            return Ok(known.clone());
        }
        let sql = "SELECT * FROM idempotency_keys WHERE community = $1 AND credential = $2 AND key = $3";
        let tx = self.on(community).await?;
        tx.one(sql, &[&community.0, &credential.0, &key], idempotency_key).await
    }
}

#[async_trait]
impl WriteIdempotencyKeys for PgTx {
    async fn put_idempotency_key(&mut self, community: CommunityId, key: &IdempotencyKey) -> Result<()> {
        self.lock(community).await?;
        let name = (community, key.credential, key.key.clone());
        if self.seen.keys.removed.get(&community).is_some_and(|removed| key.created_at <= *removed) {
            self.seen.keys.removed.remove(&community);
        }
        self.seen.keys.known.insert(name.clone(), Some(key.clone()));
        self.buffer().keys.insert(name, key.clone());
        Ok(())
    }

    async fn remove_idempotency_keys(
        &mut self,
        community: CommunityId,
        until: Timestamp,
        most: u32,
    ) -> Result<usize> {
        if self.seen.keys.removed.get(&community).is_some_and(|removed| until <= *removed) {
            return Ok(0);
        }
        let sql = "DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(SELECT ctid FROM idempotency_keys
             WHERE community = $1 AND created_at <= $2 ORDER BY created_at LIMIT $3))";
        self.lock(community).await?;
        let tx = self.writing_beside().await?;
        let removed = tx.run(sql, &[&community.0, &until.as_millisecond(), &i64::from(most)]).await?;
        if removed > 0 {
            self.seen.keys.known.clear();
        }
        if removed < u64::from(most) {
            self.seen.keys.removed.insert(community, until);
        }
        Ok(usize::try_from(removed).unwrap_or(usize::MAX))
    }
}

/// Sends keys that were buffered.
pub(super) async fn send(
    session: &Session,
    keys: &HashMap<(CommunityId, CredentialId, String), IdempotencyKey>,
) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let communities: Vec<_> = keys.keys().map(|(community, ..)| community.0).collect();
    let credentials: Vec<_> = keys.values().map(|key| key.credential.0).collect();
    let names: Vec<_> = keys.values().map(|key| key.key.as_str()).collect();
    let fingerprints: Vec<_> = keys.values().map(|key| key.fingerprint.as_slice()).collect();
    let answers: Vec<_> = keys.values().map(|key| key.answer.as_slice()).collect();
    let times: Vec<_> = keys.values().map(|key| key.created_at.as_millisecond()).collect();
    let sql = "INSERT INTO idempotency_keys (community, credential, key, fingerprint, answer, created_at)
         SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::bytea[], $5::bytea[], $6::bigint[])
         ON CONFLICT (community, credential, key) DO UPDATE
         SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at";
    session
        .execute(sql, &[&communities, &credentials, &names, &fingerprints, &answers, &times])
        .await
        .map(drop)
}
