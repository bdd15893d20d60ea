//! What a call of v1 is: its name, its path, the endpoint whose limit it shares, the form of its answer, and
//! its handler. The calls themselves are in `types.rs`.

use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::api::v1::reply::{LegacyReply, RefusalForm};
use crate::api::v1::request::Call;
use crate::http::Endpoint;
use crate::wire::problem::Problem;

/// A call of v1.
pub struct LegacyType {
    /// The name of the call: `type` in the body.
    pub name: &'static str,
    /// The path of the call.
    pub path: &'static str,
    /// The endpoint of v2 that does the same. The call counts towards the limit of that endpoint.
    pub endpoint: &'static Endpoint,
    /// Summary of the call, in a few words.
    pub summary: &'static str,
    /// The form of the answer, and of the refusals.
    pub answers: Answers,
    /// A request object for the documentation: JSON.
    pub(super) example: &'static str,
    /// Carries the call out.
    pub run: fn(Call) -> BoxFuture<'static, Result<LegacyReply, Problem>>,
}

/// The form of the answer to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// JSON.
    Json,
    /// A text.
    Text,
    /// JSON, or a text if there is nothing.
    Either,
    /// A text. A refusal is JSON with its status and one of the words that game servers know.
    Verdict,
    /// JSON with `success`, refusals too.
    Envelope,
}

impl Answers {
    /// Returns the form of the refusals.
    #[must_use]
    pub fn refusals(self) -> RefusalForm {
        match self {
            Self::Json | Self::Text | Self::Either => RefusalForm::Text,
            Self::Verdict => RefusalForm::Verdict,
            Self::Envelope => RefusalForm::Envelope,
        }
    }
}

/// Other names that clients send to the path of a call.
const ALIASES: [(&str, &str); 1] = [("FULL_WHITELIST", "GET_FULL_WHITELIST")];

impl LegacyType {
    /// Whether clients call it by this name.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || ALIASES.contains(&(self.name, name))
    }

    /// Returns the path that has the name of the call in it, if that is another one than [`Self::path`]: the
    /// game resource makes its paths of the names, also of one that is misspelt.
    #[must_use]
    pub fn path_by_name(&self) -> Option<String> {
        let (section, _) = self.path.rsplit_once('/')?;
        Some(format!("{section}/{}", self.name.to_lowercase())).filter(|path| path != self.path)
    }

    /// Returns the request object for the documentation.
    #[must_use]
    pub fn example(&self) -> Value {
        serde_json::from_str(self.example).expect("the examples of `types.rs` are JSON")
    }
}
