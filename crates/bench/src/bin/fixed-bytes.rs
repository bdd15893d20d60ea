//! Answers every GET and PATCH with the same 1.5 KB: what HTTP itself costs, set up as `rankledger serve`
//! sets it up.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::response::IntoResponse;
use axum::routing::get;
use clap::Parser;
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;

const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

const BODY_LENGTH: usize = 1536;

/// Answers every GET and PATCH with the same 1.5 KB.
#[derive(Parser)]
struct Args {
    /// Address to listen on
    #[arg(long, value_name = "ADDR")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Args { listen } = Args::parse();
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    println!("listening on {}", listener.local_addr()?);
    let body = Bytes::from(body());
    let answer = move |_: Bytes| {
        let body = body.clone();
        async move { ([(CONTENT_TYPE, "application/json")], body).into_response() }
    };
    let router = Router::new().route("/{*path}", get(answer.clone()).patch(answer));
    loop {
        let (stream, _) = listener.accept().await.context("cannot accept a connection")?;
        stream.set_nodelay(true)?;
        let service = TowerToHyperService::new(router.clone());
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
        // A connection that ends early is the client's affair.
        tokio::spawn(http.serve_connection(TokioIo::new(stream), service));
    }
}

/// A JSON object of the length that the row of an account has.
fn body() -> String {
    let (head, tail) = ("{\"success\":true,\"data\":\"", "\"}");
    format!("{head}{}{tail}", "x".repeat(BODY_LENGTH - head.len() - tail.len()))
}
