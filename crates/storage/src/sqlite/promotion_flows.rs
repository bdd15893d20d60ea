//! Promotion flows in SQLite.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rankledger_domain::name::{Key, Name};
use rankledger_domain::promotion_flow::{FlowDirection, FlowRanks, PromotionFlow};
use rusqlite::named_params;
use uuid::Uuid;

use super::codec::{Id, id, json, to_json, word};
use super::tx::SqliteTx;
use crate::Result;
use crate::promotion_flows::{ReadPromotionFlows, WritePromotionFlows};

#[async_trait]
impl ReadPromotionFlows for SqliteTx {
    async fn promotion_flows(&mut self, community: CommunityId) -> Result<Vec<PromotionFlow>> {
        let sql = "SELECT * FROM promotion_flows WHERE community = ?1 ORDER BY position, id";
        self.all(sql, [community.0], |row| {
            Ok(PromotionFlow {
                id: id(row, "id")?,
                key: row.get::<_, Option<_>>("key")?.map(Key::stored),
                label_from: Name::stored(row.get("label_from")?),
                label_to: Name::stored(row.get("label_to")?),
                ranks: FlowRanks::stored(json(row, "ranks_to_add")?, json(row, "ranks_to_remove")?),
                actions: json(row, "actions")?,
                direction: word(row, "promotion_type", FlowDirection::parse)?,
                position: row.get("position")?,
            })
        })
    }
}

#[async_trait]
impl WritePromotionFlows for SqliteTx {
    async fn put_promotion_flow(&mut self, community: CommunityId, flow: &PromotionFlow) -> Result<()> {
        self.run(
            "INSERT INTO promotion_flows
                 (community, id, key, label_from, label_to, ranks_to_add, ranks_to_remove, actions, promotion_type,
                  position)
             VALUES
                 (:community, :id, :key, :label_from, :label_to, :ranks_to_add, :ranks_to_remove, :actions,
                  :promotion_type, :position)
             ON CONFLICT (community, id) DO UPDATE
             SET key = excluded.key, label_from = excluded.label_from, label_to = excluded.label_to,
                 ranks_to_add = excluded.ranks_to_add, ranks_to_remove = excluded.ranks_to_remove,
                 actions = excluded.actions, promotion_type = excluded.promotion_type, position = excluded.position",
            named_params! {
                ":community": community.0,
                ":id": Id(flow.id),
                ":key": flow.key.as_ref().map(Key::as_str),
                ":label_from": flow.label_from.as_str(),
                ":label_to": flow.label_to.as_str(),
                ":ranks_to_add": to_json(&flow.ranks.add()),
                ":ranks_to_remove": to_json(&flow.ranks.remove()),
                ":actions": to_json(&flow.actions),
                ":promotion_type": flow.direction.as_str(),
                ":position": flow.position,
            },
        )
        .map(drop)
    }

    async fn remove_promotion_flow(&mut self, community: CommunityId, id: Uuid) -> Result<()> {
        self.run("DELETE FROM promotion_flows WHERE community = ?1 AND id = ?2", (community.0, Id(id)))
            .map(drop)
    }
}
