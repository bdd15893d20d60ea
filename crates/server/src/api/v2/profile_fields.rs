//! `/v2/community/profile-fields`: the fields that accounts fill in.

use axum::extract::State;
use rankledger_domain::definition::{
    BadOptions, FieldKind, MAX_FIELD_OPTIONS, ProfileFieldDefinition, check_free_json,
};
use rankledger_domain::name;
use rankledger_domain::profile_field::FieldType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller, CommunityRead};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::FieldPath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::Command;
use crate::ops::definitions::{Define, Remove};
use crate::wire::objects::optional_object;
use crate::wire::problem::Problem;
use crate::wire::text_schemas::Name;

/// A profile field on the wire.
#[derive(Serialize, JsonSchema)]
pub struct ProfileFieldBody {
    id: String,
    label: String,
    r#type: String,
    options: Option<Vec<String>>,
    metadata: Value,
}

impl From<ProfileFieldDefinition> for ProfileFieldBody {
    fn from(definition: ProfileFieldDefinition) -> Self {
        let ProfileFieldDefinition { id, label, kind, metadata, position: _ } = definition;
        Self {
            id: id.into(),
            label: label.into(),
            r#type: kind.field_type().as_str().to_owned(),
            options: kind.into_options(),
            metadata: Value::Object(metadata),
        }
    }
}

/// `GET /v2/community/profile-fields`: the endpoint of [`list`].
pub static LIST: Endpoint = Endpoint::new(Tag::General, "getProfileFields", "List the profile fields")
    .per_minute(13)
    .example(Example {
        path: "/v2/community/profile-fields",
        data: r#"[
            {
                "id": "discord", "label": "Discord", "type": "discord", "options": null,
                "metadata": {"placeholder": "username#0000"}
            }
        ]"#,
        ..Example::EMPTY
    });

/// Lists the profile fields.
pub async fn list(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
) -> Result<Reply<Vec<ProfileFieldBody>>, Problem> {
    let mut tx = app.storage.read().await?;
    let definitions = tx.profile_field_definitions(caller.community()).await?;
    Ok(Reply::new(definitions.into_iter().map(ProfileFieldBody::from).collect()))
}

/// The body of Define Profile Field.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(extend("if" = to_choose_from(), "then" = with_options(), "else" = without_options()))]
pub struct DefineBody {
    /// The label.
    #[schemars(with = "Name")]
    label: String,
    /// The type of the values.
    #[schemars(extend("enum" = FieldType::ALL.map(FieldType::as_str)))]
    r#type: String,
    /// The values to choose from, for the types `select` and `multiselect`.
    #[schemars(with = "Option<Vec<Name>>", length(max = MAX_FIELD_OPTIONS), extend("uniqueItems" = true))]
    options: Option<Vec<String>>,
    /// Anything that a form needs to know about the field: keys and values.
    #[serde(default, deserialize_with = "optional_object")]
    metadata: Option<Map<String, Value>>,
}

fn to_choose_from() -> Value {
    let types: Vec<_> =
        FieldType::ALL.into_iter().filter(|kind| kind.has_options()).map(FieldType::as_str).collect();
    json!({ "properties": { "type": { "enum": types } } })
}

fn with_options() -> Value {
    json!({ "properties": { "options": { "type": "array", "minItems": 1 } }, "required": ["options"] })
}

fn without_options() -> Value {
    json!({ "properties": { "options": { "maxItems": 0 } } })
}

/// `PUT /v2/community/profile-fields/{fieldId}`: the endpoint of [`define`].
pub static DEFINE: Endpoint =
    Endpoint::new(Tag::Administration, "defineProfileField", "Create or edit a profile field")
        .per_minute(60)
        .refuses(Define::<ProfileFieldDefinition>::REFUSES)
        .example(Example {
            path: "/v2/community/profile-fields/callsign",
            body: r#"{"label": "Callsign", "type": "text", "metadata": {"placeholder": "1-ADAM-12"}}"#,
            data: r#"{
            "id": "callsign", "label": "Callsign", "type": "text", "options": null,
            "metadata": {"placeholder": "1-ADAM-12"}
        }"#,
            ..Example::EMPTY
        });

/// Creates a profile field, or edits it.
pub async fn define(
    write: Write,
    caller: Caller<Admin>,
    FieldPath(id): FieldPath,
    StrictBody(body): StrictBody<DefineBody>,
) -> Result<Reply<ProfileFieldBody>, Problem> {
    let label = checks::text("/label", name::Name::parse(body.label))?;
    let field_type = FieldType::parse(&body.r#type).ok_or_else(unknown_type)?;
    // An empty list says the same as none where the type is no choice.
    let options = body.options.filter(|options| field_type.has_options() || !options.is_empty());
    let definition = ProfileFieldDefinition {
        id,
        label,
        kind: FieldKind::new(field_type, options).map_err(|faults| bad_options(&faults))?,
        metadata: body.metadata.unwrap_or_default(),
        position: 0,
    };
    check_free_json(&definition.metadata)
        .map_err(|fault| Problem::invalid_body("/metadata", &fault.to_string()))?;
    let command = Define { actor: caller.actor(None), definition };
    write.submit(command, |field| Reply::new(field.into())).await
}

/// `DELETE /v2/community/profile-fields/{fieldId}`: the endpoint of [`remove`].
pub static REMOVE: Endpoint =
    Endpoint::new(Tag::Administration, "removeProfileField", "Remove a profile field")
        .per_minute(60)
        .refuses(Remove::<ProfileFieldDefinition>::REFUSES)
        .example(Example {
            path: "/v2/community/profile-fields/discord",
            data: r#"{
            "id": "discord", "label": "Discord", "type": "discord", "options": null,
            "metadata": {"placeholder": "username#0000"}
        }"#,
            ..Example::EMPTY
        });

/// Removes a profile field. The values of the accounts stay.
pub async fn remove(
    write: Write,
    caller: Caller<Admin>,
    FieldPath(id): FieldPath,
) -> Result<Reply<ProfileFieldBody>, Problem> {
    let command = Remove::<ProfileFieldDefinition> { actor: caller.actor(None), id };
    write.submit(command, |field| Reply::new(field.into())).await
}

fn unknown_type() -> Problem {
    let types = FieldType::ALL.map(FieldType::as_str).join(", ");
    Problem::invalid_body("/type", &format!("it must be one of {types}"))
}

/// Refuses the options for the first of their faults.
fn bad_options(faults: &[BadOptions]) -> Problem {
    let first = faults.first().expect("a refusal names a fault");
    let pointer = match first {
        BadOptions::Name { index, .. } => format!("/options/{index}"),
        _ => "/options".to_owned(),
    };
    Problem::invalid_body(&pointer, &first.to_string())
}
