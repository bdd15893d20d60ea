//! `rankledger webhook replay`: send again what was sent before.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::named::Named;
use crate::cli::client::target::Target;
use crate::cli::moment::{self, Moment};
use crate::cli::print;
use crate::wire::subscriptions::ReplayBody;

#[derive(Debug, Args)]
pub(in crate::cli) struct Replay {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    start: Start,
    /// Tell what would be sent, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Start {
    /// From this time on: 2026-04-15T00:00:00Z, or how long ago: 2h, 3d
    #[arg(long = "from", value_name = moment::FORMAT)]
    time: Option<Moment>,
    /// From the rank change of this number on
    #[arg(long = "from-change", value_name = "NUMBER")]
    change: Option<i64>,
    /// From the event at this place on
    #[arg(long = "from-place", value_name = "PLACE")]
    place: Option<i64>,
}

impl Replay {
    pub(super) fn run(self) -> Result<()> {
        let Start { time, change, place } = self.start;
        let body = json!({
            "from": time.map(Moment::on_the_wire), "changeNumber": change, "place": place,
            "dryRun": self.dry_run,
        });
        let client = self.target.open()?;
        let reply = client.post(&format!("{}/replay", self.named.path(&client)?), &body)?;
        if self.json {
            return print::json(&reply.data);
        }
        let ReplayBody { from, events, .. } = reply.read()?;
        let events = print::count(usize::try_from(events).unwrap_or(0), "event");
        let what = format!("from place {from} on: {events}, as far as the subscription wants them");
        if self.dry_run {
            return print::print(&format!("nothing was changed; this would be sent again, {what}\n"));
        }
        print::print(&format!("sending again {what}\n"))
    }
}
