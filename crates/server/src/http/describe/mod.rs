//! The parts of an operation in the OpenAPI document, for the types that describe themselves: extractors and
//! replies. The responses that refuse a request are in [`problems`].

pub mod problems;

use aide::openapi::{
    Header, HeaderStyle, MediaType, Operation, Parameter, ParameterData, ParameterSchemaOrContent, PathStyle,
    QueryStyle, ReferenceOr, Response, SchemaObject, StatusCode,
};
use schemars::Schema;

/// The name of the security scheme in the document.
pub const CREDENTIAL: &str = "credential";

/// Wraps a JSON schema.
#[must_use]
pub fn schema(json_schema: Schema) -> SchemaObject {
    SchemaObject { json_schema, external_docs: None, example: None }
}

/// Returns a reference to a component of the document.
#[must_use]
pub fn component<T>(section: &str, name: &str) -> ReferenceOr<T> {
    ReferenceOr::ref_(&format!("#/components/{section}/{name}"))
}

/// Returns content of this schema.
#[must_use]
pub fn content(json_schema: Schema) -> MediaType {
    MediaType { schema: Some(schema(json_schema)), ..MediaType::default() }
}

/// Returns a response with a JSON body and these headers, which are components of the document.
#[must_use]
pub fn json_response(description: &str, json_schema: Schema, headers: &[&str]) -> Response {
    let mut response = Response {
        description: description.to_owned(),
        content: [("application/json".to_owned(), content(json_schema))].into(),
        ..Response::default()
    };
    add_headers(&mut response, headers);
    response
}

/// Adds these headers, which are components of the document.
pub fn add_headers(response: &mut Response, headers: &[&str]) {
    for name in headers {
        response.headers.insert((*name).to_owned(), component("headers", name));
    }
}

/// Adds these headers, which are components of the document, to the operation's response of this status, if
/// it has one.
pub fn add_headers_of_answer(operation: &mut Operation, status: u16, names: &[&str]) {
    let responses = operation.responses.as_mut().map(|responses| &mut responses.responses);
    let response = responses.and_then(|all| all.get_mut(&StatusCode::Code(status)));
    if let Some(ReferenceOr::Item(response)) = response {
        add_headers(response, names);
    }
}

/// Adds a parameter of the path.
pub fn add_path_parameter(operation: &mut Operation, name: &str, description: &str, schema: Schema) {
    let parameter_data = ParameterData { required: true, ..parameter(name, description, schema) };
    let parameter = Parameter::Path { parameter_data, style: PathStyle::Simple };
    operation.parameters.push(ReferenceOr::Item(parameter));
}

/// Adds a parameter of the query.
pub fn add_query_parameter(
    operation: &mut Operation,
    name: &str,
    required: bool,
    description: &str,
    schema: Schema,
) {
    let parameter_data = ParameterData { required, ..parameter(name, description, schema) };
    // An empty parameter counts as absent.
    let (style, allow_empty_value) = (QueryStyle::Form, (!required).then_some(true));
    let parameter = Parameter::Query { parameter_data, allow_reserved: false, style, allow_empty_value };
    operation.parameters.push(ReferenceOr::Item(parameter));
}

/// Adds an optional header of the request.
pub fn add_header_parameter(operation: &mut Operation, name: &str, description: &str, schema: Schema) {
    let parameter_data = parameter(name, description, schema);
    let parameter = Parameter::Header { parameter_data, style: HeaderStyle::Simple };
    operation.parameters.push(ReferenceOr::Item(parameter));
}

fn parameter(name: &str, description: &str, json_schema: Schema) -> ParameterData {
    ParameterData {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: false,
        deprecated: None,
        format: ParameterSchemaOrContent::Schema(schema(json_schema)),
        example: None,
        examples: [].into(),
        explode: None,
        extensions: [].into(),
    }
}

/// Returns a header of answers.
#[must_use]
pub fn header(description: &str, required: bool, json_schema: Schema) -> Header {
    Header {
        description: Some(description.to_owned()),
        style: HeaderStyle::Simple,
        required,
        deprecated: None,
        format: ParameterSchemaOrContent::Schema(schema(json_schema)),
        example: None,
        examples: [].into(),
        extensions: [].into(),
    }
}

/// Adds a paragraph to the operation's description.
pub fn add_paragraph(operation: &mut Operation, paragraph: &str) {
    let description = operation.description.get_or_insert_default();
    if !description.is_empty() {
        description.push_str("\n\n");
    }
    description.push_str(paragraph);
}
