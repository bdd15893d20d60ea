//! The example of every documented endpoint as a cURL line, pasted into a shell: the demo answers as the
//! example says.

use std::mem::discriminant;
use std::process::Command;

use http::Method;
use rankledger_server::api::endpoints::{self, Row};
use rankledger_server::http::endpoint::{Example, Tag};
use serde_json::{Map, Value};

use crate::kit::{Process, run};

/// Number of endpoints that are documented in General and Accounts, and of one that a client calls besides.
const DOCUMENTED: usize = 25;

/// Returns the place where the shape of an answer differs from that of the example: members in order, and
/// types. `None` if the shapes agree. Null agrees with everything; an empty list or object agrees with any
/// other.
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

/// Returns a query as the lines of the documentation write it.
fn query_of(members: &Map<String, Value>) -> String {
    let text =
        |value: &Value| value.as_str().map_or_else(|| value.to_string(), |text| text.replace(' ', "%20"));
    let pairs: Vec<_> = members.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
    format!("?{}", pairs.join("&"))
}

/// Returns the line for a request. Like the lines of the documentation it has no `Content-Type`. The line
/// prints the status after the body.
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
    // Only this part of the ledger is documented. The rest are additions.
    let is_documented = |row: &&Row| {
        matches!(row.endpoint.tag, Tag::General | Tag::Accounts)
            || row.endpoint.operation_id == "undoRankChange"
    };
    let documented: Vec<_> = endpoints::rows().iter().filter(is_documented).collect();
    assert_eq!(documented.len(), DOCUMENTED);

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
