//! One HTTP request at a time, to a server on this machine. The load comes from wrk.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(5);

/// Returns the status of a server's answer to a `GET` by anybody. `None` if it does not answer.
pub(crate) fn status(address: SocketAddr, path: &str) -> Option<u16> {
    exchange(address, "GET", path, "", "").ok().map(|(status, _)| status)
}

/// Returns a server's answer to a `GET` by anybody, which must be text with a status of 200.
pub(crate) fn text(address: SocketAddr, path: &str) -> Result<String> {
    match exchange(address, "GET", path, "", "")? {
        (200, text) => Ok(text),
        (status, answer) => bail!("GET {path} was answered with {status}: {answer}"),
    }
}

/// Sends a request. Answers what comes back, which must be JSON with a status of 2xx.
pub(crate) fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    authorization: &str,
    body: &str,
) -> Result<Value> {
    let (status, answer) = exchange(address, method, path, authorization, body)
        .with_context(|| format!("{method} {path} was not answered"))?;
    if !(200..300).contains(&status) {
        bail!("{method} {path} was answered with {status}: {answer}");
    }
    serde_json::from_str(&answer).with_context(|| format!("{method} {path} was not answered with JSON"))
}

/// Version 1.0 of HTTP: the answer comes in one piece and ends with the connection.
fn exchange(
    address: SocketAddr,
    method: &str,
    path: &str,
    authorization: &str,
    body: &str,
) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: {address}\r\nAuthorization: {authorization}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len(),
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer has no body")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.context("the answer has no status")?, body.to_owned()))
}
