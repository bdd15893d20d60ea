//! The outbox in SQLite.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};

use super::codec::{Id, Millis, id, time};
use super::tx::SqliteTx;
use crate::Result;
use crate::outbox::{OutboxEvent, ReadOutbox, WriteOutbox};

#[async_trait]
impl ReadOutbox for SqliteTx {
    async fn pending_events(&mut self, community: CommunityId, limit: u32) -> Result<Vec<OutboxEvent>> {
        let sql = "SELECT * FROM outbox WHERE community = ?1 ORDER BY id LIMIT ?2";
        self.all(sql, (community.0, limit), |row| {
            Ok(OutboxEvent {
                id: id(row, "id")?,
                topic: row.get("topic")?,
                account: AccountId(id(row, "account")?),
                change: row.get::<_, Option<i64>>("change_number")?.map(ChangeNumber),
                at: time(row, "created_at")?,
            })
        })
    }
}

#[async_trait]
impl WriteOutbox for SqliteTx {
    async fn push_event(&mut self, community: CommunityId, event: &OutboxEvent) -> Result<()> {
        let sql = "INSERT INTO outbox (community, id, topic, account, change_number, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let change = event.change.map(|change| change.0);
        let account = Id(event.account.0);
        self.run(sql, (community.0, Id(event.id), &event.topic, account, change, Millis(event.at))).map(drop)
    }
}
