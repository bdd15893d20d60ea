//! A client of the API, for the commands that work on a ledger: the same requests go over HTTP to a server
//! ([`remote`]) or to the API in this process, on a database file ([`local`]). [`target`] reads from the
//! command line which.
//!
//! It blocks: commands run apart from the threads of the async runtime.

mod local;
pub(super) mod remote;
pub(super) mod target;

use std::fmt;
use std::io::Read;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use form_urlencoded::Serializer as QueryWriter;
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderName, Method, StatusCode};
use rankledger_domain::ids::RankId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::cli::print;
use crate::wire::envelope::Envelope;
use crate::wire::problem::{ProblemSummary, ProblemType};
use crate::wire::time::Time;

/// Number of times that a request is repeated which the server refused for the moment.
const RETRIES: usize = 5;

/// The longest wait that is obeyed.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// The most of an answer that is read into memory: far more than any answer has.
const LARGEST_ANSWER: u64 = 1 << 30;

/// Carries requests to the API.
trait Transport {
    /// Sends the request and returns the API's reply, refusals too; an error if the API does not reply.
    fn send(&self, request: &Request) -> Result<Response>;

    /// Names the address of the API, for messages.
    fn place(&self) -> String;

    /// Returns the path below which the API is, such as that of a proxy; empty if there is none.
    fn prefix(&self) -> String {
        String::new()
    }

    /// Fails if what was read may be wrong: see [`Client::settle`].
    fn settle(&self) -> Result<()> {
        Ok(())
    }

    /// Whether it is a database, and no server is asked.
    fn is_database(&self) -> bool {
        false
    }

    /// Whether the community has a key to sign with, or is given one when it has to sign.
    fn has_signing_key(&self) -> bool {
        true
    }
}

/// A request: its target is a path and a query.
struct Request {
    method: Method,
    target: String,
    body: Option<Vec<u8>>,
}

/// An answer whose body is read as it comes.
struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Box<dyn Read + Send>,
}

