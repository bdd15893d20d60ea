//! Databases that are made once and copied for each server, because an import takes longer than most tests.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rankledger_domain::ids::{BatchId, ChangeNumber};
use rankledger_domain::time::Clock;
use rankledger_server::ops::import::{Document, Format, import_alone};
use rankledger_storage::Storage;
use rankledger_storage::rollbacks::Rollback;
use rankledger_storage::sqlite::SqliteStorage;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::system::{CountingIds, SteppingClock};

pub(super) type Documents = &'static [&'static str];

/// The database of each list of documents.
static MADE: Mutex<Option<HashMap<Documents, Arc<Vec<u8>>>>> = Mutex::const_new(None);

/// Returns a name for the content of a database with these communities.
pub(super) fn name(documents: Documents) -> String {
    let mut hasher = DefaultHasher::new();
    documents.hash(&mut hasher);
    format!("communities-{:016x}", hasher.finish())
}

/// Makes a database file with these communities, at the time at which a server starts.
pub(super) async fn file(documents: Documents, path: &Path) {
    let mut made = MADE.lock().await;
    let made = made.get_or_insert_default();
    let bytes = match made.get(documents) {
        Some(bytes) => Arc::clone(bytes),
        None => Arc::clone(made.entry(documents).or_insert(Arc::new(imported(documents).await))),
    };
    std::fs::write(path, bytes.as_slice()).expect("a database file");
}

/// Returns a database file, into which these documents were imported.
async fn imported(documents: Documents) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("template.db");
    let storage = SqliteStorage::open(&path).expect("a fresh database");
    // The last connection that is closed moves the write-ahead log into the file.
    fill(Arc::new(storage), documents).await;
    std::fs::read(&path).expect("the database file")
}

/// Imports these documents into an empty database.
pub(super) async fn fill(storage: Arc<dyn Storage>, documents: Documents) {
    let (clock, ids) = (Arc::new(SteppingClock::default()), Arc::new(CountingIds::new(1)));
    for document in documents {
        let document = Document::parse(document, Format::Yaml).expect("a document of the kit");
        let (storage, document) = (Arc::clone(&storage), Arc::new(document));
        let (clock, ids) = (Arc::<SteppingClock>::clone(&clock), Arc::<CountingIds>::clone(&ids));
        let imported = import_alone(storage, document, clock, ids, |_, _| {}).await;
        imported.expect("a document of the kit is imported");
    }
    keep_rollback(storage.as_ref(), clock.now()).await;
}

/// Stores a rollback that the community has run, for requests that name one by its id. No import makes one.
async fn keep_rollback(storage: &dyn Storage, at: Timestamp) {
    let mut tx = storage.begin().await.expect("a transaction");
    let Some(club) = tx.community_by_public_id("club").await.expect("a look-up") else { return };
    let batch = BatchId(Uuid::from_u128(0x9000_0000_0000_0000_0000_0000_0000_0001));
    let none = ChangeNumber(0);
    let rollback = Rollback { batch, first: none, last: none, at, report: "{}".to_owned() };
    tx.insert_rollback(club.id, &rollback).await.expect("a rollback");
    tx.commit().await.expect("a commit");
}
