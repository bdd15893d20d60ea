//! The shape of successful answers: `{"success": true, "data": ..., "meta": {...}}`.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::wire::time::Time;

/// A successful answer with data of type `D`. It is written with a [`Meta`], of which a client reads what it
/// needs.
#[derive(Serialize, Deserialize)]
pub struct Envelope<D, M> {
    pub(crate) success: bool,
    pub(crate) data: D,
    pub(crate) meta: M,
}

/// The time and the path of the answer. Some answers have more members.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Meta<'a> {
    pub(crate) timestamp: Time,
    pub(crate) path: Cow<'a, str>,
    #[serde(flatten)]
    pub(crate) more: Cow<'a, Map<String, Value>>,
}
