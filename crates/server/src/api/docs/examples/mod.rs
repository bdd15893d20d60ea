//! A request to an endpoint in each of the ways in which programs send it: with curl, with a client library
//! of the documented API as far as it has a method, or with what a generator makes of the OpenAPI
//! operation.

mod call;
mod csharp;
mod javascript;
mod libraries;
mod lua;
mod python;

use std::fmt::Write;

use serde_json::json;

pub(super) use call::Call;

/// Returns the examples of a request, a section for each.
pub(super) fn all(call: &Call<'_>) -> String {
    let mut all = String::new();
    let mut add = |title: &str, what: String| {
        write!(all, "\n### {title}\n\n{what}\n").expect("a text takes everything");
    };
    add("cURL", block("sh", &curl(call)));
    for library in libraries::ALL {
        let what = match libraries::method(call.operation_id()) {
            Some(method) => block(library.language, &(library.write)(call, &method)),
            None => format!("{} has no method for this endpoint: send the request of cURL.", library.name),
        };
        add(library.name, what);
    }
    let whole = "The references lead into the [whole document](../../openapi.json).";
    add("OpenAPI", format!("{}\n\n{whole}", block("json", &openapi(call))));
    all
}

fn block(language: &str, code: &str) -> String {
    format!("```{language}\n{code}\n```")
}

fn curl(call: &Call<'_>) -> String {
    let mut url = call.url();
    for (index, (name, value)) in call.query.iter().enumerate() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        write!(url, "{}{name}={value}", if index == 0 { '?' } else { '&' }).expect("a text takes everything");
    }
    let mut line = format!("curl --request {} \"{url}\"", call.method);
    if call.needs_key {
        line.push_str(" \\\n  --header \"Authorization: Bearer YOUR_API_KEY\"");
    }
    if let Some(body) = &call.body {
        write!(line, " \\\n  --data '{}'", body.to_string().replace('\'', "'\\''"))
            .expect("a text takes everything");
    }
    line
}

/// Returns the operation as it stands in the document, which has what its references name.
fn openapi(call: &Call<'_>) -> String {
    format!("{:#}", json!({ call.path: { call.method.to_lowercase(): call.operation } }))
}
