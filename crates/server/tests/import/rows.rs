//! Clock rows and activity rows: found again, however many there are, and updated.

use std::fmt::Write;

use rankledger_server::ops::import::Tally;
use rankledger_storage::clock_rows::LatestRows;
use rankledger_storage::standings::MOST_CLOCK_ROWS;

use super::kit::{Database, time};

fn document(rows: &str) -> String {
    format!(
        "community: {{ id: club, name: Club }}
servers: [{{ id: 1, name: Main, description: '' }}, {{ id: 2, name: Second, description: '' }}]
accounts:
  - name: Ann
{rows}"
    )
}

#[tokio::test]
async fn more_rows_than_come_with_an_account_are_known_again() {
    let mut yaml = document("");
    for rows in ["clockRows", "activityRows"] {
        writeln!(yaml, "    {rows}:").expect("a text can be written to");
        for minute in 0..MOST_CLOCK_ROWS + 20 {
            let (hour, minute) = (minute / 60, minute % 60);
            writeln!(yaml, "      - {{ startTime: 2026-05-01T{hour:02}:{minute:02}:00Z, type: patrol }}")
                .expect("a text can be written to");
        }
    }
    let database = Database::new().await;
    database.import_yaml(&yaml).await.expect("it is imported");
    let before = database.everything().await;
    let summary = database.import_yaml(&yaml).await.expect("it is imported again");
    assert_eq!(summary.accounts, Tally { unchanged: 1, ..Tally::default() });
    assert_eq!(database.everything().await, before);

    let mut tx = database.storage.read().await.expect("a view");
    let every = LatestRows { kind: None, server: None, take: u32::MAX };
    let ann = before.account("Ann").profile.id;
    let rows = tx.latest_clock_rows(before.community.id, ann, every).await.expect("a list");
    assert_eq!(rows.len(), before.activity_of("Ann").len());
    assert_eq!(rows.len(), MOST_CLOCK_ROWS as usize + 20);
}

#[tokio::test]
async fn an_activity_row_is_brought_up_to_date() {
    let database = Database::new().await;
    let rows = |rest: &str| {
        document(&format!("    activityRows: [{{ startTime: 2026-05-01T00:00:00Z, type: patrol{rest} }}]"))
    };
    database.import_yaml(&rows(", server: 1, notes: [a]")).await.expect("it is imported");
    let before = database.everything().await;
    let summary = database.import_yaml(&rows("")).await.expect("it is imported");
    assert_eq!(summary.accounts.unchanged, 1, "what is left out stays");

    let end = ", endTime: 2026-05-01T01:00:00Z, server: 2";
    let summary = database.import_yaml(&rows(end)).await.expect("it is imported");
    assert_eq!(summary.accounts.updated, 1);
    let after = database.everything().await;
    let ([old], [new]) = (before.activity_of("Ann"), after.activity_of("Ann")) else { panic!("one row") };
    assert_eq!((new.row.id, &new.row.notes), (old.row.id, &old.row.notes));
    assert_eq!((new.row.end_time, new.row.completed), (Some(time("2026-05-01T01:00:00Z")), true));
    assert_eq!((old.server, new.server), (Some(1), Some(2)));
    let versions = [&before, &after].map(|all| all.account("Ann").standing.version);
    assert_eq!(versions[1], versions[0] + 1, "its ETag changes");
}

#[tokio::test]
async fn a_row_may_name_a_server_that_is_stored_and_not_in_the_document() {
    let database = Database::new().await;
    database.import_yaml(&document("")).await.expect("it is imported");
    let yaml = "community: { id: club, name: Club }
accounts: [{ name: Ann, activityRows: [{ startTime: 2026-05-01T00:00:00Z, type: patrol, server: 2 }] }]";
    database.import_yaml(yaml).await.expect("it is imported");
    assert_eq!(database.everything().await.activity_of("Ann")[0].server, Some(2));
}
