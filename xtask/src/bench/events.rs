//! Events: what those who are told of them cost those who change ranks, and how soon they are told.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, spawn};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::figures::{Figures, Part, What};
use super::ledger::Ledger;
use super::receiver::Receiver;
use crate::measuring::programs::Programs;
use crate::measuring::seeded::Seeded;

/// Subscriptions that are told of nothing.
const IDLE: usize = 6;

/// Events that are sent to one receiver.
const BURST: u32 = 10_000;

/// Events of which the time is taken, one after the other.
const SINGLE: usize = 200;

/// Rank changes beside subscriptions that are told of nothing, and a reader of the stream.
pub(super) fn idle(programs: &Programs, seeded: &Seeded, seconds: u32, figures: &mut Figures) -> Result<()> {
    let ledger = Ledger::start_sending(programs, seeded, seconds)?;
    let receiver = Receiver::start()?;
    for _ in 0..IDLE {
        subscribe(&ledger, &receiver, "community.frozen")?;
    }
    let reader = Reader::start(&ledger)?;
    ledger.changes(What::Changes64Told, 64, 4, figures)?;
    reader.stop();
    ledger.stop().map(drop)
}

/// How long it takes until a receiver knows of one change, and of thousands.
pub(super) fn arrival(programs: &Programs, seeded: &Seeded, figures: &mut Figures) -> Result<()> {
    let ledger = Ledger::start_sending(programs, seeded, 1)?;
    let receiver = Receiver::start()?;
    let subscription = subscribe(&ledger, &receiver, "ranks.changed")?;
    let mut took = Vec::with_capacity(SINGLE);
    for change in 0..SINGLE {
        ledger.change_once(change, 5)?;
        let answered = Instant::now();
        let arrived = receiver.wait_for(change + 1)?;
        took.push(arrived.saturating_duration_since(answered).as_secs_f64() * 1e6);
    }
    took.sort_unstable_by(f64::total_cmp);
    figures.add(What::Arrival, Part::Median, took[SINGLE / 2]);
    figures.add(What::Arrival, Part::Slowest, took[SINGLE * 99 / 100]);

    let path = format!("/v2/community/webhooks/{subscription}");
    ledger.ask("POST", &format!("{path}/disable"), "")?;
    ledger.give(BURST, 6)?;
    let begun = Instant::now();
    ledger.ask("POST", &format!("{path}/enable"), "")?;
    let arrived = receiver.wait_for(SINGLE + BURST as usize)?;
    figures.add(What::Burst, Part::Single, arrived.duration_since(begun).as_secs_f64());
    ledger.stop().map(drop)
}

/// Makes a subscription to events of this type. Returns its id.
fn subscribe(ledger: &Ledger<'_>, receiver: &Receiver, event_type: &str) -> Result<String> {
    let body = json!({"kind": "standard", "name": "bench", "url": receiver.url(), "types": [event_type]});
    let made: Value = ledger.ask("POST", "/v2/community/webhooks", &body.to_string())?;
    made["data"]["id"].as_str().map(str::to_owned).context("a subscription has an id")
}

/// A reader of the stream.
struct Reader {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Reader {
    /// Begins to read, from the end of the feed on.
    fn start(ledger: &Ledger<'_>) -> Result<Self> {
        let mut stream = TcpStream::connect(ledger.address())?;
        stream.set_read_timeout(Some(Duration::from_millis(100)))?;
        write!(
            stream,
            "GET /v2/community/events?after=latest HTTP/1.1\r\nHost: bench\r\nAuthorization: {}\r\n\
             Accept: text/event-stream\r\n\r\n",
            ledger.authorization(),
        )?;
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let thread = spawn(move || {
            let mut part = vec![0; 65_536];
            while !over.load(Ordering::Relaxed) {
                // A time-out only says that nothing has happened.
                let _ = stream.read(&mut part);
            }
        });
        Ok(Self { is_over, thread })
    }

    fn stop(self) {
        self.is_over.store(true, Ordering::Relaxed);
        // The thread does nothing that could fail.
        let _ = self.thread.join();
    }
}
