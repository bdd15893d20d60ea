//! Query plans of SQLite: every look-up uses an index, and none reads a whole community.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::TestDatabase;

/// Returns the steps of the plan for a query.
fn plan(conn: &Connection, sql: &str) -> Vec<String> {
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a query");
    // The values of the parameters do not matter, because the query is not run.
    let steps = statement.raw_query().mapped(|row| row.get("detail")).collect::<Result<_, _>>();
    steps.expect("its plan")
}

fn texts(conn: &Connection, sql: &str) -> BTreeSet<String> {
    let mut statement = conn.prepare(sql).expect("a query");
    let rows = statement.query_map([], |row| row.get(0)).expect("its rows");
    rows.collect::<Result<_, _>>().expect("texts")
}

#[test]
fn the_planners_figures_are_of_indices_that_there_are() {
    let place = TestDatabase::new();
    let conn = place.made();
    // The index in which a table without row ids is stored has the name of the table.
    let indices = texts(
        &conn,
        "SELECT t.name || ' ' || iif(i.origin = 'pk', t.name, i.name)
         FROM pragma_table_list t JOIN pragma_index_list(t.name) i WHERE t.schema = 'main'",
    );
    let figures = texts(&conn, "SELECT tbl || ' ' || idx FROM sqlite_stat1");
    let of_nothing: Vec<_> = figures.difference(&indices).collect();
    assert!(of_nothing.is_empty(), "{of_nothing:?} are not among {indices:?}");
    assert!(figures.contains("activity_rows activity_rows_by_account"), "{figures:?}");
}

