//! A fresh database, a clock that does not move, ids that count, and everything that is stored as one value
//! to compare.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use rankledger_domain::definition::{ClockInType, CustomLogType, ProfileFieldDefinition};
use rankledger_domain::game_server::GameServer;
use rankledger_domain::ids::{ChangeNumber, Ids};
use rankledger_domain::promotion_flow::PromotionFlow;
use rankledger_domain::rank_change::RankChange;
use rankledger_domain::subscription::Subscription;
use rankledger_domain::time::Clock;
use rankledger_instances::{fresh_in_run, is_on_postgres};
use rankledger_server::ops::import::{Document, Format, ImportError, Summary, import_alone};
use rankledger_storage::Storage;
use rankledger_storage::clock_rows::ActivityRow;
use rankledger_storage::communities::Community;
use rankledger_storage::departments::{Department, DepartmentRank};
use rankledger_storage::postgres::{PostgresOptions, PostgresStorage};
use rankledger_storage::sqlite::SqliteStorage;
use rankledger_storage::standings::{AccountDetails, AccountSnapshot, Standing};
use tempfile::TempDir;
use uuid::Uuid;

/// The time of every import in these tests.
pub(crate) const NOW: &str = "2026-06-01T12:00:00.000Z";

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().expect("a time in RFC 3339")
}

pub(crate) struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        time(NOW)
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

/// Ids that no document in these tests uses: they count from 2^100.
#[derive(Default)]
pub(crate) struct CountingIds(AtomicU64);

impl Ids for CountingIds {
    fn uuid(&self) -> Uuid {
        Uuid::from_u128((1 << 100) + u128::from(self.0.fetch_add(1, Ordering::Relaxed)))
    }
}

/// A database, thrown away at the end of its test.
pub(crate) struct Database {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) ids: Arc<CountingIds>,
    place: TestDatabase,
}

/// Where the database is: with `RANKLEDGER_TEST_BACKEND=postgres` in the PostgreSQL that `cargo xtask test`
/// starts. The database goes with this value.
enum TestDatabase {
    Folder(TempDir),
    Postgres(rankledger_instances::Database),
}

/// Everything that is stored of a community.
#[derive(Debug, PartialEq)]
pub(crate) struct Everything {
    pub(crate) community: Community,
    pub(crate) servers: Vec<GameServer>,
    pub(crate) departments: Vec<Department>,
    pub(crate) ranks: Vec<DepartmentRank>,
    pub(crate) flows: Vec<PromotionFlow>,
    pub(crate) profile_fields: Vec<ProfileFieldDefinition>,
    pub(crate) clock_in_types: Vec<ClockInType>,
    pub(crate) custom_log_types: Vec<CustomLogType>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) accounts: Vec<StoredAccount>,
    /// Of each account, in the order of the accounts.
    pub(crate) activity_rows: Vec<Vec<ActivityRow>>,
    pub(crate) changes: Vec<RankChange>,
}

/// The whole row of an account.
#[derive(Debug, PartialEq)]
pub(crate) struct StoredAccount {
    pub(crate) standing: Standing,
    details: Arc<AccountDetails>,
}

impl From<AccountSnapshot> for StoredAccount {
    fn from(AccountSnapshot { standing, details }: AccountSnapshot) -> Self {
        Self { standing, details }
    }
}

impl Deref for StoredAccount {
    type Target = AccountDetails;

    fn deref(&self) -> &AccountDetails {
        &self.details
    }
}

impl Everything {
    pub(crate) fn account(&self, name: &str) -> &StoredAccount {
        self.accounts.iter().find(|account| account.profile.name == name).expect("an account of this name")
    }

    pub(crate) fn activity_of(&self, name: &str) -> &[ActivityRow] {
        let index = self.accounts.iter().position(|account| account.profile.name == name);
        &self.activity_rows[index.expect("an account of this name")]
    }

    pub(crate) fn rank(&self, key: &str) -> &DepartmentRank {
        self.ranks.iter().find(|rank| rank.rank.key.as_deref() == Some(key)).expect("a rank of this key")
    }
}

