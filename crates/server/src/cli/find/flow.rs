//! Which promotion flow somebody means: by its key, as `From -> To`, by the step that it leads to, or by
//! UUID.

use anyhow::{Result, anyhow};
use uuid::Uuid;

use super::{Structure, did_you_mean, is_same};
use crate::cli::client::Client;
use crate::cli::print::harmless;
use crate::cli::table::Table;
use crate::wire::promotion_flows::PromotionFlowBody;

/// Asks for the flows of the community.
pub(in crate::cli) fn flows(client: &Client) -> Result<Vec<PromotionFlowBody>> {
    client.get("/v2/community/promotion-flows", &vec![("includeKeys", "true".to_owned())])?.read()
}

/// Returns the flow that somebody means.
pub(in crate::cli) fn flow(client: &Client, name: &str) -> Result<PromotionFlowBody> {
    let mut all = flows(client)?;
    let exact = Uuid::parse_str(name.trim());
    let is_exact =
        |flow: &PromotionFlowBody| Ok(flow.id) == exact || flow.key.as_deref() == Some(name.trim());
    if let Some(at) = all.iter().position(is_exact) {
        return Ok(all.swap_remove(at));
    }
    let named = |flow: &&PromotionFlowBody| match steps(name) {
        Some((from, to)) => is_same(from, &flow.label_from) && is_same(to, &flow.label_to),
        None => is_same(name, &flow.label_to),
    };
    let candidates: Vec<_> = all.iter().filter(named).map(|flow| flow.id).collect();
    match candidates[..] {
        [id] => {
            all.retain(|flow| flow.id == id);
            all.pop().ok_or_else(|| anyhow!("there is no flow \"{name}\""))
        }
        [] => {
            let labels = all.iter().map(|flow| flow.label_to.as_str());
            let near = did_you_mean(name, labels.chain(all.iter().filter_map(|flow| flow.key.as_deref())));
            Err(anyhow!("there is no flow \"{name}\": `rankledger flows` lists them{near}"))
        }
        _ => {
            all.retain(|flow| candidates.contains(&flow.id));
            let (count, table) = (all.len(), table(&all, &Structure::load(client)?).to_string());
            let way_out = "name the one by its key, by its id or as \"From -> To\"";
            Err(anyhow!("\"{name}\" is the name of {count} flows: {way_out}\n{}", table.trim_end()))
        }
    }
}

/// Splits `Cadet -> Officer` into its two steps. `None` if there is no arrow.
fn steps(name: &str) -> Option<(&str, &str)> {
    ["->", "→", ">"].iter().find_map(|arrow| name.split_once(arrow))
}

/// Names a flow by its steps.
pub(in crate::cli) fn in_words(flow: &PromotionFlowBody) -> String {
    harmless(&format!("{} -> {}", flow.label_from, flow.label_to))
}

/// Returns a table of flows.
pub(in crate::cli) fn table(flows: &[PromotionFlowBody], structure: &Structure) -> Table<6> {
    let mut table = Table::new(["KEY", "FLOW", "GIVES", "TAKES", "RUNS", "ID"]);
    for flow in flows {
        table.row([
            flow.key.clone().unwrap_or_else(|| "-".to_owned()),
            in_words(flow),
            structure.labels(&flow.ranks_to_add),
            structure.labels(&flow.ranks_to_remove),
            flow.promotion_type.clone(),
            flow.id.to_string(),
        ]);
    }
    table
}
