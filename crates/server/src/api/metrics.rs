//! `GET /metrics`: what this process counts, in the text format of Prometheus (version 0.0.4).
//!
//! A number is kept where it arises, and read here when it is asked for.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, Response as ResponseObject};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;

use crate::api::backups::Backups;
use crate::api::v2::events::readers::Readers;
use crate::api::webhooks::Webhooks;
use crate::http::App;
use crate::http::connections::Connections;
use crate::http::feature::Feature;
use crate::http::long_reads::LongReads;
use crate::http::rate_limit::SharedBuckets;

/// A number to watch.
struct Metric {
    name: &'static str,
    /// `counter`, which only grows while the process lives, or `gauge`.
    kind: &'static str,
    help: &'static str,
    /// Reads the number. `None` if this server has no such number.
    value: fn(&App) -> Option<u64>,
}

const METRICS: &[Metric] = &[
    Metric {
        name: "rankledger_ledger_received_total",
        kind: "counter",
        help: "Commands that were taken into the queue of the ledger writer.",
        value: |app| Some(app.ledger.stats().received()),
    },
    Metric {
        name: "rankledger_ledger_commands_total",
        kind: "counter",
        help: "Commands that the ledger writer has written and committed.",
        value: |app| Some(app.ledger.stats().commands()),
    },
    Metric {
        name: "rankledger_ledger_commits_total",
        kind: "counter",
        help: "Commits that had at least one command in them.",
        value: |app| Some(app.ledger.stats().commits()),
    },
    Metric {
        name: "rankledger_rate_limit_fallbacks_total",
        kind: "counter",
        help: "Requests that this node counted by itself because the shared rate limits did not answer.",
        value: |app| Some(app.limiter.shared().map_or(0, SharedBuckets::fallbacks)),
    },
    Metric {
        name: "rankledger_rate_limit_shared_up",
        kind: "gauge",
        help: "Whether the shared rate limits answer (1) or not (0).",
        value: |app| app.limiter.shared().map(|shared| u64::from(shared.is_up())),
    },
    Metric {
        name: "rankledger_event_streams",
        kind: "gauge",
        help: "Streams of events that are open at this node.",
        value: |app| u64::try_from(app.feature::<Readers>().count()).ok(),
    },
    Metric {
        name: "rankledger_deliveries_delivered_total",
        kind: "counter",
        help: "Events that a receiver of a subscription has taken.",
        value: |app| Some(app.feature::<Webhooks>().stats().delivered()),
    },
    Metric {
        name: "rankledger_deliveries_failed_total",
        kind: "counter",
        help: "Attempts to deliver an event that failed and are made again.",
        value: |app| Some(app.feature::<Webhooks>().stats().failed()),
    },
    Metric {
        name: "rankledger_deliveries_put_off_total",
        kind: "counter",
        help: "Attempts to deliver an event that a receiver has put off.",
        value: |app| Some(app.feature::<Webhooks>().stats().put_off()),
    },
    Metric {
        name: "rankledger_deliveries_given_up_total",
        kind: "counter",
        help: "Events that were tried too often and rest.",
        value: |app| Some(app.feature::<Webhooks>().stats().given_up()),
    },
    Metric {
        name: "rankledger_log_lines_lost_total",
        kind: "counter",
        help: "Lines of the log that were not written, because standard error took no more or not in time.",
        value: |app| Some(app.feature::<LostLogLines>().0.load(Ordering::Relaxed)),
    },
    Metric {
        name: "rankledger_connections_open",
        kind: "gauge",
        help: "Open connections of clients.",
        value: |app| Some(app.feature::<Connections>().open()),
    },
    Metric {
        name: "rankledger_connections_refused_total",
        kind: "counter",
        help: "Connections and requests that were refused because there were too many.",
        value: |app| Some(app.feature::<Connections>().refused()),
    },
    Metric {
        name: "rankledger_connections_closed_for_room_total",
        kind: "counter",
        help: "Connections that kept the server waiting and were closed to make room for others.",
        value: |app| Some(app.feature::<Connections>().closed_for_room()),
    },
    Metric {
        name: "rankledger_connections_stalled_total",
        kind: "counter",
        help: "Connections that were cut off because the client took nothing of its answer.",
        value: |app| Some(app.feature::<Connections>().stalled()),
    },
    Metric {
        name: "rankledger_long_reads_refused_total",
        kind: "counter",
        help: "Requests that were refused because too many long reads were under way.",
        value: |app| Some(app.feature::<LongReads>().refused()),
    },
    Metric {
        name: "rankledger_sqlite_log_bytes",
        kind: "gauge",
        help: "Bytes of SQLite's write-ahead log that are not let start anew yet.",
        value: |app| app.storage.log_bytes(),
    },
    Metric {
        name: "rankledger_backup_age_seconds",
        kind: "gauge",
        help: "Age of the newest backup of those that this server takes by itself.",
        value: |app| app.feature::<Backups>().0.as_ref()?.age(app.clock.now()).map(|age| age.as_secs()),
    },
    Metric {
        name: "rankledger_backup_failures_total",
        kind: "counter",
        help: "Backups that could not be taken.",
        value: |app| app.feature::<Backups>().0.as_ref().map(|watch| watch.failures()),
    },
];

/// The number of lines that the log of this process has lost.
pub struct LostLogLines(pub Arc<AtomicU64>);

impl Feature for LostLogLines {
    /// The number of a server that keeps no log of its own: 0.
    fn new(_: &App) -> Self {
        Self(Arc::default())
    }
}

/// Every metric with its value.
pub struct Metrics(String);

/// `GET /metrics`
pub async fn metrics(State(app): State<App>) -> Metrics {
    let mut text = String::new();
    for Metric { name, kind, help, value } in METRICS {
        if let Some(value) = value(&app) {
            writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}")
                .expect("a text takes whatever is written to it");
        }
    }
    write_lags(&app, &mut text);
    Metrics(text)
}

/// Adds how far behind the deliveries of each enabled subscription are. There are at most 50 in a community.
fn write_lags(app: &App, text: &mut String) {
    let lags = app.feature::<Webhooks>().stats().lags();
    if lags.is_empty() {
        return;
    }
    let (name, help) = ("rankledger_delivery_lag_events", "Events that a subscription has still to be sent.");
    let mut lines = format!("# HELP {name} {help}\n# TYPE {name} gauge\n");
    for (subscription, events) in lags {
        writeln!(lines, "{name}{{subscription=\"{subscription}\"}} {events}")
            .expect("a text takes whatever is written to it");
    }
    text.push_str(&lines);
}

impl IntoResponse for Metrics {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], self.0).into_response()
    }
}

impl OperationOutput for Metrics {
    type Inner = Self;

    fn inferred_responses(_: &mut GenContext, _: &mut Operation) -> Vec<(Option<u16>, ResponseObject)> {
        let response = ResponseObject {
            description: "The metrics, in the text format of Prometheus".to_owned(),
            content: [("text/plain".to_owned(), MediaType::default())].into(),
            ..ResponseObject::default()
        };
        vec![(Some(200), response)]
    }
}
