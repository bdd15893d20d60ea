//! Writing the outbox in SQLite: at once, unlike PostgreSQL, which buffers events so that a change costs no
//! round trip of its own.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;

use super::codec::{Id, Millis};
use super::tx::SqliteTx;
use crate::Result;
use crate::outbox::{OutboxEvent, WriteOutbox};

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
