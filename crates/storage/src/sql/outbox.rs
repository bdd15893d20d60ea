//! Reading the outbox. Its writing stands in `sqlite/` and `postgres/`: PostgreSQL buffers it.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;

use super::SqlTx;
use super::value::params;
use crate::Result;
use crate::outbox::{OutboxEvent, ReadOutbox};

#[async_trait]
impl<T: SqlTx> ReadOutbox for T {
    async fn pending_events(&mut self, community: CommunityId, limit: u32) -> Result<Vec<OutboxEvent>> {
        let sql = "SELECT * FROM outbox WHERE community = $1 ORDER BY id LIMIT $2";
        let tx = self.on(community).await?;
        tx.all(sql, params![community, limit], |row| {
            Ok(OutboxEvent {
                id: row.get("id")?,
                topic: row.get("topic")?,
                account: row.get("account")?,
                change: row.get("change_number")?,
                at: row.get("created_at")?,
            })
        })
        .await
    }
}
