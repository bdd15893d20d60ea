//! A database of an earlier version keeps its data when it is opened.

use rankledger_domain::chain::{genesis, link};
use rankledger_domain::game_server::GameServer;
use rankledger_domain::identifier::is_personal;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use rankledger_storage::Storage;
use rankledger_storage::clock_rows::LatestRows;
use rankledger_storage::history::LedgerHead;
use rankledger_storage::sqlite::SqliteStorage;
use refinery_core::{Runner, SchemaVersion, Target, load_sql_migrations};
use rusqlite::Connection;
use uuid::Uuid;

use crate::TestDatabase;

/// Rows of a database of version 2: a community with two accounts, each with one rank change.
const ROWS_OF_VERSION_2: &str = "
    INSERT INTO communities (id, uuid, public_id, name, sub_version, undo_needs_user, created_at)
    VALUES (1, x'00000000000000000000000000000001', 'club', 'The Club', 3, 0, 0);
    INSERT INTO departments (community, id, label, label_two, position)
    VALUES (1, x'00000000000000000000000000000001', 'Police', 'PD', 0);
    INSERT INTO accounts (community, id, unique_id, custom_unique_id, name, name_folded, sys_status, join_date,
        api_id_preference)
    VALUES (1, x'00000000000000000000000000000001', 1001, 0, 'Ann', 'ann', 1, 0, 0),
        (1, x'00000000000000000000000000000002', 1002, 0, 'Bob', 'bob', 1, 0, 0);
    INSERT INTO account_standings (community, account, com_status, owner, banned, archived, version)
    SELECT community, id, 0, 0, 0, 0, 1 FROM accounts;
    INSERT INTO clock_rows (community, id, account, start_time, completed, notes, type)
    VALUES (1, x'00000000000000000000000000000007', x'00000000000000000000000000000001', 0, 0, '[]', 'patrol');
    INSERT INTO rank_changes (community, number, undo_id, log_id, account, at, ranks_before, ranks_after,
        status_before, status_after, kind, source)
    VALUES (1, 1, x'00000000000000000000000000000011', zeroblob(16), x'00000000000000000000000000000002', 5,
            '[]', '[]', 0, 1, 'change', 'api'),
        (1, 2, x'00000000000000000000000000000012', zeroblob(16), x'00000000000000000000000000000001', 6,
            '[]', '[]', 0, 1, 'change', 'api');
    INSERT INTO outbox (community, id, topic, change_number, created_at)
    VALUES (1, x'00000000000000000000000000000021', 'account.updated', 1, 5),
        (1, x'00000000000000000000000000000022', 'account.updated', 2, 6);";

/// Migrates the file to this version.
pub(crate) fn migrate(conn: &mut Connection, version: SchemaVersion) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");
    let migrations = load_sql_migrations(folder).expect("the migrations");
    Runner::new(&migrations).set_target(Target::Version(version)).run(conn).expect("its migrations");
}

/// Makes the file as version 2 left it.
fn of_version_2(place: &TestDatabase) {
    let mut conn = Connection::open(place.file()).expect("a file");
    conn.pragma_update(None, "application_id", 0x524B_4C47).expect("the mark of Rankledger");
    migrate(&mut conn, 2);
    conn.execute_batch(ROWS_OF_VERSION_2).expect("its rows");
}

fn account(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(number))
}

#[tokio::test]
async fn rows_of_version_2_are_as_before_and_new_columns_are_empty() {
    let place = TestDatabase::new();
    of_version_2(&place);
    let storage = SqliteStorage::open(&place.file()).expect("it is brought up to date");
    let (club, mut tx) = (CommunityId(1), storage.read().await.expect("a view"));
    let found = tx.community(club).await.expect("a look-up").expect("the community");
    assert_eq!((found.name.as_str(), found.custom_domain), ("The Club", None));
    let departments = tx.departments(club).await.expect("a list");
    assert_eq!((departments[0].label_two.as_str(), departments[0].retired), ("PD", false));
    let ann = tx.snapshot(club, account(1)).await.expect("a look-up").expect("the account").details;
    assert_eq!((ann.profile.name.as_str(), ann.clock_rows.len()), ("Ann", 1));
    let all = LatestRows { kind: None, server: None, take: 10 };
    assert_eq!(tx.latest_activity_rows(club, account(1), all).await.expect("a list"), []);
    assert_eq!(tx.profile_field_definitions(club).await.expect("a list"), []);
}

