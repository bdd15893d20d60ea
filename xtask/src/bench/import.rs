//! `rankledger import` of many accounts, timed.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use anyhow::Result;
use serde_json::{Value, json};

use super::figures::{Figures, Part, What};
use crate::measuring::programs::Programs;
use crate::shell::run;

/// Imports a document of so many accounts into a database that is not there yet.
pub(super) fn measure(
    programs: &Programs,
    folder: &Path,
    (what, accounts): (What, u64),
    figures: &mut Figures,
) -> Result<()> {
    let document = folder.join("community.json");
    fs::write(&document, community(accounts).to_string())?;
    let mut import = programs.command("rankledger");
    import.arg("import").arg(&document).stdout(Stdio::null()).stderr(Stdio::inherit());
    import.arg("--database").arg(format!("sqlite:{}", folder.join("imported.db").display()));
    let begun = Instant::now();
    run(&mut import)?;
    figures.add(what, Part::Single, begun.elapsed().as_secs_f64());
    Ok(())
}

fn community(accounts: u64) -> Value {
    json!({
        "community": { "id": "imported", "name": "Imported" },
        "departments": [{
            "label": "Patrol",
            "ranks": [
                { "key": "cadet", "label": "Cadet", "power": 10 },
                { "key": "officer", "label": "Officer", "power": 20 },
            ],
        }],
        "accounts": (0..accounts).map(account).collect::<Vec<_>>(),
    })
}

fn account(index: u64) -> Value {
    json!({
        "name": format!("Member {index}"),
        "ranks": ["cadet", "officer"],
        "bio": "Patrols at night.",
        "identifiers": [
            { "type": "discord", "value": (100_000_000_000_000_000 + index).to_string() },
            { "type": "license", "value": format!("{index:040x}") },
        ],
    })
}
