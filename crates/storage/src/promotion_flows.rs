//! Promotion flows: named sets of ranks to add and remove.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rankledger_domain::promotion_flow::{FlowDirection, FlowRanks, PromotionFlow};
use uuid::Uuid;

use crate::Result;
use crate::sql::SqlTx;
use crate::sql::value::{AsJson, params};
use crate::transfer::{Table, tables};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    promotion_flows: [community Int, id Id]
        key Text, label_from Text, label_to Text, ranks_to_add Text, ranks_to_remove Text, actions Text,
        promotion_type Text, position Int;
};

/// Reading promotion flows.
#[async_trait]
pub trait ReadPromotionFlows {
    /// The promotion flows in order.
    async fn promotion_flows(&mut self, community: CommunityId) -> Result<Vec<PromotionFlow>>;
}

/// Writing promotion flows.
#[async_trait]
pub trait WritePromotionFlows {
    /// Makes a promotion flow, or brings it up to date.
    async fn put_promotion_flow(&mut self, community: CommunityId, flow: &PromotionFlow) -> Result<()>;

    /// Removes a promotion flow; what it has done stays.
    async fn remove_promotion_flow(&mut self, community: CommunityId, id: Uuid) -> Result<()>;
}

#[async_trait]
impl<T: SqlTx> ReadPromotionFlows for T {
    async fn promotion_flows(&mut self, community: CommunityId) -> Result<Vec<PromotionFlow>> {
        let sql = "SELECT * FROM promotion_flows WHERE community = $1 ORDER BY position, id";
        let tx = self.on(community).await?;
        tx.all(sql, params![community], |row| {
            Ok(PromotionFlow {
                id: row.get("id")?,
                key: row.get("key")?,
                label_from: row.get("label_from")?,
                label_to: row.get("label_to")?,
                ranks: FlowRanks::stored(row.json("ranks_to_add")?, row.json("ranks_to_remove")?),
                actions: row.json("actions")?,
                direction: row.word("promotion_type", FlowDirection::parse)?,
                position: row.get("position")?,
            })
        })
        .await
    }
}

#[async_trait]
impl<T: SqlTx> WritePromotionFlows for T {
    async fn put_promotion_flow(&mut self, community: CommunityId, flow: &PromotionFlow) -> Result<()> {
        let sql = "INSERT INTO promotion_flows
                 (community, id, key, label_from, label_to, ranks_to_add, ranks_to_remove, actions, promotion_type,
                  position)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (community, id) DO UPDATE
             SET key = excluded.key, label_from = excluded.label_from, label_to = excluded.label_to,
                 ranks_to_add = excluded.ranks_to_add, ranks_to_remove = excluded.ranks_to_remove,
                 actions = excluded.actions, promotion_type = excluded.promotion_type, position = excluded.position";
        let PromotionFlow { id, key, label_from, label_to, ranks, actions, direction, position } = flow;
        let (add, remove) = (ranks.add(), ranks.remove());
        let (add, remove, actions) = (AsJson(&add), AsJson(&remove), AsJson(actions));
        let direction = direction.as_str();
        let params =
            params![community, id, key, label_from, label_to, add, remove, actions, direction, position];
        self.writing(community).await?.run(sql, params).await.map(drop)
    }

    async fn remove_promotion_flow(&mut self, community: CommunityId, id: Uuid) -> Result<()> {
        let sql = "DELETE FROM promotion_flows WHERE community = $1 AND id = $2";
        self.writing(community).await?.run(sql, params![community, id]).await.map(drop)
    }
}
