//! Carrying a ledger over from before migration 14, when a node starts: see [`crate::carry_over`].

use std::sync::Arc;

use deadpool_postgres::Object;

use super::codec::engine_error;
use super::connection::Connections;
use super::migrations::{end_turn, take_turn};
use super::tx::PgTx;
use crate::cache::Cache;
use crate::carry_over::CarryOver;
use crate::{Result, WriteTx as _};

/// Carries the ledger over, if that has not been done. Nodes that start at once take turns.
pub(super) async fn run(client: &Object, connections: &Connections, cache: &Arc<Cache>) -> Result<()> {
    if !is_unfinished(client).await? {
        return Ok(());
    }
    take_turn(client).await?;
    let done = carry_over(client, connections, cache).await;
    end_turn(client).await?;
    done
}

async fn carry_over(client: &Object, connections: &Connections, cache: &Arc<Cache>) -> Result<()> {
    let mut carry_over = CarryOver::new();
    while is_unfinished(client).await? {
        let mut tx = Box::new(PgTx::write(connections.writer().await?, Arc::clone(cache)));
        let is_done = !carry_over.portion(tx.as_mut()).await?;
        if is_done {
            tx.run("DROP TABLE wide_rank_changes, account_ranks", &[]).await?;
        }
        tx.commit().await?;
        if is_done {
            let tables = "rank_changes, account_standings, undo_ids, change_times";
            client.batch_execute(&format!("VACUUM (ANALYZE) {tables}")).await.map_err(engine_error)?;
        }
    }
    Ok(())
}

async fn is_unfinished(client: &Object) -> Result<bool> {
    let sql = "SELECT to_regclass('account_ranks') IS NOT NULL";
    Ok(client.query_one(sql, &[]).await.map_err(engine_error)?.get(0))
}
