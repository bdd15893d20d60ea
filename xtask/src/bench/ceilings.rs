//! The limits of Rankledger's speed: HTTP that answers fixed bytes, the statements without HTTP, a sync of
//! the disk.

use std::path::Path;

use anyhow::{Context, Result};

use super::figures::{Figures, Part, What};
use super::record;
use crate::measuring::load::Load;
use crate::measuring::process::Server;
use crate::measuring::programs::{Programs, answer_of};
use crate::measuring::seeded::Seeded;

/// The body of a rank change, for a server that does not look at it.
const BODY: &str = "{\"add\":[\"00000000-0000-4000-8000-000000000000\"]}";

/// The figures of `storage-ceiling`: where in its answer they stand.
const STORAGE: [(What, &str); 6] = [
    (What::Plain1, "/plain/1"),
    (What::Plain64, "/plain/64"),
    (What::Ledger1, "/ledger/1"),
    (What::Ledger16, "/ledger/16"),
    (What::Ledger64, "/ledger/64"),
    (What::Ledger256, "/ledger/256"),
];

/// HTTP that answers the same bytes each time.
pub(super) fn fixed_bytes(
    programs: &Programs,
    folder: &Path,
    seconds: u32,
    figures: &mut Figures,
) -> Result<()> {
    let server = Server::start("fixed-bytes", folder, "/ready", |address| {
        let mut command = programs.command("fixed-bytes");
        command.args(["--listen", &address.to_string()]);
        command
    })?;
    let address = server.address;
    let load = |requests| Load { address, authorization: "", connections: 64, seconds, requests };
    record::measure(&load(&["fixed_patch", BODY]), What::FixedPatch64, figures)?;
    record::measure(&load(&["fixed_get"]), What::FixedGet64, figures)?;
    Ok(())
}

/// The statements without HTTP, on a database of its own.
pub(super) fn storage(
    programs: &Programs,
    seeded: &Seeded,
    seconds: u32,
    figures: &mut Figures,
) -> Result<()> {
    let mut command = programs.command("storage-ceiling");
    command.args([
        "--database",
        seeded.file(),
        "--accounts",
        &seeded.accounts,
        "--seconds",
        &seconds.to_string(),
    ]);
    let told = answer_of(&mut command)?;
    let number = |place: &str| {
        told.pointer(place)
            .and_then(serde_json::Value::as_f64)
            .with_context(|| format!("storage-ceiling tells no {place}: {told}"))
    };
    for (what, place) in STORAGE {
        figures.add(what, Part::PerSecond, number(place)?);
    }
    figures.add(What::Sync, Part::Median, number("/syncMicroseconds")?);
    Ok(())
}
