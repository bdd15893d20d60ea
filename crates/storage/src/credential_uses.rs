//! When credentials were last used.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{CommunityId, CredentialId};

use crate::Result;
use crate::sql::SqlTx;
use crate::sql::value::params;
use crate::transfer::{Table, tables};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    credential_uses: [community Int, credential Id] last_used_at Int;
};

/// Reading the last uses of credentials.
#[async_trait]
pub trait ReadCredentialUses {
    /// Returns when each credential of a community was last used, as far as that is stored, in no order.
    async fn credential_uses(&mut self, community: CommunityId) -> Result<Vec<(CredentialId, Timestamp)>>;
}

/// Writing the last uses of credentials.
#[async_trait]
pub trait WriteCredentialUses {
    /// Stores that a credential of the community was used, unless a later use is stored or there is no such
    /// credential.
    async fn put_credential_use(
        &mut self,
        community: CommunityId,
        credential: CredentialId,
        at: Timestamp,
    ) -> Result<()>;
}

#[async_trait]
impl<T: SqlTx> ReadCredentialUses for T {
    async fn credential_uses(&mut self, community: CommunityId) -> Result<Vec<(CredentialId, Timestamp)>> {
        let sql = "SELECT credential, last_used_at FROM credential_uses WHERE community = $1";
        let tx = self.on(community).await?;
        tx.all(sql, params![community], |row| Ok((row.get(0)?, row.get(1)?))).await
    }
}

#[async_trait]
impl<T: SqlTx> WriteCredentialUses for T {
    async fn put_credential_use(
        &mut self,
        community: CommunityId,
        credential: CredentialId,
        at: Timestamp,
    ) -> Result<()> {
        let sql = "INSERT INTO credential_uses AS old (community, credential, last_used_at)
             SELECT community, id, CAST($3 AS bigint) FROM credentials WHERE community = $1 AND id = $2
             ON CONFLICT (community, credential) DO UPDATE SET last_used_at = excluded.last_used_at
             WHERE excluded.last_used_at > old.last_used_at";
        let tx = self.on(community).await?.writing_beside().await?;
        tx.run(sql, params![community, credential, at]).await.map(drop)
    }
}