/// Additional rows of a database of version 3: a community with a long history whose last change was undone,
/// and one without any history.
const ROWS_OF_VERSION_3: &str = "
    INSERT INTO communities (id, uuid, public_id, name, sub_version, undo_needs_user, created_at)
    VALUES (2, x'00000000000000000000000000000002', 'old', 'The Old', 3, 0, 0),
        (3, x'00000000000000000000000000000003', 'new', 'The New', 3, 0, 0);
    INSERT INTO ledger_heads (community, last_number) VALUES (2, 2002), (3, 0);
    INSERT INTO accounts (community, id, unique_id, custom_unique_id, name, name_folded, sys_status, join_date,
        api_id_preference)
    VALUES (2, x'00000000000000000000000000000001', 1001, 0, 'Ann', 'ann', 1, 0, 0);
    INSERT INTO rank_changes (community, number, undo_id, log_id, account, at, ranks_before, ranks_after,
        status_before, status_after, active, kind, source, actor, credential, reason, reverses, reversed_by)
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2002)
    SELECT 2, n, unhex(printf('%032x', 10000 + n)), unhex(printf('%032x', 20000 + n)),
        x'00000000000000000000000000000001', n, '[\"00000000-0000-0000-0000-000000000005\"]',
        '[{\"rank\":\"00000000-0000-0000-0000-000000000006\",\"expiresAt\":77}]', 0, 1, iif(n % 2, NULL, 1),
        iif(n = 2002, 'undo', 'change'), 'api', iif(n % 3, NULL, x'00000000000000000000000000000001'),
        iif(n % 5, NULL, x'00000000000000000000000000000009'), iif(n % 7, NULL, 'Grund ' || n),
        iif(n = 2002, 2001, NULL), iif(n = 2001, 2002, NULL)
    FROM numbers;";

/// Makes the file as version 3 left it.
fn of_version_3(place: &TestDatabase) {
    of_version_2(place);
    let mut conn = Connection::open(place.file()).expect("the file");
    migrate(&mut conn, 3);
    conn.execute_batch(ROWS_OF_VERSION_3).expect("its rows");
    conn.execute("INSERT INTO ledger_heads (community, last_number) VALUES (1, 2)", []).expect("a head");
}

/// Walks the chain of a community. Returns its last number and hash.
async fn chain_of(storage: &dyn Storage, community: CommunityId, uuid: u128) -> LedgerHead {
    let mut tx = storage.read().await.expect("a view");
    let mut head = LedgerHead { number: ChangeNumber(0), hash: genesis(Uuid::from_u128(uuid)) };
    while let Some(next) = tx.linked_change(community, head.number.next()).await.expect("a look-up") {
        head = LedgerHead { number: next.change.number, hash: link(head.hash, &next.change) };
        assert_eq!(next.hash, head.hash, "{}", next.change.number);
    }
    head
}

#[tokio::test]
async fn changes_of_version_3_are_linked_to_a_chain() {
    let place = TestDatabase::new();
    of_version_3(&place);
    // The second opening gives the same result as the first.
    for _ in 0..2 {
        let storage = SqliteStorage::open(&place.file()).expect("it is brought up to date");
        for (community, uuid, last) in [(1, 1, 2), (2, 2, 2002), (3, 3, 0)] {
            let head = chain_of(&storage, CommunityId(community), uuid).await;
            assert_eq!(head.number, ChangeNumber(last));
            let mut tx = storage.read().await.expect("a view");
            assert_eq!(tx.ledger_head(CommunityId(community)).await.expect("a look-up"), head);
        }
    }
}

/// Credentials of a database of version 14.
const CREDENTIALS_OF_VERSION_14: &str = "
    INSERT INTO communities (id, uuid, public_id, name, sub_version, undo_needs_user, created_at)
    VALUES (1, x'00000000000000000000000000000001', 'club', 'The Club', 3, 0, 0);
    INSERT INTO credentials (community, id, name, key_hash, scopes, created_at)
    VALUES (1, x'00000000000000000000000000000001', 'bot', zeroblob(32), 'ranks:write ranks:undo', 1),
        (1, x'00000000000000000000000000000002', 'forced', x'01', 'accounts:read ranks:undo ranks:force', 2),
        (1, x'00000000000000000000000000000003', 'reader', x'02', 'accounts:read', 3),
        (1, x'00000000000000000000000000000004', 'admin', x'03', 'admin', 4);";

