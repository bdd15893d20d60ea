//! `docs/compatibility.md` is true: the endpoints that it lists as present are there with the limit it gives,
//! and the others are absent.

use http::Method;
use rankledger_server::api::endpoints;
use rankledger_server::api::v1::TYPES;
use serde_json::json;

use crate::kit::Server;

/// A row of the tables of endpoints.
struct Row {
    method: Method,
    path: String,
    operation_id: String,
    per_minute: u32,
    is_absent: bool,
}

const DOCUMENT: &str = include_str!("../../../../docs/compatibility.md");

fn rows() -> Vec<Row> {
    DOCUMENT.lines().filter_map(row).collect()
}

/// Reads a line such as ``| `GET /v2/community` | `getCommunity` | 13 | same |``.
fn row(line: &str) -> Option<Row> {
    let cells: Vec<_> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
    let [_, endpoint, operation_id, per_minute, state, _] = cells.as_slice() else { return None };
    let (method, path) = endpoint.split_once(' ')?;
    Some(Row {
        method: method.parse().ok()?,
        path: path.to_owned(),
        operation_id: (*operation_id).to_owned(),
        per_minute: per_minute.parse().ok()?,
        is_absent: state.starts_with("absent"),
    })
}

#[test]
fn every_endpoint_stands_in_the_tables_with_its_limit() {
    let rows = rows();
    for endpoint in endpoints::endpoints() {
        let row = rows.iter().find(|row| row.operation_id == endpoint.operation_id);
        let row = row.unwrap_or_else(|| panic!("{} is not listed", endpoint.operation_id));
        assert!(!row.is_absent, "{} is there", endpoint.operation_id);
        assert_eq!(row.per_minute, endpoint.per_minute, "{}", endpoint.operation_id);
    }
    let there = rows.iter().filter(|row| !row.is_absent).count();
    assert_eq!(there, endpoints::rows().len(), "nothing is listed that is not there");
}

#[tokio::test]
async fn what_is_absent_answers_so_in_words() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let absent: Vec<_> = rows().into_iter().filter(|row| row.is_absent).collect();
    assert!(!absent.is_empty());
    for row in absent {
        let path = row.path.replace("{accountId}", crate::kit::account::CADET);
        let answer = bot.send(row.method, &path, "{}").await;
        let kind = if answer.status == 405 { "method-not-allowed" } else { "not-found" };
        let problem = answer.problem(answer.status.as_u16(), kind);
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(&path)), "{problem}");
    }
}

/// A row of the table of types of v1.
struct LegacyRow {
    name: &'static str,
    path: String,
    is_absent: bool,
}

fn legacy_rows() -> Vec<LegacyRow> {
    DOCUMENT.lines().filter_map(legacy_row).collect()
}

/// Reads a line such as ``| `GET_SUB_VERSION` | `general/get_sub_version` | same |``.
fn legacy_row(line: &'static str) -> Option<LegacyRow> {
    let cells: Vec<_> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
    let [_, name, path, state, _] = cells.as_slice() else { return None };
    let is_known = ["same", "differs", "absent"].iter().any(|known| state.starts_with(known));
    is_known.then(|| LegacyRow { name, path: format!("/{path}"), is_absent: state.starts_with("absent") })
}

#[test]
fn every_type_of_v1_stands_in_its_table_with_its_path() {
    let rows = legacy_rows();
    for legacy in TYPES {
        let row = rows.iter().find(|row| row.name == legacy.name);
        let row = row.unwrap_or_else(|| panic!("{} is not listed", legacy.name));
        assert!(!row.is_absent, "{} is there", legacy.name);
        assert_eq!(row.path, legacy.path, "{}", legacy.name);
    }
    let there = rows.iter().filter(|row| !row.is_absent).count();
    assert_eq!(there, TYPES.len(), "nothing is listed that is not there");
}

#[tokio::test]
async fn the_types_of_v1_that_are_absent_answer_so() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let absent: Vec<_> = legacy_rows().into_iter().filter(|row| row.is_absent).collect();
    for row in absent {
        let answer = bot.call_at(&row.path, row.name, json!([{}])).await;
        assert_eq!(answer.legacy_refusal(400), "INVALID REQUEST TYPE", "{}", row.name);
    }
}