/// The parameters of a query.
pub(super) type Query = Vec<(&'static str, String)>;

/// Returns the parameters that are given.
pub(super) fn given<const N: usize>(parameters: [(&'static str, Option<String>); N]) -> Query {
    parameters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// A client of the API.
pub(super) struct Client {
    transport: Box<dyn Transport>,
}

/// A successful reply.
#[derive(Debug)]
pub(super) struct Reply {
    /// Its `data`, as the server sent it.
    pub(super) data: Value,
    /// Its `meta`.
    pub(super) meta: Map<String, Value>,
    /// The path of the result of a request that is still being carried out.
    pub(super) location: Option<String>,
}

impl Reply {
    /// Reads the data as a type.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T> {
        read(&self.data)
    }

    /// Returns the end of the account's grant of a rank, which stands in `meta`. `None` if it has none.
    pub(super) fn end(&self, rank: RankId) -> Option<Time> {
        let end = self.meta.get("expiresAt")?.get(rank.to_string())?;
        Time::deserialize(end).ok()
    }
}

/// Reads a part of a reply.
pub(super) fn read<T: DeserializeOwned>(data: &Value) -> Result<T> {
    T::deserialize(data).context("the server's answer is not what this version of rankledger knows")
}

/// A refusal of the API: problem details.
#[derive(Debug, Deserialize, thiserror::Error)]
#[error("{} ({})", .problem.detail, .problem.r#type)]
pub(super) struct Refusal {
    /// The type and the sentence.
    #[serde(flatten)]
    problem: ProblemSummary,
    /// A fresh preview, where the plan of a rollback is stale.
    pub(super) preview: Option<Value>,
}

impl Refusal {
    /// Whether the problem is of this type.
    pub(super) fn is(&self, kind: &ProblemType) -> bool {
        // Behind a proxy, its prefix stands before it.
        self.problem.r#type.ends_with(&kind.uri())
    }
}

impl Client {
    fn new(transport: impl Transport + 'static) -> Self {
        Self { transport: Box::new(transport) }
    }

    /// Fails if what was read may be wrong, because a database that was opened to be read only was written to
    /// meanwhile.
    pub(super) fn settle(&self) -> Result<()> {
        self.transport.settle()
    }

    /// Whether it is a database that is asked, and no server.
    pub(super) fn is_database(&self) -> bool {
        self.transport.is_database()
    }

    /// Whether the checkpoints that are asked for are signed with a key that the community keeps.
    pub(super) fn has_signing_key(&self) -> bool {
        self.transport.has_signing_key()
    }

    /// `GET`.
    pub(super) fn get(&self, path: &str, query: &Query) -> Result<Reply> {
        self.reply(self.send(&request(Method::GET, path, query, None))?)
    }

    /// `GET`, for data that the command can do without. `None` if the request is refused; it is then not sent
    /// again.
    pub(super) fn get_if_allowed<T: DeserializeOwned>(&self, path: &str, query: &Query) -> Result<Option<T>> {
        let response = self.transport.send(&request(Method::GET, path, query, None))?;
        if !response.status.is_success() {
            return Ok(None);
        }
        self.reply(response)?.read().map(Some)
    }

    /// `POST` with a JSON body.
    pub(super) fn post(&self, path: &str, body: &impl Serialize) -> Result<Reply> {
        self.write(Method::POST, path, body)
    }

    /// `PATCH` with a JSON body.
    pub(super) fn patch(&self, path: &str, body: &impl Serialize) -> Result<Reply> {
        self.write(Method::PATCH, path, body)
    }

    /// `PUT` with a JSON body.
    pub(super) fn put(&self, path: &str, body: &impl Serialize) -> Result<Reply> {
        self.write(Method::PUT, path, body)
    }

    /// `DELETE`.
    pub(super) fn delete(&self, path: &str, query: &Query) -> Result<Reply> {
        self.reply(self.send(&request(Method::DELETE, path, query, None))?)
    }

    fn write(&self, method: Method, path: &str, body: &impl Serialize) -> Result<Reply> {
        let body = serde_json::to_vec(body).context("this has no JSON form")?;
        self.reply(self.send(&request(method, path, &Vec::new(), Some(body)))?)
    }

    /// `GET` of a file that is read as it comes.
    pub(super) fn download(&self, path: &str, query: &Query) -> Result<Box<dyn Read + Send>> {
        let response = self.send(&request(Method::GET, path, query, None))?;
        if response.status == StatusCode::OK { Ok(response.body) } else { Err(self.refusal(response)) }
    }

    /// Sends a request; again, if the server says when.
    fn send(&self, request: &Request) -> Result<Response> {
        for _ in 0..RETRIES {
            let response = self.transport.send(request)?;
            let Some(wait) = wait(&response) else { return Ok(response) };
            print::say!("{} asks to wait {} s", self.transport.place(), wait.as_secs());
            std::thread::sleep(wait);
        }
        self.transport.send(request)
    }

    fn reply(&self, response: Response) -> Result<Reply> {
        if !response.status.is_success() {
            return Err(self.refusal(response));
        }
        let prefix = self.transport.prefix();
        let within = |path: &str| path.strip_prefix(&prefix).unwrap_or(path).to_owned();
        let location = header(&response, &LOCATION).map(within);
        let strange = || self.strange(response.status);
        let text = std::io::read_to_string(response.body.take(LARGEST_ANSWER)).with_context(strange)?;
        let answer: Envelope<Value, Map<String, Value>> =
            serde_json::from_str(&text).with_context(strange)?;
        Ok(Reply { data: answer.data, meta: answer.meta, location })
    }

    fn refusal(&self, response: Response) -> anyhow::Error {
        let status = response.status;
        if let Some(elsewhere) = header(&response, &LOCATION).filter(|_| status.is_redirection()) {
            return anyhow!("{} sends to {elsewhere}: name that address", self.transport.place());
        }
        let is_problem = header(&response, &CONTENT_TYPE) == Some("application/problem+json");
        let text = std::io::read_to_string(response.body.take(LARGEST_ANSWER)).unwrap_or_default();
        match serde_json::from_str::<Refusal>(&text) {
            Ok(refusal) if is_problem => refusal.into(),
            _ => anyhow!(self.strange(status)),
        }
    }

    fn strange(&self, status: StatusCode) -> String {
        let place = self.transport.place();
        format!(
            "{place} answered {status}, but not as Rankledger does: check the address, and what stands before it"
        )
    }
}

fn request(method: Method, path: &str, query: &Query, body: Option<Vec<u8>>) -> Request {
    let mut target = path.to_owned();
    if !query.is_empty() {
        target.push('?');
        target.push_str(&QueryWriter::new(String::new()).extend_pairs(query).finish());
    }
    Request { method, target, body }
}

fn header<'a>(response: &'a Response, name: &HeaderName) -> Option<&'a str> {
    response.headers.get(name)?.to_str().ok()
}

/// Returns the wait that the server asks for. `None` if it asks for none, or for more than [`LONGEST_WAIT`].
fn wait(response: &Response) -> Option<Duration> {
    let for_the_moment = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
    if !for_the_moment.contains(&response.status) {
        return None;
    }
    let wait = Duration::from_secs(header(response, &RETRY_AFTER)?.parse().ok()?);
    Some(wait).filter(|wait| *wait <= LONGEST_WAIT)
}

/// The name of a change on the command line: its number or its undo id.
#[derive(Debug, Clone)]
pub(super) struct ChangeName(String);

impl std::str::FromStr for ChangeName {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let is_number = text.parse::<i64>().is_ok_and(|number| number > 0);
        if !is_number && uuid::Uuid::parse_str(text).is_err() {
            bail!("name a change by its number, such as 12, or by its undo id, a UUID");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ChangeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
