//! Recorded requests, written to a connection as the client wrote them: its headers and no others, and a body
//! in chunks where the client sends chunks.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::kit::PATIENCE;

/// A request of a client.
#[derive(Debug, Deserialize)]
pub(crate) struct Recorded {
    pub(crate) method: String,
    pub(crate) path: String,
    headers: Map<String, Value>,
    body: String,
    /// What the client makes of the answer: whether it takes it for a success.
    pub(crate) success: bool,
    /// Members of what the client hands to the program that uses it, each by its JSON pointer.
    #[serde(default)]
    pub(crate) reads: Map<String, Value>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON. Null if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl Recorded {
    /// Reads the lines of a file.
    pub(crate) fn all(lines: &str) -> Vec<Self> {
        let read = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        lines.lines().map(read).collect()
    }

    /// Sends the request on a connection of its own. Puts `undo_id` in the place of `{undoId}`, in the path
    /// and in the body.
    pub(crate) fn send(&self, address: SocketAddr, undo_id: &str) -> Response {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        let Self { method, headers, .. } = self;
        let [path, body] = [&self.path, &self.body].map(|text| text.replace("{undoId}", undo_id));
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\n");
        for (name, value) in headers {
            head.extend([name, ": ", value.as_str().expect("a text"), "\r\n"]);
        }
        let is_chunked = headers.contains_key("transfer-encoding");
        if !is_chunked && method != "GET" {
            head.extend(["content-length: ", &body.len().to_string(), "\r\n"]);
        }
        let body = match is_chunked {
            true if body.is_empty() => "0\r\n\r\n".to_owned(),
            true => format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()),
            false => body,
        };
        stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes()).expect("it is sent");
        read(stream)
    }
}

fn read(stream: TcpStream) -> Response {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut text = String::new();
        reader.read_line(&mut text).expect("a line of the head");
        text.trim_end().to_owned()
    };
    let status = line().split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let mut headers = Vec::new();
    loop {
        let header = line();
        let Some((name, value)) = header.split_once(": ") else { break };
        headers.push((name.to_owned(), value.to_owned()));
    }
    let mut body = String::new();
    reader.read_to_string(&mut body).expect("the body, to the end of the connection");
    Response { status, headers, body }
}
