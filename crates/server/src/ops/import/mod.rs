//! Bringing a community in from a document. All of it is checked before any of it is written; then it is
//! written in portions, each a command of the ledger writer.
//!
//! [`Document`] is read from a file, [`import`] imports it, [`Summary`] counts the result. Rows that are
//! stored already are brought up to date, except the ranks, status and flags of accounts, which only the
//! ledger changes. `docs/decisions/0016-import-in-portions.md` says why there are portions, and who sees an
//! import that is under way.

mod accounts;
mod changes;
mod checks;
mod community;
mod definitions;
mod differences;
mod discord_ids;
mod document;
mod errors;
mod flows;
mod grants;
mod host;
mod identities;
mod ids;
mod journal;
mod names;
mod one_person;
mod outcome;
mod outline;
mod parse;
mod parts;
mod places;
mod plan;
mod portions;
mod rows;
mod servers;
mod stored;
mod structure;
mod subscriptions;
mod summary;
mod table;
mod times;
mod unfinished;
mod write;
mod write_accounts;
mod yaml;
mod yaml_traps;

use std::sync::Arc;

use jiff::Timestamp;
use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;

use super::Ledger;
use super::ledger::LedgerOptions;

pub use self::differences::{Difference, Differences, Standings};
pub use self::document::Document;
pub use self::errors::{DocumentError, DocumentErrors, ImportError};
pub use self::host::{BadHost, check_host};
pub use self::ids::community_uuid;
pub use self::outcome::Outcome;
pub use self::parse::{Format, ReadError};
use self::plan::Plan;
pub use self::portions::PortionSize;
use self::portions::portions;
pub use self::summary::{NewSecret, Preview, Summary, Tally};
pub use self::table::Table;
pub use self::table::columns::{Columns, Mapping};
pub use self::table::dates::DateOrder;
use self::times::Time;
use self::unfinished::PAUSE;
pub use self::unfinished::{TakenBack, is_taken_back, take_back, unfinished_imports};
pub(in crate::ops) use self::unfinished::{being_deleted, delete_in_portions};
use self::write::WritePortion;

/// Largest number of times that an import is planned: once, and again whenever somebody else has changed the
/// rows that it was about to write.
const ATTEMPTS: usize = 3;

/// Imports the document: all of it, or nothing and the reason. An import that is cut off is finished by
/// importing the document again.
///
/// A portion that is refused after it has written fails the commands of its group with it: the ledger should
/// serve nobody else meanwhile (see [`import_alone`]).
///
/// `progress` gets, after each account, how many have been written, and of how many.
pub async fn import(
    ledger: &Ledger,
    storage: &dyn Storage,
    document: Arc<Document>,
    now: Timestamp,
    size: PortionSize,
    mut progress: impl FnMut(usize, usize) + Send,
) -> Result<Summary, ImportError> {
    // The database keeps whole milliseconds, and an import that is resumed is planned at the time that is
    // stored.
    let now = Time::from(now).0;
    let total = document.accounts.len();
    let mut told = 0;
    let mut tell = |done: usize| {
        while told < done.min(total) {
            told += 1;
            progress(told, total);
        }
    };
    let mut summary = None;
    let (mut attempt, mut has_written) = (1, false);
    loop {
        let plan = Plan::make(storage.read().await?.as_mut(), &document, now).await;
        let plan = plan.map_err(|error| if has_written { after_a_part(error) } else { error })?;
        has_written |= plan.unfinished.is_some();
        // The first plan counts everything. A later plan finds a part of it done.
        let mut summary = summary.get_or_insert_with(|| plan.summary(&document)).clone();
        // Each plan makes new secrets. Those of the plan that is written to its end are stored.
        summary.new_secrets.clone_from(&plan.subscriptions.new_secrets);
        match write(ledger, storage, plan, &document, size, &mut has_written, &mut tell).await {
            Err(ImportError::Changed(_) | ImportError::Invalid(_) | ImportError::CutOff(_))
                if attempt < ATTEMPTS =>
            {
                attempt += 1;
            }
            written => return written.map(|()| summary),
        }
    }
}

/// Returns what the import of the document would do, and writes nothing; or why it would be refused.
pub async fn preview(
    storage: &dyn Storage,
    document: &Document,
    now: Timestamp,
) -> Result<Preview, ImportError> {
    let now = Time::from(now).0;
    let plan = Plan::make(storage.read().await?.as_mut(), document, now).await?;
    Ok(plan.preview(document))
}

/// Imports the document with a ledger writer of its own, as a process does that serves nobody.
pub async fn import_alone(
    storage: Arc<dyn Storage>,
    document: Arc<Document>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    progress: impl FnMut(usize, usize) + Send,
) -> Result<Summary, ImportError> {
    let now = clock.now();
    let (ledger, writer) = Ledger::start(Arc::clone(&storage), clock, ids, LedgerOptions::default())?;
    let imported = import(&ledger, storage.as_ref(), document, now, PortionSize::default(), progress).await;
    // A panic of the writer has been logged, and has failed what was submitted.
    let _ = tokio::task::spawn_blocking(|| writer.stop()).await;
    imported
}

/// Writes a plan, portion by portion. `has_written` becomes true with the first portion, `tell` gets the
/// number of accounts that have been written.
async fn write(
    ledger: &Ledger,
    storage: &dyn Storage,
    plan: Plan,
    document: &Arc<Document>,
    size: PortionSize,
    has_written: &mut bool,
    tell: &mut (dyn FnMut(usize) + Send),
) -> Result<(), ImportError> {
    let portions = portions(&plan, document, size);
    let (mut journal, plan) = (plan.journal(), Arc::new(plan));
    let mut done = plan.accounts_in_place();
    tell(done);
    for (index, portion) in portions.into_iter().enumerate() {
        if index > 0 && !storage.is_remote() {
            tokio::time::sleep(PAUSE).await;
        }
        done += portion.accounts.len();
        let written = WritePortion::new(&plan, document, journal, portion).submit(ledger).await;
        journal = written.map_err(|error| if *has_written { after_a_part(error) } else { error })?;
        *has_written = true;
        tell(done);
    }
    Ok(())
}

/// The error of a portion before which others were written.
fn after_a_part(error: ImportError) -> ImportError {
    match error {
        ImportError::Invalid(errors) => match errors.listed() {
            [first, ..] => ImportError::CutOff(first.clone()),
            [] => ImportError::Invalid(errors),
        },
        error => error,
    }
}
