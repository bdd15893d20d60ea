//! The components that operations refer to: schemas, headers, problems, and the credential.

use aide::generate::in_context;
use aide::openapi::{
    Components, Example, Header, ReferenceOr, SchemaObject, SecurityScheme, Tag as TagObject,
};
use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

use crate::http::describe::{CREDENTIAL, header, schema};
use crate::http::endpoint::Tag;
use crate::wire::problem::ProblemType;
use crate::wire::problem::{ProblemBody, types};

pub(super) fn tag(tag: Tag) -> TagObject {
    let (name, description) = tag.texts();
    TagObject { name: name.to_owned(), description: Some(description.to_owned()), ..TagObject::default() }
}

/// Adds the components. The schemas are those that the operations have asked for.
pub(super) fn fill(components: &mut Components) {
    let credential = SecurityScheme::Http {
        scheme: "bearer".to_owned(),
        bearer_format: Some("an API key, such as rlk_...".to_owned()),
        description: Some(
            "The API key of a credential. Each operation names the scope that it needs; `admin` stands for all."
                .to_owned(),
        ),
        extensions: [].into(),
    };
    let examples =
        types::of_api().into_iter().map(|kind| (kind.slug.to_owned(), ReferenceOr::Item(example(kind))));
    let headers = headers().into_iter().map(|(name, header)| (name.to_owned(), ReferenceOr::Item(header)));
    components.security_schemes.insert(CREDENTIAL.to_owned(), ReferenceOr::Item(credential));
    components.headers.extend(headers);
    components.examples.extend(examples);
    components.schemas.extend(schemas());
}

fn example(kind: &ProblemType) -> Example {
    Example {
        summary: Some(kind.title.to_owned()),
        description: Some(format!("{} {}", kind.cause, kind.way_out)),
        value: Some(kind.example()),
        ..Example::default()
    }
}

fn headers() -> [(&'static str, Header); 9] {
    let text = || json_schema!({ "type": "string" });
    let seconds = json_schema!({ "type": "integer", "minimum": 1 });
    let uuid = json_schema!({ "type": "string", "format": "uuid" });
    [
        ("X-Request-Id", header("The id of the request, as the server's log has it.", true, text())),
        ("ETag", header("The version of the account, for `If-Match`.", true, text())),
        (
            "Rankledger-Undo-Id",
            header("The undo id of the change that was recorded, if one was.", false, uuid),
        ),
        (
            "Idempotency-Replayed",
            header(
                "True if the answer is that of an earlier request with the same key.",
                false,
                json_schema!({ "const": "true" }),
            ),
        ),
        (
            "RateLimit",
            header(
                "The requests that are left (`r`), and the seconds (`t`) until the bucket is full again or, after a refusal, until the next request passes.",
                false,
                text(),
            ),
        ),
        (
            "RateLimit-Policy",
            header(
                "The number of requests (`q`) that may be made within a number of seconds (`w`).",
                false,
                text(),
            ),
        ),
        ("Location", header("The path of the result.", true, text())),
        ("Retry-After", header("The seconds to wait until the next request passes.", false, seconds)),
        ("WWW-Authenticate", header("The way to send a credential.", true, text())),
    ]
}

/// The schemas of what is answered. Their objects have the members that are listed, and no others.
fn schemas() -> impl Iterator<Item = (String, SchemaObject)> {
    let mut definitions = in_context(|ctx| {
        ctx.schema.subschema_for::<ProblemBody<'_>>();
        ctx.schema.take_definitions(true)
    });
    definitions.values_mut().for_each(close);
    let problem = definitions.get_mut("Problem").and_then(Value::as_object_mut);
    list_types(problem.expect("it was asked for"));
    definitions.into_iter().map(|(name, value)| {
        let value = Schema::try_from(value).expect("the generator makes schemas");
        (name, schema(value))
    })
}

/// Closes every object in this schema that says nothing else: only the listed members are allowed.
fn close(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if object.contains_key("properties") && !object.contains_key("additionalProperties") {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            object.values_mut().for_each(close);
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        _ => {}
    }
}

/// Says which types of problems there are.
fn list_types(problem: &mut Map<String, Value>) {
    let types: Vec<_> = types::of_api().into_iter().map(ProblemType::uri).collect();
    problem["properties"]["type"]["enum"] = json!(types);
}
