//! `rankledger webhook list`: the subscriptions.

use anyhow::Result;
use clap::Args;

use super::named::PATH;
use crate::cli::client::target::Target;
use crate::cli::moment::in_words;
use crate::cli::print;
use crate::cli::table::Table;
use crate::wire::subscriptions::SubscriptionBody;

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

impl List {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open_to_read()?;
        let reply = client.get(PATH, &Vec::new())?;
        client.settle()?;
        if self.json {
            return print::json(&reply.data);
        }
        let all: Vec<SubscriptionBody> = reply.read()?;
        if all.is_empty() {
            print::say!("no subscriptions: `rankledger webhook add` makes one");
            return Ok(());
        }
        let mut table = Table::new(["ID", "NAME", "KIND", "URL", "EVENTS", "BEHIND", "STATE"]);
        for one in &all {
            let events = if one.types.is_empty() { "all".to_owned() } else { one.types.join(",") };
            table.row([
                one.id.to_string(),
                one.name.clone(),
                one.kind.as_str().to_owned(),
                one.url.clone(),
                events,
                one.progress.behind.to_string(),
                state(one),
            ]);
        }
        print::print(&table.to_string())
    }
}

fn state(one: &SubscriptionBody) -> String {
    match (&one.disabled, one.progress.failing_since) {
        (Some(disabled), _) => {
            let because = disabled.because.as_deref().map_or(String::new(), |because| format!(": {because}"));
            format!("disabled {}{because}", in_words(disabled.at.0))
        }
        (None, Some(since)) => format!("failing since {}", in_words(since.0)),
        (None, None) => "enabled".to_owned(),
    }
}
