//! Promotion flows in PostgreSQL.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rankledger_domain::name::{Key, Name};
use rankledger_domain::promotion_flow::{FlowDirection, FlowRanks, PromotionFlow};
use uuid::Uuid;

use super::codec::{get, json, to_json, word};
use super::tx::PgTx;
use crate::Result;
use crate::promotion_flows::{ReadPromotionFlows, WritePromotionFlows};

#[async_trait]
impl ReadPromotionFlows for PgTx {
    async fn promotion_flows(&mut self, community: CommunityId) -> Result<Vec<PromotionFlow>> {
        let sql = "SELECT * FROM promotion_flows WHERE community = $1 ORDER BY position, id";
        let tx = self.on(community).await?;
        tx.all(sql, &[&community.0], |row| {
            Ok(PromotionFlow {
                id: get(row, "id")?,
                key: get::<Option<_>>(row, "key")?.map(Key::stored),
                label_from: Name::stored(get(row, "label_from")?),
                label_to: Name::stored(get(row, "label_to")?),
                ranks: FlowRanks::stored(json(row, "ranks_to_add")?, json(row, "ranks_to_remove")?),
                actions: json(row, "actions")?,
                direction: word(row, "promotion_type", FlowDirection::parse)?,
                position: get(row, "position")?,
            })
        })
        .await
    }
}

#[async_trait]
impl WritePromotionFlows for PgTx {
    async fn put_promotion_flow(&mut self, community: CommunityId, flow: &PromotionFlow) -> Result<()> {
        let sql = "INSERT INTO promotion_flows
                 (community, id, key, label_from, label_to, ranks_to_add, ranks_to_remove, actions, promotion_type,
                  position)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (community, id) DO UPDATE
             SET key = excluded.key, label_from = excluded.label_from, label_to = excluded.label_to,
                 ranks_to_add = excluded.ranks_to_add, ranks_to_remove = excluded.ranks_to_remove,
                 actions = excluded.actions, promotion_type = excluded.promotion_type, position = excluded.position";
        let (add, remove) = (to_json(&flow.ranks.add()), to_json(&flow.ranks.remove()));
        let actions = to_json(&flow.actions);
        let tx = self.writing(community).await?;
        tx.run(
            sql,
            &[
                &community.0,
                &flow.id,
                &flow.key.as_ref().map(Key::as_str),
                &flow.label_from.as_str(),
                &flow.label_to.as_str(),
                &add,
                &remove,
                &actions,
                &flow.direction.as_str(),
                &flow.position,
            ],
        )
        .await
        .map(drop)
    }

    async fn remove_promotion_flow(&mut self, community: CommunityId, id: Uuid) -> Result<()> {
        let sql = "DELETE FROM promotion_flows WHERE community = $1 AND id = $2";
        self.writing(community).await?.run(sql, &[&community.0, &id]).await.map(drop)
    }
}
