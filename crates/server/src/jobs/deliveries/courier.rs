//! The courier of one subscription: takes events from the feed, sends them, and records what became of them.
//!
//! While this node has the lease, what a courier knows is what is stored, and no other node delivers. A node
//! without the lease follows the feed all the same, so that it knows when there is something to deliver, and
//! asks for the lease only then.

use std::future::pending;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use jiff::Timestamp;
use rankledger_domain::ids::{CommunityId, SubscriptionId};
use rankledger_domain::log::LogPlace;
use rankledger_domain::subscription::Subscription;
use rankledger_storage::StorageError;
use rankledger_storage::events::EventFilter;
use tokio::sync::watch;

use super::compose;
use super::queue::Batch;
use super::round::{LINGER, PORTION, RECORD_PERIOD, Round, Sent, deliver};
use super::{Shared, client, is_over};
use crate::ops::subscriptions::record::RecordDeliveries;
use crate::ops::{LedgerError, OpError};

/// How often a courier looks whether something is due, and the pause before it loads all anew.
const TICK: Duration = Duration::from_millis(100);

/// The pause after a failure of the database, and before a node without the lease asks for it again.
const PAUSE: Duration = Duration::from_secs(1);

/// Number of events that are read at once.
const PAGE: u32 = 100;

/// What the supervisor sees of a subscription and its community.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sight {
    /// The revision of the subscription.
    pub(super) revision: i64,
    /// The place of the last event of its community.
    pub(super) end: LogPlace,
}

/// The courier of one subscription.
pub(super) struct Courier {
    pub(super) shared: Arc<Shared>,
    pub(super) community: CommunityId,
    pub(super) id: SubscriptionId,
    pub(super) sight: watch::Receiver<Sight>,
    pub(super) stopping: watch::Receiver<bool>,
    /// Whether the last look at the database failed.
    pub(super) is_failing: bool,
    /// How often in a row the receiver has asked to be left alone: it outlasts a [`Round`].
    pub(super) rests: u32,
}

type Sending = FuturesUnordered<BoxFuture<'static, Sent>>;

/// A batch that is being recorded, and whether it was.
type Recording = BoxFuture<'static, (Batch, Result<bool, OpError>)>;

/// Waits for the end of what is being recorded; for ever, if nothing is.
async fn end_of(recording: &mut Option<Recording>) -> (Batch, Result<bool, OpError>) {
    match recording {
        Some(recording) => recording.await,
        None => pending().await,
    }
}

/// How a courier goes on.
enum Next {
    /// With what it knows.
    On,
    /// With what it knows, once there is something to do.
    Idle,
    /// With what is stored, after a pause.
    Anew(Duration),
}

/// What a courier has begun and not ended.
#[derive(Clone, Copy)]
struct UnderWay {
    sends: bool,
    records: bool,
}

impl UnderWay {
    fn is_any(self) -> bool {
        self.sends || self.records
    }
}

