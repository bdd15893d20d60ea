//! What the answer of a receiver means.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use rankledger_domain::subscription::SubscriptionKind;
use serde::Deserialize;

use super::client::{Answer, SendError};

/// The longest time for which a receiver may ask to be left alone.
const LONGEST_REST: Duration = Duration::from_hours(24);

/// The time for which a receiver is left alone that says it is asked too often, and not how long to wait.
const USUAL_REST: Duration = Duration::from_secs(5);

/// What becomes of deliveries by one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The receiver has taken them.
    Taken,
    /// They are tried again.
    Failed(String),
    /// They are tried again; nothing is sent to the receiver before the time that it has asked for.
    Later(Duration, String),
    /// The receiver is gone for good: nothing more is sent to it.
    Gone(String),
}

impl Verdict {
    /// Returns why the receiver has not taken them. `None` if it has.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Taken => None,
            Self::Failed(why) | Self::Later(_, why) | Self::Gone(why) => Some(why),
        }
    }

    /// Returns what an answer means, of a receiver of this kind.
    #[must_use]
    pub fn of(kind: SubscriptionKind, answer: &Result<Answer, SendError>, now: Timestamp) -> Self {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Self::Failed(error.to_string()),
        };
        let status = answer.status;
        match (kind, status) {
            (SubscriptionKind::GameServer, 200..=299) => of_game_server(answer.body.trim()),
            (_, 200..=299) => Self::Taken,
            (_, 300..=399) => Self::Failed(format!(
                "it answers with a redirect ({status}), which is not followed: the subscription needs the URL it leads to"
            )),
            (SubscriptionKind::Discord, 401 | 404) => Self::Gone(format!(
                "Discord answers {status}: the webhook was deleted there, or its URL is wrong"
            )),
            (_, 410) => Self::Gone("it answers 410: it is gone for good".to_owned()),
            (_, 429 | 503) => rest(answer, now).map_or_else(
                || Self::Failed(format!("it answers with status {status}")),
                |rest| {
                    let why = format!(
                        "it answers {status}, and asks to be left alone for {} s",
                        rest.as_secs_f32()
                    );
                    Self::Later(rest, why)
                },
            ),
            _ => Self::Failed(format!("it answers with status {status}")),
        }
    }
}

/// A game server answers with status 200, whatever it thinks.
fn of_game_server(body: &str) -> Verdict {
    if body.eq_ignore_ascii_case("ok") || body.eq_ignore_ascii_case("Event not registered") {
        return Verdict::Taken;
    }
    Verdict::Failed(if body.eq_ignore_ascii_case("Bad API Key") {
        "the game server expects another key than the secret of the subscription".to_owned()
    } else {
        "the game server answers neither `ok` nor `Event not registered`".to_owned()
    })
}

/// Discord says in the body how many seconds to wait.
#[derive(Deserialize)]
struct RetryAfter {
    retry_after: f64,
}

/// Returns how long the receiver asks to be left alone. `None` if it does not say, and its status alone does
/// not ask for it.
fn rest(answer: &Answer, now: Timestamp) -> Option<Duration> {
    let in_body = serde_json::from_str::<RetryAfter>(&answer.body).ok();
    let in_body = in_body.and_then(|body| Duration::try_from_secs_f64(body.retry_after).ok());
    let in_header = answer.retry_after.as_deref().and_then(|text| read_retry_after(text.trim(), now));
    let usual = (answer.status == 429).then_some(USUAL_REST);
    in_body.max(in_header).or(usual).map(|rest| rest.min(LONGEST_REST))
}

/// Reads the header: seconds, or a date.
fn read_retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let until = rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO))
}
