//! `rankledger guard`: shows the guard and what it has counted, and sets it.

use std::fmt::Write;

use anyhow::Result;
use clap::Args;
use serde_json::{Map, Value};

use super::client::target::Target;
use super::moment::in_words;
use super::names::Names;
use super::print::{self, harmless};
use super::table::Table;
use crate::wire::guards::{CountedBody, FreezeBody, GuardsAndCountsBody, GuardsBody};

/// The path of the guard in the API.
const PATH: &str = "/v2/community/guards";

#[derive(Debug, Args)]
pub(super) struct Guard {
    #[command(flatten)]
    settings: Settings,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

/// What is set; without any of these, the guard is only shown.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is set")]
struct Settings {
    /// Switch the guard on
    #[arg(long, conflicts_with = "off")]
    on: bool,
    /// Switch the guard off
    #[arg(long)]
    off: bool,
    /// How much each person, and each key, may take away in a minute
    #[arg(long, value_name = "N")]
    per_minute: Option<u32>,
    /// How much each person, and each key, may take away in an hour
    #[arg(long, value_name = "N")]
    per_hour: Option<u32>,
    /// How much all together may take away in a minute
    #[arg(long, value_name = "N")]
    all_per_minute: Option<u32>,
    /// How much all together may take away in an hour
    #[arg(long, value_name = "N")]
    all_per_hour: Option<u32>,
}

impl Settings {
    fn body(&self) -> Map<String, Value> {
        let enabled = if self.on { Some(true) } else { self.off.then_some(false) };
        let given = [
            ("enabled", enabled.map(Value::from)),
            ("removalsPerMinute", self.per_minute.map(Value::from)),
            ("removalsPerHour", self.per_hour.map(Value::from)),
            ("communityRemovalsPerMinute", self.all_per_minute.map(Value::from)),
            ("communityRemovalsPerHour", self.all_per_hour.map(Value::from)),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

impl Guard {
    pub(super) fn run(self) -> Result<()> {
        let body = self.settings.body();
        if body.is_empty() {
            return self.show();
        }
        let client = self.target.open()?;
        let reply = client.put(PATH, &body)?;
        if self.json {
            return print::json(&reply.data);
        }
        print::print(&described(&reply.read()?, &mut Names::new(&client)?)?)
    }

    fn show(self) -> Result<()> {
        let client = self.target.open_to_read()?;
        let reply = client.get(PATH, &Vec::new())?;
        client.settle()?;
        if self.json {
            return print::json(&reply.data);
        }
        let GuardsAndCountsBody { guards, counted } = reply.read()?;
        let mut names = Names::new(&client)?;
        let mut text = described(&guards, &mut names)?;
        if !counted.is_empty() {
            write!(text, "\n{}", table(&counted, &mut names)?)?;
        }
        print::print(&text)
    }
}

fn described(guards: &GuardsBody, names: &mut Names<'_>) -> Result<String> {
    let on = if guards.enabled { "on" } else { "off" };
    let mut text = format!("the guard is {on}\n");
    let limits = [
        ("each", guards.removals_per_minute, guards.removals_per_hour),
        ("all together", guards.community_removals_per_minute, guards.community_removals_per_hour),
    ];
    for (who, per_minute, per_hour) in limits {
        writeln!(text, "  {who:<12}  may take away {per_minute} a minute, {per_hour} an hour")?;
    }
    writeln!(text, "{}", frozen(guards.frozen.as_ref(), names)?)?;
    Ok(text)
}

fn table(counted: &[CountedBody], names: &mut Names<'_>) -> Result<Table<3>> {
    let mut table = Table::new(["TAKEN AWAY BY", "LAST MINUTE", "LAST HOUR"]);
    for CountedBody { user_id, credential_id, last_minute, last_hour } in counted {
        let who = match (user_id, credential_id) {
            (None, None) => "all together".to_owned(),
            (user, credential) => names.who(*user, *credential)?,
        };
        table.row([who, last_minute.to_string(), last_hour.to_string()]);
    }
    Ok(table)
}

/// Says whether the community is frozen, since when, by whom and why.
pub(super) fn frozen(freeze: Option<&FreezeBody>, names: &mut Names<'_>) -> Result<String> {
    let Some(FreezeBody { at, user_id, credential_id, reason }) = freeze else {
        return Ok("the community is not frozen".to_owned());
    };
    let (at, who) = (in_words(at.0), names.who(*user_id, Some(*credential_id))?);
    let why = reason.as_ref().map_or(String::new(), |reason| format!(": {}", harmless(reason)));
    Ok(format!("the community is frozen since {at} UTC, by {who}{why}"))
}
