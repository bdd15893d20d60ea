//! Bringing a community in from a document: all of it is checked before any of it is written, in one transaction.
//!
//! [`Document`] is what is read, [`import`] what is done with it, [`Summary`] what came of it. What is stored already is
//! brought up to date, except what the ledger answers for: the ranks, status and flags of its accounts.

mod accounts;
mod changes;
mod checks;
mod community;
mod definitions;
mod document;
mod flows;
mod grants;
mod host;
mod ids;
mod parse;
mod parts;
mod plan;
mod problems;
mod rows;
mod stored;
mod structure;
mod summary;
mod write;
mod write_accounts;

use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;

pub use self::document::Document;
pub use self::host::BadHost;
pub use self::host::check_host;
pub use self::ids::community_uuid;
pub use self::parse::DocumentError;
pub use self::parse::Format;
use self::plan::Plan;
pub use self::problems::ImportError;
pub use self::problems::Problem;
pub use self::problems::Problems;
use self::stored::Stored;
pub use self::summary::Outcome;
pub use self::summary::Summary;
pub use self::summary::Tally;
use self::write::Writer;

/// Imports the document: all of it, or nothing and the reason.
///
/// `progress` is told after each account how many have been written, and of how many.
pub async fn import(
    storage: &dyn Storage,
    document: &Document,
    clock: &dyn Clock,
    ids: &dyn Ids,
    mut progress: impl FnMut(usize, usize) + Send,
) -> Result<Summary, ImportError> {
    let mut tx = storage.begin().await?;
    tx.expect_many_rows()?;
    let stored = Stored::load(&mut *tx, &document.community.id).await?;
    let now = clock.now();
    let plan = Plan::make(&mut *tx, document, &stored, now).await?;
    let writer = Writer { tx: &mut *tx, ids, now };
    let summary = writer.write(plan, &document.accounts, &stored, &mut progress).await?;
    tx.commit().await?;
    Ok(summary)
}
