//! `GET /console/live`: tells pages that show changes as they happen that there are new ones. It sends the
//! number of the last change and nothing else; a page then loads what it shows.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use rankledger_domain::ids::{ChangeNumber, CredentialId};
use rankledger_domain::log::LogPlace;
use rankledger_storage::StorageError;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior};

use super::visit::{KeptSession, Visit};
use crate::api::v2::events::readers::{Counted, News, Readers};
use crate::http::App;
use crate::http::caller::AccountsRead;
use crate::wire::problem::Problem;

/// How long a stream is silent at the most. Then it looks whether the session is still open.
const LONGEST_SILENCE: Duration = Duration::from_secs(15);

/// Tells nginx not to hold the stream back.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// A stream under way.
struct Watching {
    app: App,
    session: KeptSession,
    /// The place up to which the page was told.
    place: LogPlace,
    news: watch::Receiver<News>,
    stopping: watch::Receiver<bool>,
    silence: Interval,
    _counted: Counted,
}

/// Begins a stream.
pub(super) async fn watch(mut visit: Visit) -> Result<Response, Problem> {
    visit.require::<AccountsRead>()?;
    let (app, community) = (visit.app.clone(), visit.community());
    let readers: Arc<Readers> = app.feature::<Readers>();
    // A session counts like a key: each has its own number of streams.
    let counted = readers.count_in(CredentialId(visit.session.id.0))?;
    let end = visit.tx.end_of_events(community).await?;
    let mut silence = tokio::time::interval(LONGEST_SILENCE);
    silence.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let watching = Watching {
        news: readers.news((&app.storage, &app.ledger), community, end),
        stopping: readers.stopping(),
        session: visit.kept(),
        app,
        place: end,
        silence,
        _counted: counted,
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (ACCEL_BUFFERING, HeaderValue::from_static("no")),
    ];
    let parts = stream::unfold(watching, Watching::part);
    Ok((headers, Body::from_stream(parts)).into_response())
}

impl Watching {
    /// Returns the next part of the stream, once there is one. `None` at its end.
    async fn part(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        loop {
            if *self.stopping.borrow() {
                return None;
            }
            let end = self.news.borrow().end;
            if end > self.place {
                self.place = end;
                let ChangeNumber(last) = self.last_change().await.ok()?;
                return Some((Ok(format!("event: change\ndata: {last}\n\n").into()), self));
            }
            tokio::select! {
                changed = self.news.changed() => changed.ok()?,
                _ = self.stopping.changed() => {}
                _ = self.silence.tick() => {
                    if !self.session.is_open(&self.app).await {
                        return None;
                    }
                    return Some((Ok(": still here\n\n".into()), self));
                }
            }
        }
    }

    /// Reads the number of the last change, and waits until it is durable.
    async fn last_change(&self) -> Result<ChangeNumber, StorageError> {
        let mut tx = self.app.storage.read().await?;
        let last = tx.last_change_number(self.session.community()).await?;
        drop(tx);
        self.app.storage.flush().await?;
        Ok(last)
    }
}