#[test]
fn no_figure_counts_more_columns_than_its_index_has() {
    let place = TestDatabase::new();
    let conn = place.made();
    let wrong = texts(
        &conn,
        "SELECT s.idx || ': ' || s.stat || ' for ' || group_concat(c.name)
         FROM sqlite_stat1 s JOIN pragma_index_list(s.tbl) i
             ON i.name = s.idx OR (i.origin = 'pk' AND s.idx = s.tbl)
             JOIN pragma_index_xinfo(i.name) c ON c.key = 1
         GROUP BY s.idx
         HAVING length(s.stat) - length(replace(s.stat, ' ', '')) > count(*)",
    );
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn clock_rows_and_activity_rows_are_found_in_order_by_their_account() {
    let place = TestDatabase::new();
    let conn = place.made();
    for (table, condition) in [
        ("clock_rows", "completed = 0"),
        ("clock_rows", "(?3 IS NULL OR type = ?3)"),
        ("activity_rows", "(?3 IS NULL OR type = ?3) AND (?4 IS NULL OR server = ?4)"),
    ] {
        let sql = format!(
            "SELECT * FROM {table} WHERE community = ?1 AND account = ?2 AND {condition}
             ORDER BY start_time DESC, id DESC LIMIT 5"
        );
        let expected = format!("SEARCH {table} USING INDEX {table}_by_account (community=? AND account=?)");
        assert_eq!(plan(&conn, &sql), [expected], "and nothing is sorted");
    }
}

#[test]
fn who_is_on_a_game_server_is_found_without_those_who_were() {
    let place = TestDatabase::new();
    let conn = place.made();
    let on_it = "SELECT * FROM activity_rows WHERE community = ?1 AND server = ?2";
    let by_server = "SEARCH activity_rows USING INDEX open_activity_rows (community=? AND server=?";
    let all = plan(&conn, &format!("{on_it} AND NOT completed ORDER BY start_time, id"));
    assert_eq!(all[0], format!("{by_server})"));
    let one = plan(&conn, &format!("{on_it} AND account = ?3 AND NOT completed ORDER BY start_time, id"));
    assert_eq!(one[0], format!("{by_server} AND account=?)"));
}

#[test]
fn what_somebody_took_away_lately_is_found_in_order() {
    let place = TestDatabase::new();
    let conn = place.made();
    let who = "WHERE community = ?1 AND who = ?2";
    let by_key = "SEARCH rank_removals USING PRIMARY KEY (community=? AND who=? AND";
    let lately = plan(
        &conn,
        &format!("SELECT at, count FROM rank_removals {who} AND at > ?3 AND at <= ?4 ORDER BY at"),
    );
    assert_eq!(lately, [format!("{by_key} at>? AND at<?)")], "and nothing is sorted");
}

#[test]
fn short_urls_are_found_by_code_and_by_place() {
    let place = TestDatabase::new();
    let conn = place.made();
    let by_code = plan(&conn, "SELECT * FROM short_urls WHERE code = ?1");
    assert_eq!(by_code, ["SEARCH short_urls USING INDEX sqlite_autoindex_short_urls_1 (code=?)"]);
    let to = "SELECT * FROM short_urls WHERE community = ?1 AND path = ?2 AND custom_domain = ?3";
    let columns = "(community=? AND path=? AND custom_domain=?)";
    assert_eq!(
        plan(&conn, to),
        [format!("SEARCH short_urls USING INDEX sqlite_autoindex_short_urls_3 {columns}")]
    );
}

#[test]
fn an_undo_id_is_found_by_the_number_it_holds_or_in_its_table() {
    let place = TestDatabase::new();
    let conn = place.made();
    let sql = "SELECT account FROM rank_changes WHERE community = ?1 AND undo_id = ?2
        AND number IN (?3, (SELECT number FROM undo_ids WHERE community = ?1 AND undo_id = ?2))";
    let steps = plan(&conn, sql);
    let by_number = "SEARCH rank_changes USING PRIMARY KEY (community=? AND number=?)";
    let by_id = "SEARCH undo_ids USING PRIMARY KEY (community=? AND undo_id=?)";
    assert!(steps.iter().any(|step| step == by_number), "{steps:?}");
    assert!(steps.iter().any(|step| step == by_id), "{steps:?}");
}

#[test]
fn idempotency_keys_are_found_by_name_and_the_oldest_without_a_search() {
    let place = TestDatabase::new();
    let conn = place.made();
    let by_name = "SELECT * FROM idempotency_keys WHERE community = ?1 AND credential = ?2 AND key = ?3";
    let index = "sqlite_autoindex_idempotency_keys_1 (community=? AND credential=? AND key=?)";
    assert_eq!(plan(&conn, by_name), [format!("SEARCH idempotency_keys USING INDEX {index}")]);
    let oldest = "SELECT rowid FROM idempotency_keys WHERE community = ?1 AND created_at <= ?2 ORDER BY created_at LIMIT 10";
    let index = "idempotency_keys_by_time (community=? AND created_at<?)";
    assert_eq!(
        plan(&conn, oldest),
        [format!("SEARCH idempotency_keys USING COVERING INDEX {index}")],
        "and nothing is sorted"
    );
}

#[test]
fn the_history_is_found_by_an_index_and_nothing_is_sorted() {
    let place = TestDatabase::new();
    let conn = place.made();
    for (condition, columns) in [
        ("", "PRIMARY KEY (community=?"),
        ("AND actor = ?2", "rank_changes_by_actor (community=? AND actor=?"),
        ("AND credential = ?2", "rank_changes_by_credential (community=? AND credential=?"),
    ] {
        for direction in ["DESC", "ASC"] {
            let sql = format!(
                "SELECT * FROM rank_changes WHERE community = ?1 AND number >= ?3 AND number <= ?4 {condition}
                 ORDER BY number {direction}"
            );
            let steps = plan(&conn, &sql);
            let columns = format!("{columns} AND number>? AND number<?)");
            assert!(steps.iter().any(|step| step.contains(&columns)), "{sql}: {steps:?}");
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{sql}: {steps:?}");
        }
    }
}

#[test]
fn what_is_pruned_is_found_by_number() {
    let place = TestDatabase::new();
    let conn = place.made();
    let changes = plan(&conn, "DELETE FROM rank_changes WHERE community = ?1 AND number <= ?2");
    let by_number = "SEARCH rank_changes USING PRIMARY KEY (community=? AND number<?)";
    assert!(changes.iter().any(|step| step == by_number), "{changes:?}");
}

#[test]
fn a_place_in_the_log_is_found_without_looking_at_others() {
    let place = TestDatabase::new();
    let conn = place.made();
    for (sql, expected) in [
        (
            "SELECT place, after_change FROM log_entries WHERE community = ?1 AND place <= ?2
             ORDER BY place DESC LIMIT 1",
            "SEARCH log_entries USING PRIMARY KEY (community=? AND place<?)",
        ),
        (
            "SELECT place, after_change FROM log_entries WHERE community = ?1 AND after_change < ?2
             ORDER BY after_change DESC, place DESC LIMIT 1",
            "SEARCH log_entries USING COVERING INDEX log_entries_by_change (community=? AND after_change<?)",
        ),
        (
            "SELECT * FROM log_entries WHERE community = ?1 AND place < ?2 ORDER BY place DESC LIMIT 26",
            "SEARCH log_entries USING PRIMARY KEY (community=? AND place<?)",
        ),
    ] {
        assert_eq!(plan(&conn, sql), [expected], "{sql}");
    }
}

#[test]
fn grants_that_end_are_found_in_the_order_of_their_ends() {
    let place = TestDatabase::new();
    let conn = place.made();
    let due = "SELECT community, account FROM account_standings WHERE next_end <= ?1
        ORDER BY next_end, community, account LIMIT ?2";
    let by_end = "account_standings USING COVERING INDEX account_standings_by_end";
    assert_eq!(plan(&conn, due), [format!("SEARCH {by_end} (next_end<?)")], "and nothing is sorted");
    let next = "SELECT next_end FROM account_standings WHERE next_end IS NOT NULL ORDER BY next_end LIMIT 1";
    let steps = plan(&conn, next);
    assert!(matches!(steps.as_slice(), [step] if step.contains(by_end)), "{steps:?}");
}
