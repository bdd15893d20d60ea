//! The feed as a stream (`text/event-stream`): events are sent as they happen, until the reader goes away,
//! the key ends or the server stops.
//!
//! The connection asks for the next part when it has room for it. So a slow reader costs no memory: what it
//! has not read stays in the database.

use std::convert::Infallible;
use std::fmt::Write;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use rankledger_domain::credential::Credential;
use rankledger_domain::ids::CommunityId;
use rankledger_domain::log::LogPlace;
use rankledger_storage::StorageError;
use rankledger_storage::events::{EventFilter, EventPage};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior};
use uuid::Uuid;

use crate::api::v2::events::readers::{Counted, News, Readers};
use crate::http::App;
use crate::wire::events::{EventBody, EventCursor};
use crate::wire::problem::Problem;

/// The content type of a stream.
pub const EVENT_STREAM: &str = "text/event-stream";

/// How long a stream is silent at the most.
const LONGEST_SILENCE: Duration = Duration::from_secs(15);

/// How often a stream looks whether its key has expired.
const EXPIRY_PERIOD: Duration = Duration::from_millis(500);

/// The number of events that are read and sent at once.
const PORTION: u32 = 100;

/// The first lines of a stream: how many milliseconds a client waits before it connects again.
const RETRY: &str = "retry: 2000\n";

/// Tells nginx not to hold the stream back.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// A stream about to begin.
pub struct NewStream {
    /// The community whose feed it is.
    pub community: CommunityId,
    /// The UUID of that community.
    pub uuid: Uuid,
    /// The key of the reader.
    pub credential: Credential,
    /// The events that are sent.
    pub filter: EventFilter,
    /// The place after which it begins.
    pub after: LogPlace,
    /// The place at which the feed ends now.
    pub end: LogPlace,
}

impl NewStream {
    /// Begins the stream, if there are not too many.
    pub fn begin(self, app: App) -> Result<Response, Problem> {
        let readers = app.feature::<Readers>();
        let counted = readers.count_in(self.credential.id)?;
        let news = readers.news((&app.storage, &app.ledger), self.community, self.end);
        let mut silence = tokio::time::interval(LONGEST_SILENCE);
        silence.set_missed_tick_behavior(MissedTickBehavior::Delay);
        silence.reset();
        let reading = Reading {
            stopping: readers.stopping(),
            app,
            place: self.after,
            stream: self,
            news,
            silence,
            is_begun: false,
            _counted: counted,
        };
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static(EVENT_STREAM)),
            (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            (ACCEL_BUFFERING, HeaderValue::from_static("no")),
        ];
        let parts = stream::unfold(reading, Reading::part);
        Ok((headers, Body::from_stream(parts)).into_response())
    }
}

/// A stream under way.
struct Reading {
    app: App,
    stream: NewStream,
    /// The place up to which everything was sent.
    place: LogPlace,
    news: watch::Receiver<News>,
    stopping: watch::Receiver<bool>,
    silence: Interval,
    is_begun: bool,
    _counted: Counted,
}

impl Reading {
    /// Returns the next part of the stream, once there is one. `None` at its end.
    async fn part(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        if !self.is_begun {
            self.is_begun = true;
            // The cursor is there from the beginning: a reader that is cut off before the first event can
            // go on.
            let text = format!("{RETRY}{}\n", self.id_line(self.place));
            return Some((Ok(text.into()), self));
        }
        loop {
            if self.is_over() {
                return None;
            }
            if self.news.borrow().end > self.place {
                let page = match self.read().await {
                    Ok(page) => page,
                    Err(error) => {
                        tracing::warn!(%error, "a stream of events broke off");
                        return None;
                    }
                };
                self.place = page.up_to;
                if !page.events.is_empty() {
                    self.silence.reset();
                    return Some((Ok(self.written(page).into()), self));
                }
                continue;
            }
            tokio::select! {
                changed = self.news.changed() => changed.ok()?,
                _ = self.stopping.changed() => {}
                () = tokio::time::sleep(EXPIRY_PERIOD) => {}
                _ = self.silence.tick() => {
                    let text = format!(": still here\n{}\n", self.id_line(self.place));
                    return Some((Ok(text.into()), self));
                }
            }
        }
    }

    /// Whether the server stops, or the key has ended.
    fn is_over(&self) -> bool {
        let credential = &self.stream.credential;
        *self.stopping.borrow()
            || self.news.borrow().revoked.contains(&credential.id)
            || credential.accepted_at(self.app.clock.now()).is_err()
    }

    /// Reads the next events, and waits until they are durable.
    async fn read(&self) -> Result<EventPage, StorageError> {
        let NewStream { community, filter, .. } = &self.stream;
        let mut tx = self.app.storage.read().await?;
        let page = tx.events(*community, filter, self.place, PORTION).await?;
        drop(tx);
        self.app.storage.flush().await?;
        Ok(page)
    }

    fn id_line(&self, place: LogPlace) -> String {
        format!("id: {}\n", EventCursor { community: self.stream.uuid, place })
    }

    /// Writes events as they are sent.
    fn written(&self, page: EventPage) -> String {
        let mut text = String::new();
        for event in page.events {
            let event = EventBody::from(event);
            let data = serde_json::to_string(&event).expect("events hold plain data with string keys");
            write!(text, "{}event: {}\ndata: {data}\n\n", self.id_line(event.place), event.r#type)
                .expect("a text takes whatever is written to it");
        }
        text
    }
}
