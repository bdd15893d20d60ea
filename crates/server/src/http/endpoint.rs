//! The description of an endpoint besides its path and its handler. Every handler of `api` has such a
//! constant right above it; the table of URLs joins the two. No endpoint is named here.

use serde_json::{Map, Value, json};

use crate::wire::problem::{Problem, ProblemType};

/// The time of every example.
const EXAMPLE_TIME: &str = "2026-04-15T00:00:00.000Z";

/// A chapter of the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// The community itself.
    General,
    /// The accounts of a community, and their ranks.
    Accounts,
    /// The game servers of a community.
    Servers,
    /// The record of rank changes.
    Ledger,
    /// Who is told of what happens.
    Events,
    /// The running of a community: additions to the documented API.
    Administration,
    /// The API before v2.
    Legacy,
    /// The server itself, without a credential.
    Server,
}

impl Tag {
    /// Every tag, in the order of the documentation.
    pub const ALL: [Self; 8] = [
        Self::General,
        Self::Accounts,
        Self::Servers,
        Self::Ledger,
        Self::Events,
        Self::Administration,
        Self::Legacy,
        Self::Server,
    ];

    /// Returns the tag's name and its description.
    #[must_use]
    pub fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::General => ("General", "The community, its departments and promotion flows."),
            Self::Accounts => ("Accounts", "The people of the community, and the ranks they hold."),
            Self::Servers => {
                ("Servers", "The game servers of the community, who may join them, and who is on them.")
            }
            Self::Ledger => ("Ledger", "The record of rank changes: history, undo and rollback."),
            Self::Events => ("Events", "The feed of events, and subscriptions to it."),
            Self::Administration => {
                ("Administration", "The administration of a community: additions to the documented API.")
            }
            Self::Legacy => (
                "Legacy v1",
                "The API before v2: calls by name, with the key in the body and most refusals in plain text.",
            ),
            Self::Server => {
                ("Server", "Endpoints that need no credential: health, problem types, and this document.")
            }
        }
    }
}

/// An endpoint that needs a credential.
#[derive(Debug)]
pub struct Endpoint {
    /// The name in the documented API.
    pub operation_id: &'static str,
    /// The chapter of the documentation.
    pub tag: Tag,
    /// Summary of a request, in a few words that begin with a verb.
    pub summary: &'static str,
    /// Number of requests a minute that a credential may make, as documented.
    pub per_minute: u32,
    /// Whether a request beyond the limit waits for its turn, instead of being refused at once.
    pub waits: bool,
    /// The problems that answer a request, besides those that the handler's signature implies.
    pub refuses: &'static [&'static ProblemType],
    /// Problems that are answered with another status than their own.
    pub refuses_as: &'static [(u16, &'static ProblemType)],
    /// Says the problems of the handler in the words that the endpoint's clients know, if these are others.
    pub in_words: Option<fn(Problem) -> Problem>,
    /// A request, and its answer.
    pub example: Example,
}

impl Endpoint {
    /// Returns an endpoint without a limit, without refusals of its own and without an example.
    #[must_use]
    pub const fn new(tag: Tag, operation_id: &'static str, summary: &'static str) -> Self {
        let (refuses, refuses_as, example): (&[_], &[_], _) = (&[], &[], Example::EMPTY);
        Self {
            operation_id,
            tag,
            summary,
            per_minute: 0,
            waits: false,
            refuses,
            refuses_as,
            in_words: None,
            example,
        }
    }

    /// Sets the number of requests a minute that a credential may make.
    #[must_use]
    pub const fn per_minute(self, per_minute: u32) -> Self {
        Self { per_minute, ..self }
    }

    /// Lets requests beyond the limit wait for their turn, because their clients take a 429 for something
    /// else.
    #[must_use]
    pub const fn waits(self) -> Self {
        Self { waits: true, ..self }
    }

    /// Sets the problems that answer a request, each with its own status.
    #[must_use]
    pub const fn refuses(self, refuses: &'static [&'static ProblemType]) -> Self {
        Self { refuses, ..self }
    }

    /// Sets the problems that answer a request with another status than their own.
    #[must_use]
    pub const fn refuses_as(self, refuses_as: &'static [(u16, &'static ProblemType)]) -> Self {
        Self { refuses_as, ..self }
    }

    /// Sets the words in which the problems of the handler are said.
    #[must_use]
    pub const fn in_words(self, in_words: fn(Problem) -> Problem) -> Self {
        Self { in_words: Some(in_words), ..self }
    }

    /// Sets the example.
    #[must_use]
    pub const fn example(self, example: Example) -> Self {
        Self { example, ..self }
    }
}

/// A request on the demo's community and its answer, as a test sends it and the documentation shows it. A
/// member that does not apply is left empty: see [`Self::EMPTY`].
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The path, without the query.
    pub path: &'static str,
    /// The parameters of the query: a JSON object.
    pub query: &'static str,
    /// The body of the request: JSON.
    pub body: &'static str,
    /// `data` of the answer: JSON. For a file that is sent line by line, an array of its lines.
    pub data: &'static str,
    /// The members of `meta` besides `timestamp` and `path`: a JSON object.
    pub meta: &'static str,
    /// Whether the answer is a file with one JSON value a line, and not an envelope.
    pub is_file: bool,
    /// The thing that the request needs and that the demo lacks, if there is one.
    pub needs: Option<&'static str>,
}

impl Example {
    /// An example in which nothing is given.
    pub const EMPTY: Self =
        Self { path: "", query: "", body: "", data: "", meta: "", is_file: false, needs: None };

    /// Returns the parameters of the query, in order.
    #[must_use]
    pub fn query(&self) -> Map<String, Value> {
        object(self.query)
    }

    /// Returns the body of the request. `None` if it has none.
    #[must_use]
    pub fn body(&self) -> Option<Value> {
        (!self.body.is_empty()).then(|| parsed(self.body))
    }

    /// Returns the whole answer. `None` if it is a file.
    #[must_use]
    pub fn answer(&self) -> Option<Value> {
        if self.is_file {
            return None;
        }
        let mut meta = Map::new();
        meta.insert("timestamp".to_owned(), json!(EXAMPLE_TIME));
        meta.insert("path".to_owned(), json!(self.path));
        meta.extend(object(self.meta));
        Some(json!({ "success": true, "data": parsed(self.data), "meta": meta }))
    }

    /// Returns the lines of the answer, if it is a file.
    #[must_use]
    pub fn lines(&self) -> Vec<Value> {
        match parsed(self.data) {
            Value::Array(lines) if self.is_file => lines,
            _ => Vec::new(),
        }
    }
}

fn object(text: &str) -> Map<String, Value> {
    if text.is_empty() {
        return Map::new();
    }
    serde_json::from_str(text).expect("a test reads every example")
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("a test reads every example")
}
