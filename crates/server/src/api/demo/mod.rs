//! `POST /demo/reset` and `POST /demo/clock`: for the tests of programs that use the API. Only a demo has
//! these paths, so they are not in the table of URLs and not in the OpenAPI document.

mod clock;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::NoContent;
use axum::routing::post;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rankledger_domain::time::Clock;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::api::demo::clock::MovedBack;
use crate::http::App;
use crate::http::body::StrictBody;
use crate::http::connections::Connections;
use crate::http::feature::Feature;
use crate::http::reply::Reply;
use crate::jobs::expiry;
use crate::wire::ends::span;
use crate::wire::problem::Problem;
use crate::wire::time::Time;

pub use clock::DemoClock;

/// The controls of a demo, if this server is one. Each start of the demo has its own.
#[derive(Default)]
pub struct DemoControls(Option<Controls>);

struct Controls {
    clock: Arc<DemoClock>,
    reset: watch::Sender<Reset>,
}

/// How far a reset is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reset {
    NotAsked,
    Asked,
    /// The server takes no more connections: those that arrive now wait for the demo that begins anew. The
    /// others have been told to end.
    Begun,
}

impl DemoControls {
    /// The controls of a demo with this clock.
    #[must_use]
    pub fn new(clock: Arc<DemoClock>) -> Self {
        Self(Some(Controls { clock, reset: watch::Sender::new(Reset::NotAsked) }))
    }

    /// Waits until somebody asks for a reset.
    pub async fn reset_asked(&self) {
        match &self.0 {
            Some(controls) => controls.reached(Reset::Asked).await,
            None => std::future::pending().await,
        }
    }

    /// Notes that the server takes no more connections, and that those there are have been told to end.
    pub fn note_ending(&self) {
        if let Some(controls) = &self.0 {
            controls.reset.send_if_modified(|reset| {
                let is_asked = *reset == Reset::Asked;
                if is_asked {
                    *reset = Reset::Begun;
                }
                is_asked
            });
        }
    }

    /// Whether the server has ended because of a reset.
    #[must_use]
    pub fn is_reset(&self) -> bool {
        self.0.as_ref().is_some_and(|controls| *controls.reset.borrow() == Reset::Begun)
    }
}

impl Controls {
    async fn reached(&self, stage: Reset) {
        let mut reset = self.reset.subscribe();
        // The wait fails only without a sender, and `self` has it.
        let _ = reset.wait_for(|reset| *reset >= stage).await;
    }
}

impl Feature for DemoControls {
    fn new(_: &App) -> Self {
        Self::default()
    }
}

/// Returns the paths of a demo; none if this server is not one.
pub(super) fn routes(app: &App) -> Router<App> {
    match app.feature::<DemoControls>().0 {
        Some(_) => Router::new().route("/demo/reset", post(reset)).route("/demo/clock", post(move_clock)),
        None => Router::new(),
    }
}

/// `POST /demo/reset`: begins anew, with the community and the time of the start. A request that is sent
/// after the answer finds the new community, also if its client kept other connections: those that were
/// idle have ended.
async fn reset(State(app): State<App>) -> NoContent {
    if let Some(controls) = &app.feature::<DemoControls>().0 {
        controls.reset.send_if_modified(|reset| {
            let is_first = *reset == Reset::NotAsked;
            *reset = (*reset).max(Reset::Asked);
            is_first
        });
        controls.reached(Reset::Begun).await;
        let connections = app.feature::<Connections>();
        let others_ended = async {
            while connections.open() > 1 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        // Whoever reads slowly, or is answered slowly, is not waited for.
        let _ = tokio::time::timeout(Duration::from_secs(1), others_ended).await;
    }
    NoContent
}

/// How the clock is moved: one of the two.
#[derive(Deserialize)]
struct ClockBody {
    /// The new time.
    now: Option<Timestamp>,
    /// How far the clock goes forward: an ISO 8601 duration.
    forward: Option<String>,
}

/// The time of the demo.
#[derive(Serialize)]
struct NowBody {
    now: Time,
}

/// `POST /demo/clock`: moves the clock forward, and answers when everything that has ended by then is taken
/// away. From then on the clock stands still.
async fn move_clock(
    State(app): State<App>,
    StrictBody(body): StrictBody<ClockBody>,
) -> Result<Reply<NowBody>, Problem> {
    let controls = app.feature::<DemoControls>();
    let Some(Controls { clock, .. }) = &controls.0 else {
        return Err(Problem::path_not_found("/demo/clock"));
    };
    let to = match (body.now, body.forward) {
        (Some(to), None) => to,
        (None, Some(text)) => {
            let end = clock.now().to_zoned(TimeZone::UTC).checked_add(span("/forward", &text)?);
            end.map_err(|_| Problem::invalid_body("/forward", "it leads beyond the calendar"))?.timestamp()
        }
        _ => {
            let what = r#"give either "now", a time, or "forward", a duration such as P30D"#;
            return Err(Problem::invalid_body("", what));
        }
    };
    let moved = clock.move_to(to);
    let now = moved.map_err(|MovedBack { now }| {
        let what = format!(
            "the clock is at {}: it only goes forward, or back to the start with POST /demo/reset",
            Time(now)
        );
        Problem::invalid_body("/now", &what)
    })?;
    expiry::end_all_due(app.storage.as_ref(), &app.ledger, clock.as_ref()).await?;
    Ok(Reply::new(NowBody { now: Time(now) }))
}
