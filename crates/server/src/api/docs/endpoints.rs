//! A page for each endpoint, made from the OpenAPI document.

use std::fmt::Write;

use serde_json::{Map, Value};

use crate::api::docs::document;
use crate::api::docs::examples::{self, Call};
use crate::api::docs::pages::Page;

/// The section of a page that shows a request in every language.
const EXAMPLES: &str = "Examples";

/// The section of a page that shows the answer.
const ANSWER: &str = "Answer";

/// The section of a page that lists the problems.
const REFUSALS: &str = "Refusals";

/// The text of a page takes whatever is written.
const TAKEN: &str = "a text takes everything";

/// Returns the pages, chapter by chapter.
pub(super) fn pages() -> Vec<Page> {
    let document: Value = serde_json::from_str(document::text()).expect("the text was written as JSON");
    let mut pages = Vec::new();
    for tag in list(&document["tags"]) {
        let chapter = text(&tag["name"]);
        for (path, item) in members(&document["paths"]) {
            for (method, operation) in members(item) {
                if operation["tags"][0] == chapter {
                    pages.push(page(chapter, method, path, operation));
                }
            }
        }
    }
    pages
}

/// Whether questions are answered by the section of a page below this heading of the second level: by what an
/// endpoint does and takes, but not by its examples, which look like those of others.
pub(super) fn is_searched(page: &Page, heading: Option<&String>) -> bool {
    let is_example = heading.is_some_and(|heading| [EXAMPLES, ANSWER, REFUSALS].contains(&heading.as_str()));
    !(is_example && page.name.starts_with("endpoints/"))
}

/// Returns the name of the page of an operation: `setAccountRanks` has `endpoints/set-account-ranks`.
fn name(operation_id: &str) -> String {
    let mut name = "endpoints/".to_owned();
    let is_plain = operation_id.contains('_');
    for c in operation_id.chars() {
        match c {
            '.' | '_' => name.push('-'),
            c if c.is_uppercase() && !is_plain => {
                name.push('-');
                name.extend(c.to_lowercase());
            }
            c => name.extend(c.to_lowercase()),
        }
    }
    name
}

fn page(chapter: &str, method: &str, path: &str, operation: &Value) -> Page {
    let (id, title) = (text(&operation["operationId"]), text(&operation["summary"]));
    let mut markdown = format!("# {title}\n\n`{} {path}`, operation `{id}`\n", method.to_uppercase());
    if let Some(description) = operation["description"].as_str() {
        write!(markdown, "\n{description}\n").expect(TAKEN);
    }
    if let Some(limit) = operation["x-rate-limit"]["perMinute"].as_u64() {
        write!(markdown, "\nA key may send {limit} requests a minute.\n").expect(TAKEN);
    }
    write_parameters(&mut markdown, operation);
    write_body(&mut markdown, operation);
    let call = Call::of(method, path, operation);
    write!(markdown, "\n## {EXAMPLES}\n{}", examples::all(&call)).expect(TAKEN);
    write_answer(&mut markdown, operation);
    write_refusals(&mut markdown, operation);
    Page { name: name(id), title: title.to_owned(), markdown, chapter: chapter.to_owned() }
}

fn write_parameters(markdown: &mut String, operation: &Value) {
    let parameters = list(&operation["parameters"]);
    if parameters.is_empty() {
        return;
    }
    markdown.push_str("\n## Parameters\n\n| name | in | required | meaning |\n| --- | --- | --- | --- |\n");
    for parameter in parameters {
        let (name, place) = (text(&parameter["name"]), text(&parameter["in"]));
        let required = if parameter["required"] == true { "yes" } else { "no" };
        let meaning = in_cell(text(&parameter["description"]));
        writeln!(markdown, "| `{name}` | {place} | {required} | {meaning} |").expect(TAKEN);
    }
}

fn write_body(markdown: &mut String, operation: &Value) {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let all = members(&schema["properties"]);
    if all.is_empty() {
        return;
    }
    let required = list(&schema["required"]);
    markdown.push_str("\n## Body\n\n| member | type | required | meaning |\n| --- | --- | --- | --- |\n");
    for (name, member) in all {
        let is_required = if required.iter().any(|one| one == name) { "yes" } else { "no" };
        let (kind, meaning) = (kind(member), in_cell(text(&member["description"])));
        writeln!(markdown, "| `{name}` | {kind} | {is_required} | {meaning} |").expect(TAKEN);
    }
}

/// Returns the types of a member, in words.
fn kind(schema: &Value) -> String {
    match &schema["type"] {
        Value::String(one) => one.clone(),
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ if schema["enum"].is_array() || schema["const"].is_string() => "a word".to_owned(),
        _ => "anything".to_owned(),
    }
}

fn write_answer(markdown: &mut String, operation: &Value) {
    let answer = &operation["responses"]["200"]["content"];
    let json = &answer["application/json"]["example"];
    let lines = &answer["application/x-ndjson"]["example"];
    if !json.is_null() {
        write!(markdown, "\n## {ANSWER}\n\n```json\n{json:#}\n```\n").expect(TAKEN);
    } else if let Some(lines) = lines.as_str() {
        write!(markdown, "\n## {ANSWER}\n\nA file, a line for each entry:\n\n```json\n{lines}```\n")
            .expect(TAKEN);
    }
}

fn write_refusals(markdown: &mut String, operation: &Value) {
    let refusals =
        members(&operation["responses"]).into_iter().filter(|(status, _)| status.as_str() >= "400");
    let mut rows = String::new();
    for (status, response) in refusals {
        let shared = response["$ref"].as_str().and_then(|shared| shared.rsplit('/').next());
        let what = shared.map_or_else(|| in_cell(text(&response["description"])), problems);
        writeln!(rows, "| {status} | {what} |").expect(TAKEN);
    }
    if !rows.is_empty() {
        write!(markdown, "\n## {REFUSALS}\n\n| status | problem types |\n| --- | --- |\n{rows}")
            .expect(TAKEN);
    }
}

/// Returns links to the pages of problem types, whose names are joined by dots.
fn problems(joined: &str) -> String {
    let link = |name: &str| format!("[`{name}`](../../problems/{name})");
    joined.split('.').map(link).collect::<Vec<_>>().join(", ")
}

/// Returns a text that fits into a cell of a table.
fn in_cell(text: &str) -> String {
    text.replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn members(value: &Value) -> Vec<(&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).collect()
}
