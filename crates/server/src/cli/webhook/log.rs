//! `rankledger webhook log`: what became of the deliveries, newest first.

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::named::Named;
use crate::cli::client::target::Target;
use crate::cli::moment::in_words;
use crate::cli::newest::newest;
use crate::cli::print;
use crate::cli::table::Table;
use crate::wire::subscriptions::{DeliveriesBody, DeliveryBody, StateBody};

/// Number of characters of an answer that the list shows.
const ANSWER: usize = 48;

#[derive(Debug, Args)]
pub(in crate::cli) struct Log {
    #[command(flatten)]
    named: Named,
    /// Only deliveries in this state
    #[arg(long)]
    state: Option<State>,
    /// How many deliveries to list at most
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    Waiting,
    Delivered,
    Failed,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

impl Log {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open_to_read()?;
        let path = format!("{}/deliveries", self.named.path(&client)?);
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let query = self.state.map(|state| ("state", state.as_str().to_owned())).into_iter().collect();
        let rows_of = |page: DeliveriesBody| (page.deliveries, page.next_cursor);
        let (deliveries, next_cursor) = newest(&client, &path, &query, limit, rows_of)?;
        client.settle()?;
        let page = DeliveriesBody { deliveries, next_cursor };
        if self.json {
            return print::json(&page);
        }
        if page.deliveries.is_empty() {
            print::say!("no deliveries");
            return Ok(());
        }
        print::print(&table(&page.deliveries).to_string())?;
        if page.next_cursor.is_some() {
            print::say!("there are older ones: --limit shows more");
        }
        Ok(())
    }
}

fn table(deliveries: &[DeliveryBody]) -> Table<8> {
    let mut table =
        Table::new(["PLACE", "EVENT", "STATE", "ATTEMPTS", "LAST (UTC)", "TOOK", "STATUS", "ANSWER"]);
    for delivery in deliveries {
        let last = delivery.last_attempt.as_ref();
        let answer = last.and_then(|last| last.error.as_deref().or(last.answer.as_deref()));
        table.row([
            delivery.place.to_string(),
            delivery.r#type.clone(),
            state(delivery),
            delivery.attempts.to_string(),
            last.map(|last| in_words(last.at.0)).unwrap_or_default(),
            last.map(|last| format!("{} ms", last.duration_ms)).unwrap_or_default(),
            last.and_then(|last| last.status).map(|status| status.to_string()).unwrap_or_default(),
            print::shortened(answer.unwrap_or_default(), ANSWER),
        ]);
    }
    table
}

fn state(delivery: &DeliveryBody) -> String {
    match (delivery.state, delivery.due_at) {
        (StateBody::Waiting, Some(due_at)) => format!("waits until {}", in_words(due_at.0)),
        (StateBody::Waiting, None) => "waiting".to_owned(),
        (StateBody::Delivered, _) => "delivered".to_owned(),
        (StateBody::Failed, _) => "failed".to_owned(),
    }
}
