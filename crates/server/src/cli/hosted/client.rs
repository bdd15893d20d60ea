//! Requests to the API of the hosted original: paced, sent again while it cannot answer, and with errors that
//! say what to do.

use std::io::Read;
use std::time::Duration;

use anyhow::Result;
use http::header::{AUTHORIZATION, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use indicatif::HumanDuration;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::Agent;

use super::pace::{Factor, Pace};
use crate::api::endpoints::{Row, rows};
use crate::cli::client::remote;
use crate::cli::print;
use crate::config::SiteUrl;

/// Number of times that a request is sent before the command gives up.
const TRIES: u32 = 8;

/// Longest time for a request and its answer.
const PATIENCE: Duration = Duration::from_mins(2);

/// The longest wait that the API may ask for.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// Waits that last longer are told of.
const NOTICEABLE: Duration = Duration::from_secs(5);

/// The most of an answer that is read: far more than any answer has.
const LARGEST_ANSWER: u64 = 1 << 27;

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(
        "{address} does not accept the key ({status}{detail}): use a key of the community's API that may read \
         accounts, departments and servers"
    )]
    Key { address: SiteUrl, status: StatusCode, detail: String },
    #[error("{address} refuses {request} ({status}{detail})")]
    Refused { address: SiteUrl, request: String, status: StatusCode, detail: String },
    #[error("{address} sends {request} to {elsewhere}: name that address with --address, if you trust it")]
    Elsewhere { address: SiteUrl, request: String, elsewhere: String },
    #[error(
        "{address} answers {request} in another form than the documented one: {fault}. Check the address; if it is right, \
         this version of rankledger cannot read that API"
    )]
    Form { address: SiteUrl, request: String, fault: String },
    #[error("{address} {fault}, {TRIES} times in a row, to {request}")]
    GaveUp { address: SiteUrl, request: String, fault: String },
    #[error("{address} asks to wait {wait} before {request}: run the command again then")]
    LongWait { address: SiteUrl, request: String, wait: HumanDuration },
}

impl Failure {
    /// Whether the API refused the request with this status.
    pub(super) fn is_refusal(&self, status: StatusCode) -> bool {
        matches!(self, Self::Refused { status: refused, .. } if *refused == status)
    }
}

/// The API of the hosted original, and a key of the community there.
pub(super) struct HostedApi {
    address: SiteUrl,
    authorization: HeaderValue,
    agent: Agent,
    pace: Pace,
}

/// An answer that has been read.
struct Received {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// The part of an answer that is read.
#[derive(Deserialize)]
struct Success {
    data: Value,
}

/// The sentence of a refusal, in any of the members that have one.
#[derive(Default, Deserialize)]
struct Refusal {
    detail: Option<String>,
    message: Option<String>,
    error: Option<String>,
}

impl HostedApi {
    /// Nothing is sent yet.
    pub(super) fn new(address: SiteUrl, key: &str, factor: Factor) -> Result<Self> {
        let authorization = remote::authorization(key)?;
        Ok(Self { address, authorization, agent: remote::agent(), pace: Pace::new(factor) })
    }

    /// Returns how long this many requests of an operation take, if nothing delays them.
    pub(super) fn duration(&self, operation: &str, requests: usize) -> HumanDuration {
        let requests = u32::try_from(requests).unwrap_or(u32::MAX);
        HumanDuration(self.pace.interval(row(operation)).saturating_mul(requests))
    }

    /// Returns `data` of an operation's answer, in its documented form.
    pub(super) fn get<T: DeserializeOwned>(&mut self, operation: &str, query: &str) -> Result<T, Failure> {
        let row = row(operation);
        let target = format!("{}{query}", row.path);
        let data = self.data(row, &target)?;
        self.read(&target, &data)
    }

    /// Returns `data` of the answer to Get Account, as it was sent. `None` if there is no such account.
    pub(super) fn account(&mut self, id: &str) -> Result<Option<Value>, Failure> {
        let row = row("getAccount");
        match self.data(row, &row.path.replace("{accountId}", id)) {
            Err(failure) if failure.is_refusal(StatusCode::NOT_FOUND) => Ok(None),
            data => data.map(Some),
        }
    }