#[tokio::test]
async fn a_credential_that_could_undo_can_still_roll_back() {
    let place = TestDatabase::new();
    let mut conn = Connection::open(place.file()).expect("a file");
    conn.pragma_update(None, "application_id", 0x524B_4C47).expect("the mark of Rankledger");
    migrate(&mut conn, 14);
    conn.execute_batch(CREDENTIALS_OF_VERSION_14).expect("its credentials");
    drop(conn);
    let storage = SqliteStorage::open(&place.file()).expect("it is brought up to date");
    let mut tx = storage.read().await.expect("a view");
    let credentials = tx.credentials(CommunityId(1)).await.expect("a list");
    let scopes: Vec<_> = credentials.iter().map(|credential| credential.scopes.to_string()).collect();
    let expected = [
        "ranks:write ranks:undo ranks:rollback",
        "accounts:read ranks:undo ranks:rollback ranks:force",
        "accounts:read",
        "admin",
    ];
    assert_eq!(scopes, expected);
}

#[tokio::test]
async fn game_servers_of_version_18_are_as_before_and_let_everybody_in() {
    let place = TestDatabase::new();
    let mut conn = Connection::open(place.file()).expect("a file");
    conn.pragma_update(None, "application_id", 0x524B_4C47).expect("the mark of Rankledger");
    migrate(&mut conn, 18);
    let rows = "
        INSERT INTO communities (id, uuid, public_id, name, sub_version, undo_needs_user, created_at)
        VALUES (1, x'00000000000000000000000000000001', 'club', 'The Club', 3, 0, 0);
        INSERT INTO game_servers (community, id, name, description) VALUES (1, 7, 'Main', 'City'), (1, -1, 'Odd', '');";
    conn.execute_batch(rows).expect("its rows");
    drop(conn);
    let storage = SqliteStorage::open(&place.file()).expect("it is brought up to date");
    let mut tx = storage.read().await.expect("a view");
    let main = GameServer { description: "City".to_owned(), ..GameServer::named(7, "Main") };
    let expected = [GameServer::named(-1, "Odd"), main];
    assert_eq!(tx.game_servers(CommunityId(1)).await.expect("a list"), expected);
    assert_eq!(tx.community(CommunityId(1)).await.expect("a look-up").expect("the community").servers, 2);
}

#[tokio::test]
async fn what_refers_to_accounts_and_ranks_from_the_ledger_does_so_without_foreign_keys() {
    let place = TestDatabase::new();
    of_version_3(&place);
    let keys = |conn: &Connection, table: &str| -> i64 {
        let sql = "SELECT count(*) FROM pragma_foreign_key_list(?1)";
        conn.query_row(sql, [table], |row| row.get(0)).expect("a number")
    };
    let before = Connection::open(place.file()).expect("the file");
    assert_ne!((keys(&before, "rank_changes"), keys(&before, "account_ranks")), (0, 0));
    drop(SqliteStorage::open(&place.file()).expect("it is brought up to date"));

    let after = Connection::open(place.file()).expect("the file");
    assert_eq!((keys(&after, "rank_changes"), keys(&after, "account_ranks")), (0, 0));
    assert_ne!(keys(&after, "identifiers"), 0, "others keep theirs");
    let whole: String = after.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a word");
    assert_eq!(whole, "ok");
    // A connection that was open before the migration sees the same.
    assert_eq!((keys(&before, "rank_changes"), keys(&before, "account_ranks")), (0, 0));
}

#[tokio::test]
async fn identifiers_that_people_share_belong_to_nobody_after_the_upgrade() {
    let place = TestDatabase::new();
    of_version_2(&place);
    let kinds = ["discord", "license2", "iphone", "ip", "hwid", "hwid_3", "token2"];
    let conn = Connection::open(place.file()).expect("the file");
    for (number, kind) in (1_u8..).zip(kinds) {
        let sql = "INSERT INTO identifiers (community, id, account, type, value, ref_count, verified, metadata, created_at)
             VALUES (1, ?1, x'00000000000000000000000000000001', ?2, '1', 1, 1, '{}', ?3)";
        conn.execute(sql, rusqlite::params![[number; 16], kind, number])
            .expect("a row of an earlier version");
    }
    drop(conn);
    let storage = SqliteStorage::open(&place.file()).expect("it is brought up to date");
    let mut tx = storage.read().await.expect("a view");
    let found = tx.identifiers(CommunityId(1), account(1)).await.expect("a list");
    for identifier in &found {
        assert_eq!(identifier.verified, is_personal(&identifier.kind), "{}", identifier.kind);
    }
    assert_eq!(found.iter().filter(|identifier| identifier.verified).count(), 3);
}
