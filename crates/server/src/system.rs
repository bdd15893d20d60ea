//! The real clock, ids and randomness. Everything else is handed these.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::console::Token;
use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use rankledger_domain::webhook_secret;
use uuid::Uuid;

/// The clock of this machine, in whole milliseconds: what the wire and the database keep.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    started: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that is passed in")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond())
            .expect("a whole millisecond of a valid time is valid")
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// UUIDs of version 7.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "these are the ids that are passed in")]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// A new API key, from the randomness of the operating system.
pub fn new_api_key() -> Result<ApiKey, getrandom::Error> {
    let mut entropy = [0; 32];
    getrandom::fill(&mut entropy)?;
    Ok(ApiKey::from_entropy(entropy))
}

/// A new token of a session of the console, or of a link, from the randomness of the operating system.
pub fn new_token() -> Result<Token, getrandom::Error> {
    let mut entropy = [0; 32];
    getrandom::fill(&mut entropy)?;
    Ok(Token::from_entropy(entropy))
}

/// A new secret of Standard Webhooks, from the randomness of the operating system.
pub fn new_webhook_secret() -> Result<String, getrandom::Error> {
    let mut entropy = [0; 32];
    getrandom::fill(&mut entropy)?;
    Ok(webhook_secret::from_entropy(entropy))
}

/// The secret half of a new Ed25519 key, from the randomness of the operating system.
pub fn new_signing_secret() -> Result<[u8; 32], getrandom::Error> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)?;
    Ok(secret)
}
