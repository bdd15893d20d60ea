//! Texts that some clients send as a number.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::Number;

/// A text, or a number, which some clients send instead.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged, expecting = "it must be a text or a number")]
pub enum Text {
    /// A text.
    Text(String),
    /// A number.
    Number(Number),
}

impl Text {
    /// Returns the text without white space around it. `None` if nothing is left.
    #[must_use]
    pub fn given(self) -> Option<String> {
        let text = match self {
            Self::Text(text) => text,
            // JSON knows one kind of number: 5.0 is 5.
            Self::Number(number) => number.to_string().trim_end_matches(".0").to_owned(),
        };
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

impl JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number"] })
    }
}
