//! The history and its repair, as callers ask for them. Also histories that are too long to be made by
//! requests.

use serde_json::{Value, json};

use super::test_database::TestDatabase;
use super::{Actor, Answer, Server, account};

/// Path of the history.
pub(crate) const HISTORY: &str = "/v2/community/rank-changes";

impl Actor {
    /// Requests a page of the history. `query` has the parameters.
    pub(crate) async fn history(&self, query: &str) -> Answer {
        self.get(&format!("{HISTORY}?{query}")).await
    }

    /// Returns the numbers of the changes on that page.
    pub(crate) async fn numbers(&self, query: &str) -> Vec<i64> {
        numbers(&self.history(query).await.ok()["data"]["rankChanges"])
    }

    /// Requests a change of the history, by its undo id or number.
    pub(crate) async fn recorded(&self, change: impl std::fmt::Display) -> Answer {
        self.get(&format!("{HISTORY}/{change}")).await
    }

    /// Requests the history as a file. `query` has the parameters.
    pub(crate) async fn export(&self, query: &str) -> Answer {
        self.get(&format!("{HISTORY}/export?{query}")).await
    }

    /// Returns the lines of the history, oldest first.
    pub(crate) async fn lines(&self, query: &str) -> Vec<Value> {
        let answer = self.export(query).await;
        answer.success();
        answer.text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    /// Sends a rollback request with this body.
    pub(crate) async fn rollback(&self, body: Value) -> Answer {
        self.post(&format!("{HISTORY}/rollback"), body).await
    }

    /// Previews a rollback with this filter.
    pub(crate) async fn preview(&self, filter: Value) -> Answer {
        self.rollback(json!({ "filter": filter })).await
    }

    /// Runs the rollback that was previewed.
    pub(crate) async fn run(&self, preview: &Answer) -> Answer {
        self.rollback(json!({ "planToken": preview.plan_token() })).await
    }

    /// Previews and runs a rollback.
    pub(crate) async fn roll_back(&self, filter: Value) -> Answer {
        let preview = self.preview(filter).await;
        self.run(&preview).await
    }

    /// Requests the status of a rollback.
    pub(crate) async fn rollback_status(&self, batch: &str) -> Answer {
        self.get(&format!("{HISTORY}/rollbacks/{batch}")).await
    }
}

impl Answer {
    /// Returns the token of a preview.
    #[track_caller]
    pub(crate) fn plan_token(&self) -> &str {
        self.ok()["data"]["planToken"].as_str().expect("a preview has a token")
    }

    /// Returns the batch id of a rollback that undid something.
    #[track_caller]
    pub(crate) fn batch(&self) -> String {
        self.ok()["data"]["batchId"].as_str().expect("something was undone").to_owned()
    }

    /// Returns the counts of a rollback: accounts, changes, undone, already, skipped.
    #[track_caller]
    pub(crate) fn counts(&self) -> [u64; 5] {
        let counts = &self.ok()["data"]["counts"];
        let count = |name: &str| counts[name].as_u64().expect("a count");
        ["accounts", "changes", "undone", "already", "skipped"].map(count)
    }

    /// Returns the step of a rollback for the change with this number.
    #[track_caller]
    pub(crate) fn step(&self, number: i64) -> &Value {
        let accounts = self.ok()["data"]["accounts"].as_array().expect("accounts");
        let mut steps = accounts.iter().filter_map(|account| account["changes"].as_array()).flatten();
        steps.find(|step| step["changeNumber"] == number).expect("the change is among them")
    }

    /// Returns the answer for a snapshot, without the plan token, which nobody reads.
    pub(crate) fn whole_but_token(&self) -> Value {
        let mut whole = self.whole();
        for place in ["/body/data/planToken", "/body/preview/planToken"] {
            if let Some(token) = whole.pointer_mut(place) {
                *token = json!("[token]");
            }
        }
        whole
    }
}

/// Returns the numbers of these changes.
pub(crate) fn numbers(changes: &Value) -> Vec<i64> {
    let changes = changes.as_array().expect("a list of changes");
    changes.iter().map(|change| change["changeNumber"].as_i64().expect("a number")).collect()
}

impl Server {
    /// Runs SQL on the database directly.
    pub(crate) async fn sql(&self, sql: &str) {
        self.place.run(sql).await;
    }

    /// Writes this many changes of the newcomer by the chief to the ledger. They change nothing, and their
    /// hashes are not real.
    pub(crate) async fn lengthen_history(&self, count: u32) {
        let (newcomer, chief) = (account::NEWCOMER, account::CHIEF);
        let [zeros, nothing, no, empty] = match *self.place {
            TestDatabase::Sqlite(_) => ["zeroblob(16)", "zeroblob(32)", "0", "zeroblob(0)"],
            TestDatabase::Postgres(_) => {
                ["gen_random_uuid()", "decode(repeat('00', 32), 'hex')", "false", "''::bytea"]
            }
        };
        let (undo_id, newcomer, chief) = match *self.place {
            TestDatabase::Sqlite(_) => {
                let blob = |id: &str| format!("x'{}'", id.replace('-', ""));
                ("unhex(printf('%032x', 4096 + n))", blob(newcomer), blob(chief))
            }
            TestDatabase::Postgres(_) => {
                let uuid = |id: &str| format!("'{id}'::uuid");
                ("lpad(to_hex(4096 + n), 32, '0')::uuid", uuid(newcomer), uuid(chief))
            }
        };
        self.sql(&format!(
            "INSERT INTO undo_ids (community, undo_id, number)
             WITH RECURSIVE steps (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM steps WHERE n < {count})
             SELECT community, {undo_id}, last_number + n
             FROM steps, ledger_heads JOIN communities ON id = community WHERE public_id = 'club';
             INSERT INTO rank_changes (community, number, undo_id, log_id, account, previous, at, ranks_before, ranks_after,
                 status_before, status_after, kind, source, actor, hash)
             WITH RECURSIVE steps (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM steps WHERE n < {count})
             SELECT h.community, last_number + n, {undo_id}, {zeros}, {newcomer},
                 CASE n WHEN 1 THEN last_change ELSE last_number + n - 1 END, n, {empty}, {empty}, {no}, {no}, 'change', 'api',
                 {chief}, {nothing}
             FROM steps, ledger_heads h JOIN communities ON id = h.community
                 JOIN account_standings s ON s.community = h.community AND s.account = {newcomer}
             WHERE public_id = 'club';
             UPDATE account_standings SET last_change =
                 (SELECT last_number + {count} FROM ledger_heads h WHERE h.community = account_standings.community)
             WHERE account = {newcomer} AND community = (SELECT id FROM communities WHERE public_id = 'club');
             UPDATE ledger_heads SET last_number = last_number + {count}
             WHERE community = (SELECT id FROM communities WHERE public_id = 'club');"
        ))
        .await;
    }
}
