//! `rankledger prune`: the beginning of a history goes for good. Without it, history is kept for ever.

use std::fmt::Write;

use anyhow::{Context, Result};
use clap::Args;
use rankledger_domain::time::Clock;
use rankledger_storage::communities::Community;
use rankledger_storage::{ReadTx, Storage};
use tracing_subscriber::filter::LevelFilter;

use super::confirm::confirmed;
use super::database::DatabaseArgs;
use super::database::find_community;
use super::log_output::log_directly;
use super::moment;
use super::moment::Moment;
use super::moment::in_words;
use super::print;
use crate::ops::prune::{PrunePlan, delete_pruned, prune};
use crate::system::{SystemClock, SystemIds};

#[derive(Debug, Args)]
pub(super) struct Prune {
    /// The public id of the community
    #[arg(long, value_name = "ID")]
    community: String,
    /// Delete what was recorded before this time: 2024-04-15, or how long ago: 2y, 18 months
    #[arg(long, value_name = moment::FORMAT)]
    before: Moment,
    /// Only tell what would go
    #[arg(long)]
    dry_run: bool,
    /// Do it without asking
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl Prune {
    pub(super) async fn run(self) -> Result<()> {
        log_directly(LevelFilter::ERROR)?;
        let storage = self.database.open_existing().await?;
        let mut tx = storage.read().await?;
        let community = find_community(tx.as_mut(), &self.community).await?;
        let plan = PrunePlan::of(community.id, self.before.time(), tx.as_mut()).await?;
        print::print(&self.in_words(plan, &community, tx.as_mut()).await?)?;
        drop(tx);
        if self.dry_run {
            return Ok(());
        }
        if plan.changes() > 0 {
            let what =
                format!("prune {} of {} for good", print::count(plan.changes(), "change"), self.community);
            if !self.yes && !tokio::task::block_in_place(|| confirmed(&what))? {
                return Ok(());
            }
        }
        self.carry_out(storage.as_ref(), &community).await
    }

    /// Describes the plan in words.
    async fn in_words(&self, plan: PrunePlan, community: &Community, tx: &mut dyn ReadTx) -> Result<String> {
        let mut text = String::new();
        let last_to_go = tx.rank_change(community.id, plan.up_to).await?;
        match last_to_go {
            Some(last) if plan.changes() > 0 => writeln!(
                text,
                "{}: {} to prune, up to number {} of {} UTC",
                community.public_id,
                print::count(plan.changes(), "change"),
                plan.up_to,
                in_words(last.at)
            )?,
            _ => writeln!(text, "{}: nothing to prune", community.public_id)?,
        }
        if let Some(held_back) = plan.held_back() {
            writeln!(
                text,
                "  {} to {} were recorded before {} UTC, too, and stay: a later change reverses one of them, or the last \
                 change of all is among them",
                held_back.start(),
                held_back.end(),
                in_words(self.before.time())
            )?;
        }
        Ok(text)
    }

    async fn carry_out(&self, storage: &dyn Storage, community: &Community) -> Result<()> {
        let now = SystemClock::default().now();
        let plan = prune(storage, community.id, self.before.time(), now, &SystemIds).await?;
        let mut deleted = 0;
        let rest = delete_pruned(storage, community.id, |total| deleted = total).await;
        rest.with_context(|| {
            format!(
                "the history begins after change {} now, but not all before it is deleted: run this again",
                plan.up_to
            )
        })?;
        if plan.changes() > 0 || deleted > 0 {
            print::print(&format!(
                "{}: deleted {}; the history begins after number {}\n",
                community.public_id,
                print::count(deleted, "change"),
                plan.up_to
            ))?;
        }
        Ok(())
    }
}