    /// Reads `data` of an answer to this request.
    pub(super) fn read<T: DeserializeOwned>(&self, target: &str, data: &Value) -> Result<T, Failure> {
        serde_path_to_error::deserialize(data).map_err(|error| {
            let place = match error.path().to_string() {
                place if place == "." => String::new(),
                place if place.starts_with('[') => place,
                place => format!(".{place}"),
            };
            let fault = error.into_inner();
            self.form(target, format!("data{place}: {fault}"))
        })
    }

    fn data(&mut self, row: &Row, target: &str) -> Result<Value, Failure> {
        let Received { status, headers, body } = self.send_until_answered(row, target)?;
        let (address, request) = (self.address.clone(), request(target));
        if status.is_success() {
            let answer = serde_json::from_slice::<Success>(&body);
            return answer.map(|answer| answer.data).map_err(|fault| self.form(target, fault.to_string()));
        }
        if let Some(elsewhere) = header(&headers, &LOCATION).filter(|_| status.is_redirection()) {
            return Err(Failure::Elsewhere { address, request, elsewhere: elsewhere.to_owned() });
        }
        let detail = sentence(&body);
        Err(match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Failure::Key { address, status, detail },
            _ => Failure::Refused { address, request, status, detail },
        })
    }

    /// Sends a request until the answer is more than that the API cannot answer now.
    fn send_until_answered(&mut self, row: &Row, target: &str) -> Result<Received, Failure> {
        let mut pause = self.pace.interval(row);
        let mut fault = String::new();
        for tries in 1..=TRIES {
            self.pace.wait(row);
            let received = self.send(target);
            self.pace.answered(row);
            let mut wait = pause;
            match received {
                Ok(received) if !is_for_the_moment(received.status) => return Ok(received),
                Ok(received) => {
                    wait = retry_after(&received.headers).unwrap_or(pause);
                    fault = format!("answers {}{}", received.status, sentence(&received.body));
                }
                Err(error) => fault = format!("cannot be reached ({error})"),
            }
            if wait > LONGEST_WAIT {
                let (address, request) = (self.address.clone(), request(target));
                return Err(Failure::LongWait { address, request, wait: HumanDuration(wait) });
            }
            if tries < TRIES {
                if wait > NOTICEABLE {
                    print::say!("{} {fault}: trying again in {}", self.address, HumanDuration(wait));
                }
                std::thread::sleep(wait);
                pause *= 2;
            }
        }
        Err(Failure::GaveUp { address: self.address.clone(), request: request(target), fault })
    }

    fn send(&self, target: &str) -> Result<Received, ureq::Error> {
        let request = self.agent.get(format!("{}{target}", self.address));
        let request = request.header(AUTHORIZATION, &self.authorization).header("accept", "application/json");
        let (head, body) = request.config().timeout_global(Some(PATIENCE)).build().call()?.into_parts();
        let mut bytes = Vec::new();
        body.into_reader().take(LARGEST_ANSWER).read_to_end(&mut bytes)?;
        Ok(Received { status: head.status, headers: head.headers, body: bytes })
    }

    fn form(&self, target: &str, fault: String) -> Failure {
        Failure::Form { address: self.address.clone(), request: request(target), fault }
    }
}

/// Returns the row of our own table of URLs with this operation of the documented API: path and limit are the
/// documented ones.
fn row(operation: &str) -> &'static Row {
    let row = rows().iter().find(|row| row.endpoint.operation_id == operation);
    row.expect("the operations that are read are in the table of URLs")
}

fn request(target: &str) -> String {
    format!("GET {target}")
}

/// Whether a status says that the same request may be answered later.
fn is_for_the_moment(status: StatusCode) -> bool {
    status.is_server_error()
        || status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT
}

fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Returns the wait that the API asks for. `None` if it asks for none.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = header(headers, &RETRY_AFTER)?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// Returns what a refusal says, after a colon. Empty if it says nothing.
fn sentence(body: &[u8]) -> String {
    let Refusal { detail, message, error } = serde_json::from_slice(body).unwrap_or_default();
    let said = detail.or(message).or(error);
    said.map_or_else(String::new, |said| format!(": {}", print::shortened(&print::harmless(&said), 200)))
}
