//! The example of every documented endpoint as a cURL line, pasted into a shell: the demo answers what the example says.

use std::mem::discriminant;
use std::process::Command;

use http::Method;
use rankledger_server::api::endpoints::{self, Row};
use rankledger_server::http::endpoint::{Example, Tag};
use serde_json::{Map, Value};

use crate::kit::{Process, run};

/// How many endpoints are documented in General and Accounts.
const DOCUMENTED: usize = 24;

/// Where an answer is not of the shape that the example has: its members in order, and their types. Null goes with
/// everything, and what is empty with whatever else it might hold.
pub(crate) fn difference(place: &str, answer: &Value, example: &Value) -> Option<String> {
    match (answer, example) {
        (Value::Null, _) | (_, Value::Null) => None,
        (Value::Array(items), Value::Array(examples)) => {
            let mut pairs = items.iter().enumerate().zip(std::iter::repeat(examples.first()?));
            pairs.find_map(|((index, item), example)| difference(&format!("{place}/{index}"), item, example))
        }
        (Value::Object(members), Value::Object(examples)) if !members.is_empty() && !examples.is_empty() => {
            if !members.keys().eq(examples.keys()) {
                return Some(format!("{place} is {answer}, and the example is {example}"));
            }
            let mut members = members.iter();
            members.find_map(|(name, member)| difference(&format!("{place}/{name}"), member, &examples[name]))
        }
        _ if discriminant(answer) == discriminant(example) => None,
        _ => Some(format!("{place} is {answer}, and the example is {example}")),
    }
}

/// A query, as the documentation's lines have it.
fn query_of(members: &Map<String, Value>) -> String {
    let text =
        |value: &Value| value.as_str().map_or_else(|| value.to_string(), |text| text.replace(' ', "%20"));
    let pairs: Vec<_> = members.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
    format!("?{}", pairs.join("&"))
}

/// The line for a request: like those of the documentation it has no `Content-Type`. The status stands behind the body.
fn line(method: &Method, example: &Example) -> String {
    let path = example.path;
    let query = Some(example.query()).filter(|members| !members.is_empty());
    let query = query.as_ref().map(query_of).unwrap_or_default();
    let mut line = format!(
        "curl --silent --write-out ' %{{http_code}}' --request {method} \\\n  \
         --url \"https://api.sonorancms.com{path}{query}\" \\\n  \
         --header \"Authorization: Bearer YOUR_API_KEY\" \\\n  --header \"Accept: application/json\""
    );
    if let Some(body) = example.body() {
        let body = body.to_string();
        assert!(!body.contains('\''), "it stands in quotes");
        line.push_str(" \\\n  --data '");
        line.push_str(&body);
        line.push('\'');
    }
    line
}

#[test]
fn every_documented_example_works_as_a_curl_line() {
    // Of the ledger, only that: the rest are additions.
    let is_documented = |row: &&Row| {
        matches!(row.endpoint.tag, Tag::General | Tag::Accounts)
            || row.endpoint.operation_id == "undoRankChange"
    };
    let mut documented: Vec<_> = endpoints::rows().iter().filter(is_documented).collect();
    assert_eq!(documented.len(), DOCUMENTED);
    // The promotion of another example, once given, would stand in the way of the undo.
    documented.sort_by_key(|row| row.endpoint.operation_id != "undoRankChange");

    let demo = Process::start(&["demo"]);
    for Row { method, endpoint, .. } in documented {
        let line = line(method, &endpoint.example);
        let here = line.replace("https://api.sonorancms.com", &demo.url(""));
        let output = run(Command::new("sh").arg("-c").arg(here));
        let said = String::from_utf8(output.stdout).expect("text");
        let (body, status) = said.rsplit_once(' ').expect("the status stands behind the body");
        assert_eq!(status, "200", "{line}\n{body}");
        let answer: Value = serde_json::from_str(body).expect("the answer is JSON");
        let example = endpoint.example.answer().expect("no documented endpoint answers a file");
        assert_eq!(difference("", &answer, &example), None, "{line}");
    }
}