impl Courier {
    /// Delivers until the server stops. Whoever started the courier ends it when the subscription is gone or
    /// disabled.
    pub(super) async fn run(mut self) {
        loop {
            let pause = match AssertUnwindSafe(self.deliver()).catch_unwind().await {
                Ok(Ok(None)) => return,
                Ok(Ok(Some(pause))) => pause,
                Ok(Err(error)) => self.note_failure(&error.into()),
                Err(_) => self.note_failure(&LedgerError::Panicked.into()),
            };
            if is_over(&self.stopping) {
                return;
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Returns how long to wait after a failure, and says once that there is one.
    fn note_failure(&mut self, error: &OpError) -> Duration {
        if !self.is_failing {
            tracing::warn!(%error, subscription = %self.id, "events are not delivered just now; trying again");
        }
        self.is_failing = true;
        PAUSE
    }

    /// Delivers with what is stored, until that has to be looked at anew. Returns the pause before that;
    /// `None` if the server stops.
    async fn deliver(&mut self) -> Result<Option<Duration>, StorageError> {
        let Some(mut round) = self.load().await? else {
            // It is gone or disabled; the supervisor will see that, too.
            return Ok(Some(PAUSE));
        };
        round.rests = self.rests;
        let mut sending = Sending::new();
        let mut recording: Option<Recording> = None;
        let (mut is_refused, mut held_until) = (false, None);
        loop {
            self.rests = round.rests;
            let is_stopping = is_over(&self.stopping);
            if held_until.is_none_or(|until| until <= Instant::now()) {
                let under_way = UnderWay { sends: !sending.is_empty(), records: recording.is_some() };
                match self.prepare(&mut round, is_refused, under_way, is_stopping).await {
                    Ok(Next::Anew(pause)) => return Ok(Some(pause)),
                    Ok(next) => {
                        is_refused &= under_way.records;
                        (held_until, self.is_failing) = (None, false);
                        if matches!(next, Next::On) {
                            self.begin(&mut round, &mut sending, &mut recording, is_stopping);
                        }
                    }
                    // What is under way goes on.
                    Err(error) => held_until = Some(Instant::now() + self.note_failure(&error)),
                }
            }
            if is_stopping && recording.is_none() && sending.is_empty() {
                return Ok(None);
            }
            tokio::select! {
                Some(sent) = sending.next(), if !sending.is_empty() => round.settle(sent, &self.shared),
                (batch, recorded) = end_of(&mut recording) => {
                    recording = None;
                    is_refused |= matches!(recorded, Ok(false));
                    round.note_recorded(batch, recorded);
                }
                _ = self.sight.changed() => {}
                _ = self.stopping.changed() => {}
                () = tokio::time::sleep(if round.queue.unrecorded() > 0 { LINGER } else { TICK }),
                    if !round.is_idle() || held_until.is_some() => {}
                () = tokio::time::sleep(RECORD_PERIOD) => {}
            }
        }
    }

    /// Takes over what has changed, takes events from the feed, and makes sure that this node may deliver, if
    /// there is something to do.
    async fn prepare(
        &self,
        round: &mut Round,
        is_refused: bool,
        under_way: UnderWay,
        is_stopping: bool,
    ) -> Result<Next, OpError> {
        if is_refused || self.sight.borrow().revision > round.subscription.revision {
            if under_way.records {
                // While a batch is being recorded it is not known which progress is stored: a change is taken
                // over after that, and nothing is sent before.
                return Ok(Next::Idle);
            }
            if let Some(pause) = self.look_again(round).await? {
                return Ok(Next::Anew(pause));
            }
        }
        if !is_stopping {
            self.take(round).await?;
        }
        self.shared.stats.note_lag(self.id, round.queue.lag(self.sight.borrow().end));
        if !(round.can_send(self.shared.clock.now()) || round.must_record(is_stopping) || under_way.is_any())
        {
            return Ok(Next::Idle);
        }
        if !self.shared.lease.take().await? {
            return Ok(Next::Anew(PAUSE));
        }
        if self.shared.lease.term() != round.term {
            return Ok(Next::Anew(Duration::ZERO));
        }
        Ok(Next::On)
    }

    /// Begins to send and to record what is due.
    fn begin(
        &self,
        round: &mut Round,
        sending: &mut Sending,
        recording: &mut Option<Recording>,
        is_stopping: bool,
    ) {
        if !is_stopping {
            self.send(round, sending, self.shared.clock.now());
        }
        if recording.is_none() && round.must_record(is_stopping) {
            *recording = Some(self.record(round));
        }
    }

    /// Loads the subscription and its deliveries. `None` if it is gone or disabled.
    async fn load(&self) -> Result<Option<Round>, StorageError> {
        // The lease first: what is read after it was taken is what this node may rely on.
        let term = self.shared.lease.term();
        let mut tx = self.shared.storage.read().await?;
        let Some(subscription) = self.find(tx.as_mut()).await? else { return Ok(None) };
        let progress = tx.subscription_progress(self.community, self.id).await?;
        let Some(progress) = progress else { return Ok(None) };
        let waiting = tx.waiting_deliveries(self.community, self.id).await?;
        Ok(Some(Round::new(subscription, progress, waiting, term)))
    }

    async fn find(
        &self,
        tx: &mut dyn rankledger_storage::ReadTx,
    ) -> Result<Option<Subscription>, StorageError> {
        let found = tx.subscription(self.community, self.id).await?;
        Ok(found.filter(|found| found.disabled.is_none()))
    }

    /// Takes over what a person has changed. If all has to be looked at anew instead, returns the pause
    /// before that.
    async fn look_again(&self, round: &mut Round) -> Result<Option<Duration>, StorageError> {
        let mut tx = self.shared.storage.read().await?;
        let found = self.find(tx.as_mut()).await?;
        let progress = tx.subscription_progress(self.community, self.id).await?;
        let Some((subscription, progress)) = Option::zip(found, progress) else {
            return Ok(Some(PAUSE));
        };
        let is_known = subscription.revision == round.subscription.revision;
        if progress.place != round.queue.recorded_place() || is_known {
            // A replay, or another node delivers.
            return Ok(Some(TICK));
        }
        let waiting = tx.waiting_deliveries(self.community, self.id).await?;
        round.change(subscription, progress, waiting);
        Ok(None)
    }

    /// Takes events from the feed, as far as there is room for them.
    async fn take(&self, round: &mut Round) -> Result<(), StorageError> {
        let end = self.sight.borrow().end;
        while round.queue.taken_up_to() < end && round.queue.wants_more(self.shared.clock.now()) {
            let Some(types) = compose::types_of(&round.subscription) else {
                round.queue.take_up_to(end);
                return Ok(());
            };
            let filter = EventFilter { types, account: None };
            let after = round.queue.taken_up_to();
            let mut tx = self.shared.storage.read().await?;
            let page = tx.events(self.community, &filter, after, PAGE).await?;
            drop(tx);
            if !page.events.is_empty() {
                // The view may have seen what is not on the disk yet. Nobody is told of that.
                self.shared.storage.flush().await?;
            }
            let now = self.shared.clock.now();
            let is_summarised =
                |event: &_| round.subscription.summarises_rollbacks && compose::is_step_of_rollback(event);
            // What comes after the end may have come after a change that is not taken over yet.
            let wanted =
                page.events.into_iter().filter(|event| event.place() <= end && !is_summarised(event));
            for event in wanted {
                round.queue.put(event, now);
            }
            if page.up_to <= after {
                return Ok(());
            }
            round.queue.take_up_to(page.up_to.min(end));
        }
        Ok(())
    }

    /// Begins to send what is due, as much as may be under way at once.
    fn send(&self, round: &mut Round, sending: &mut Sending, now: Timestamp) {
        let most = round.most_at_once(client::MOST_TO_HOST);
        while sending.len() < most && round.can_send(now) {
            let together = compose::most_in_message(round.subscription.kind);
            // What was refused goes alone: it may be one event of many that the receiver does not take.
            let in_message = if round.queue.is_next_tried(now) { 1 } else { together };
            let Some(items) = round.queue.next(now, in_message) else { return };
            let (shared, subscription) = (Arc::clone(&self.shared), Arc::clone(&round.subscription));
            sending.push(deliver(shared, self.community, subscription, items).boxed());
        }
    }

    /// Begins to record what has changed.
    fn record(&self, round: &mut Round) -> Recording {
        let batch = round.queue.batch(PORTION);
        let command = RecordDeliveries {
            community: self.community,
            subscription: self.id,
            revision: round.subscription.revision,
            lease: self.shared.lease.claim(),
            progress: round.progress_at(batch.place),
            deliveries: batch.deliveries.clone(),
            disable: round.disable.clone(),
        };
        round.begin_recording();
        let ledger = self.shared.ledger.clone();
        async move { (batch, ledger.submit(command).await) }.boxed()
    }
}
