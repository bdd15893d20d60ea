//! Which member somebody means: by name, number, Discord id or UUID, in the readings of the API.

use anyhow::{Context, Result, anyhow};
use rankledger_domain::ids::AccountId;
use rankledger_storage::account_lists::AccountSelector;
use uuid::Uuid;

use super::{Structure, did_you_mean};
use crate::cli::client::{Client, given};
use crate::cli::table::Table;
use crate::ops::accounts::find::readings;
use crate::ops::actor::UserName;
use crate::wire::account_summary::{FoundBody, PageBody, SummaryBody};

/// Number of accounts in a page of their list, and how many pages are read to find a similar name.
const PAGE: usize = 100;
const PAGES: usize = 3;

/// Returns the account that somebody means.
pub(in crate::cli) fn account(client: &Client, name: &str) -> Result<SummaryBody> {
    if let Ok(id) = Uuid::parse_str(name.trim()) {
        return client.get(&format!("/v2/community/accounts/{id}"), &Vec::new())?.read();
    }
    for selector in readings(name) {
        let mut found = search(client, &selector).with_context(|| format!("cannot look up \"{name}\""))?;
        match found.items.pop() {
            None => {}
            Some(one) if found.items.is_empty() => return Ok(one),
            Some(last) => {
                found.items.push(last);
                return Err(ambiguous(client, name, &found)?);
            }
        }
    }
    Err(unknown(client, name))
}

/// Returns the id of the account that somebody means. A UUID is taken as it is.
pub(in crate::cli) fn account_id(client: &Client, name: &str) -> Result<AccountId> {
    match Uuid::parse_str(name.trim()) {
        Ok(id) => Ok(AccountId(id)),
        Err(_) => Ok(account(client, name)?.acc_id),
    }
}

/// Returns a person as the API takes one: the id of the account. A UUID and a Discord id are taken as they
/// are.
pub(in crate::cli) fn person(client: &Client, name: &str) -> Result<String> {
    match UserName::parse(name.trim()) {
        UserName::Account(_) | UserName::Discord(_) => Ok(name.trim().to_owned()),
        UserName::Other(_) => Ok(account(client, name)?.acc_id.to_string()),
    }
}

/// Says in one word how an account stands.
pub(in crate::cli) fn standing(account: &SummaryBody) -> &'static str {
    match account {
        SummaryBody { banned: true, .. } => "banned",
        SummaryBody { archived: true, .. } => "archived",
        SummaryBody { com_status: true, .. } => "active",
        SummaryBody { .. } => "inactive",
    }
}

fn search(client: &Client, selector: &AccountSelector) -> Result<FoundBody> {
    let AccountSelector { id, api_id, username, discord, unique_id } = selector.clone();
    let query = given([
        ("accountId", id.map(|id| id.to_string())),
        ("apiId", api_id),
        ("username", username),
        ("discord", discord),
        ("uniqueId", unique_id.map(|number| number.to_string())),
    ]);
    client.get("/v2/community/accounts/search", &query)?.read()
}

/// The error for a name that several accounts have, with a table of what tells them apart.
fn ambiguous(client: &Client, name: &str, found: &FoundBody) -> Result<anyhow::Error> {
    let structure = Structure::load(client)?;
    let mut table = Table::new(["NUMBER", "NAME", "DISCORD ID", "RANKS", "STATUS"]);
    for account in &found.items {
        table.row([
            account.unique_id.to_string(),
            account.acc_name.clone(),
            account.discord_id.clone().unwrap_or_else(|| "-".to_owned()),
            structure.labels(account.ranks.as_deref().unwrap_or_default()),
            standing(account).to_owned(),
        ]);
    }
    let total = found.total;
    let table = table.to_string();
    Ok(anyhow!(
        "\"{name}\" is the name of {total} members: name the one by their number\n{}",
        table.trim_end()
    ))
}

fn unknown(client: &Client, name: &str) -> anyhow::Error {
    let names = some_names(client).unwrap_or_default();
    let near = did_you_mean(name, names.iter().map(String::as_str));
    anyhow!("there is no member \"{name}\": `rankledger members` lists them{near}")
}

/// Returns the names of the first few hundred accounts, of which one may be meant.
fn some_names(client: &Client) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for page in 0..PAGES {
        let query = vec![("take", PAGE.to_string()), ("skip", (page * PAGE).to_string())];
        let found: Option<PageBody> = client.get_if_allowed("/v2/community/accounts", &query)?;
        let Some(PageBody { items, .. }) = found else { break };
        let is_last = items.len() < PAGE;
        names.extend(items.into_iter().map(|account| account.acc_name));
        if is_last {
            break;
        }
    }
    Ok(names)
}