impl Database {
    pub(crate) async fn new() -> Self {
        let ids = Arc::default();
        if is_on_postgres() {
            let database = fresh_in_run("empty", async |url| drop(open(url).await)).await;
            let storage = Arc::new(open(&database.url).await);
            return Self { storage, ids, place: TestDatabase::Postgres(database) };
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let storage = SqliteStorage::open(&folder.path().join("test.db")).expect("a fresh database");
        Self { storage: Arc::new(storage), ids, place: TestDatabase::Folder(folder) }
    }

    /// Opens the database once more, as another process does.
    pub(crate) async fn open_again(&self) -> Arc<dyn Storage> {
        match &self.place {
            TestDatabase::Folder(folder) => {
                Arc::new(SqliteStorage::open(&folder.path().join("test.db")).expect("the database"))
            }
            TestDatabase::Postgres(database) => Arc::new(open(&database.url).await),
        }
    }

    pub(crate) async fn import(&self, document: &Document) -> Result<Summary, ImportError> {
        let (storage, document) = (Arc::clone(&self.storage), Arc::new(document.clone()));
        let ids = Arc::<CountingIds>::clone(&self.ids);
        import_alone(storage, document, Arc::new(StoppedClock), ids, |_, _| {}).await
    }

    pub(crate) async fn import_yaml(&self, yaml: &str) -> Result<Summary, ImportError> {
        self.import(&document(yaml)).await
    }

    /// Returns the errors of the document, each as `place: sentence`. Checks that nothing of it is stored.
    pub(crate) async fn problems_of(&self, yaml: &str) -> Vec<String> {
        let before = self.everything_there_is().await;
        let error = self.import_yaml(yaml).await.expect_err("the document has problems");
        assert_eq!(before, self.everything_there_is().await, "nothing was written");
        let ImportError::Invalid(problems) = error else { panic!("not a problem of the document: {error}") };
        problems.listed().iter().map(|problem| format!("{}: {}", problem.place, problem.sentence)).collect()
    }

    pub(crate) async fn everything(&self) -> Everything {
        let mut all = self.everything_there_is().await;
        assert_eq!(all.len(), 1, "there is one community");
        all.remove(0)
    }

    pub(crate) async fn everything_there_is(&self) -> Vec<Everything> {
        let mut tx = self.storage.read().await.expect("a view");
        let mut all = Vec::new();
        for community in tx.communities().await.expect("the communities") {
            let id = community.id;
            let (mut accounts, mut activity_rows) = (Vec::new(), Vec::new());
            for key in tx.account_names(id).await.expect("the accounts") {
                let found = tx.snapshot(id, key.id).await.expect("an account");
                accounts.extend(found.map(StoredAccount::from));
                activity_rows.push(tx.activity_rows(id, key.id).await.expect("its activity"));
            }
            let mut changes = Vec::new();
            for number in 1..=tx.last_change_number(id).await.expect("a number").0 {
                changes.extend(tx.rank_change(id, ChangeNumber(number)).await.expect("a rank change"));
            }
            all.push(Everything {
                community,
                servers: tx.game_servers(id).await.expect("the servers"),
                departments: tx.departments(id).await.expect("the departments"),
                ranks: tx.department_ranks(id).await.expect("the ranks"),
                flows: tx.promotion_flows(id).await.expect("the flows"),
                profile_fields: tx.profile_field_definitions(id).await.expect("the profile fields"),
                clock_in_types: tx.clockin_types(id).await.expect("the clock-in types"),
                custom_log_types: tx.custom_log_types(id).await.expect("the custom log types"),
                subscriptions: tx.subscriptions(id).await.expect("the subscriptions"),
                accounts,
                activity_rows,
                changes,
            });
        }
        all
    }
}

pub(crate) fn document(yaml: &str) -> Document {
    Document::parse(yaml, Format::Yaml).expect("a document that can be read")
}

/// Returns a community with the ranks `cadet`, `officer`, `chief` and `emeritus`, which is retired, followed
/// by `rest`.
pub(crate) fn club(rest: &str) -> String {
    format!(
        "\
community: {{ id: club, name: The Club }}
departments:
  - label: Police
    ranks:
      - {{ key: cadet, label: Cadet, power: 10 }}
      - {{ key: officer, label: Officer, power: 20 }}
      - {{ key: chief, label: Chief, power: 90 }}
      - {{ key: emeritus, label: Emeritus, power: 5, retired: true }}
{rest}"
    )
}

async fn open(url: &str) -> PostgresStorage {
    let url = url.parse().expect("an address");
    let options = PostgresOptions { writers: 2, readers: 2, ..PostgresOptions::default() };
    PostgresStorage::open(&url, options).await.expect("the schema is brought up to date")
}
