//! The log of this process, on standard error.
//!
//! The log of a server never holds anything up: a line goes into a bounded queue, and a thread writes it. A
//! line that does not fit, or that cannot be written because its reader has ended or the disk is full, is
//! dropped and counted. See decision 0021. Commands write their few lines directly.

use std::env::{self, VarError};
use std::io::{self, IsTerminal, Write};
use std::panic::PanicHookInfo;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TryRecvError, TrySendError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::writer::{BoxMakeWriter, MakeWriter};

/// Name of the environment variable that chooses the form of the log.
const FORMAT: &str = "RANKLEDGER_LOG_FORMAT";

/// Lines that may wait to be written.
const QUEUE: usize = 4096;

/// Longest time that the end of the process waits until the queued lines are written.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// Pause before a queue or a terminal that has no room at the moment is tried again.
const PAUSE: Duration = Duration::from_millis(5);

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Logs to standard error, as much as `RANKLEDGER_LOG` says, or `otherwise`. A line that cannot be written is
/// dropped.
pub(super) fn log_directly(otherwise: LevelFilter) -> Result<()> {
    start(otherwise, BoxMakeWriter::new(io::stderr))
}

/// Logs through a queue, as much as `RANKLEDGER_LOG` says, or `info`. A panic of any thread becomes a line.
/// The queued lines are written when the returned value is dropped.
pub(super) fn log_through_queue() -> Result<LogQueue> {
    let (queue, lines) = LogQueue::new(QUEUE);
    start(LevelFilter::INFO, BoxMakeWriter::new(queue.clone_writer()))?;
    let lost = Arc::clone(&queue.writer.lost);
    let thread = thread::Builder::new().name("log".to_owned());
    thread
        .spawn(move || Output::new(io::stderr(), lost).write_all_of(&lines))
        .context("cannot start the log")?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(queue)
}

fn start(otherwise: LevelFilter, writer: BoxMakeWriter) -> Result<()> {
    let filter = EnvFilter::builder()
        .with_env_var("RANKLEDGER_LOG")
        .with_default_directive(otherwise.into())
        .from_env()
        .context("RANKLEDGER_LOG is not a log filter such as `info` or `rankledger_server=debug`")?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    // Without it the library prints each failed line again, and that panics.
    let log = log.log_internal_errors(false);
    let started = match format()? {
        Format::Text => log.with_ansi(io::stderr().is_terminal()).try_init(),
        Format::Json => log.json().flatten_event(true).with_span_list(false).try_init(),
    };
    started.map_err(|error| anyhow!("cannot start the log: {error}"))
}

fn format() -> Result<Format> {
    match env::var(FORMAT).as_deref() {
        Ok("text" | "") | Err(VarError::NotPresent) => Ok(Format::Text),
        Ok("json") => Ok(Format::Json),
        Ok(_) | Err(VarError::NotUnicode(_)) => bail!("{FORMAT} must be `text` or `json`"),
    }
}

/// The standard library would print a panic to standard error, and wait there for a reader that has stalled.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let thread = thread::current();
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let message = panic.payload_as_str().unwrap_or("without a message");
    tracing::error!(thread = thread.name().unwrap_or("unnamed"), place, "panicked: {message}");
}

/// Something for the thread that writes.
enum Queued {
    Line(Vec<u8>),
    /// Asks for a sign that all lines before it are written or lost.
    Flush(SyncSender<()>),
}

/// The queue of the log. Dropping it waits for a bounded time until what is queued is written.
pub(super) struct LogQueue {
    writer: QueueWriter,
}

/// Puts lines into the queue.
#[derive(Clone)]
struct QueueWriter {
    queue: SyncSender<Queued>,
    lost: Arc<AtomicU64>,
}

impl LogQueue {
    fn new(lines: usize) -> (Self, Receiver<Queued>) {
        let (queue, queued) = mpsc::sync_channel(lines);
        (Self { writer: QueueWriter { queue, lost: Arc::default() } }, queued)
    }

    fn clone_writer(&self) -> QueueWriter {
        self.writer.clone()
    }

    /// Returns the counter of the lines that were lost since the start.
    pub(super) fn lost(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.writer.lost)
    }
}

impl Drop for LogQueue {
    fn drop(&mut self) {
        let deadline = Instant::now() + FLUSH_TIMEOUT;
        let (done, written) = mpsc::sync_channel(1);
        let mut message = Queued::Flush(done);
        while let Err(TrySendError::Full(again)) = self.writer.queue.try_send(message) {
            if Instant::now() >= deadline {
                return;
            }
            message = again;
            thread::sleep(PAUSE);
        }
        // After the deadline the rest is lost: nobody reads the log.
        let _ = written.recv_timeout(deadline.saturating_duration_since(Instant::now()));
    }
}

impl Write for QueueWriter {
    /// Queues a line, which comes in one piece. Never fails.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.queue.try_send(Queued::Line(line.to_vec())).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for QueueWriter {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Where the lines go, and how many were lost on the way.
struct Output<W> {
    to: W,
    lost: Arc<AtomicU64>,
    /// The number of lost lines that the log tells of.
    told: u64,
    /// Whether the last line was written.
    works: bool,
    /// Whether the last line was written in part.
    is_torn: bool,
}

impl<W: Write> Output<W> {
    fn new(to: W, lost: Arc<AtomicU64>) -> Self {
        Self { to, lost, told: 0, works: true, is_torn: false }
    }

    /// Writes what is queued, until nobody can queue any more.
    fn write_all_of(&mut self, queue: &Receiver<Queued>) {
        loop {
            let next = match queue.try_recv() {
                Err(TryRecvError::Empty) => {
                    self.tell_of_lost_lines();
                    queue.recv().ok()
                }
                next => next.ok(),
            };
            match next {
                Some(Queued::Line(line)) => self.write(&line),
                // Nobody waits any more if the sign cannot be given.
                Some(Queued::Flush(done)) => drop(done.try_send(())),
                None => return,
            }
        }
    }

    /// Logs how many lines were lost so far, once all that was queued is written.
    fn tell_of_lost_lines(&mut self) {
        let lost = self.lost.load(Ordering::Relaxed);
        if self.works && lost > self.told {
            self.told = lost;
            tracing::warn!(
                since_the_start = lost,
                "lines of this log were lost: it took no more, or not in time"
            );
        }
    }

    fn write(&mut self, line: &[u8]) {
        let torn = if self.is_torn { "\n".as_bytes() } else { &[] };
        let (written, is_whole) = write_as_far_as_possible(&mut self.to, &[torn, line].concat());
        self.works = is_whole;
        self.is_torn = !is_whole && (self.is_torn || written > 0);
        if !is_whole {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Returns how many bytes were written, and whether that is all.
fn write_as_far_as_possible(to: &mut impl Write, bytes: &[u8]) -> (usize, bool) {
    let mut written = 0;
    while written < bytes.len() {
        match to.write(&bytes[written..]) {
            Ok(0) => break,
            Ok(more) => written += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Another process has made the terminal or the pipe non-blocking.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(PAUSE),
            Err(_) => break,
        }
    }
    (written, written == bytes.len())
}
