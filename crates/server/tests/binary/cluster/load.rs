//! Clients that give every request a key and send it again until it is answered. Afterwards the ledger is
//! checked.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::kit::until;
use crate::kills::{Answer, Random, Sent, Stored, change_of};
use crate::kit::{PATIENCE, agent, rankledger, succeed};

/// Time that a client waits if the reply has no `Retry-After`.
const PAUSE: Duration = Duration::from_millis(100);

/// A request and its final result.
struct Done {
    sent: Sent,
    /// The change that the server acknowledged.
    change: Option<(i64, String)>,
    at: Instant,
    /// Earlier results of this request: a status after which the client tries again, or `None` without an
    /// answer.
    before: Vec<Option<u16>>,
}

/// Progress of the clients.
#[derive(Default)]
pub(super) struct Progress {
    changes: AtomicUsize,
    is_over: AtomicBool,
}

/// Ends the load when it is dropped, also if a test fails.
struct UntilDropped<'a>(&'a Progress);

impl Drop for UntilDropped<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }
}

impl Progress {
    /// Waits until so many more changes have been acknowledged.
    pub(super) fn wait_for(&self, changes: usize) {
        let enough = self.changes.load(Ordering::Relaxed) + changes;
        until("the changes do not go on", || self.changes.load(Ordering::Relaxed) >= enough);
    }
}

/// Results of a load.
pub(super) struct Load(Vec<Done>);

/// Lets clients make changes and undos at `base` while `meanwhile` runs. Returns after the last request is
/// answered.
pub(super) fn load(base: &str, clients: u64, meanwhile: impl FnOnce(&Progress)) -> Load {
    let (progress, mut random) = (Progress::default(), Random::seeded());
    let done = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..clients)
            .map(|index| {
                let (progress, random) = (&progress, random.another());
                scope.spawn(move || client(base, index, progress, random))
            })
            .collect();
        {
            let _until_dropped = UntilDropped(&progress);
            meanwhile(&progress);
        }
        clients.into_iter().flat_map(|client| client.join().expect("no client failed")).collect()
    });
    Load(done)
}

fn client(base: &str, index: u64, progress: &Progress, mut random: Random) -> Vec<Done> {
    let agent = agent();
    let mut all = Vec::new();
    for step in 0.. {
        if progress.is_over.load(Ordering::Relaxed) {
            break;
        }
        let mut sent = Sent::new(index, step, 0, &mut random);
        sent.is_keyed = true;
        let (answer, before) = until_answered(&sent, &agent, base);
        assert!([200, 404, 409].contains(&answer.status), "{}: {}", answer.status, answer.body);
        let change = change_of(&answer.body);
        progress.changes.fetch_add(usize::from(change.is_some()), Ordering::Relaxed);
        all.push(Done { sent, change, at: Instant::now(), before });
    }
    all
}

/// Sends a request until it gets a final answer. Returns that answer and the earlier results.
fn until_answered(sent: &Sent, agent: &ureq::Agent, base: &str) -> (Answer, Vec<Option<u16>>) {
    let (begun, mut before) = (Instant::now(), Vec::new());
    loop {
        let answer = sent.ask(agent, base);
        before.push(answer.as_ref().map(|answer| answer.status));
        let wait = match answer {
            Some(answer) if answer.wait.is_some() => answer.wait,
            Some(answer) => {
                assert!(answer.status != 503, "503 says when to come back: {}", answer.body);
                before.pop();
                return (answer, before);
            }
            None => None,
        };
        assert!(begun.elapsed() < PATIENCE, "{sent:?} is not answered: {before:?}");
        std::thread::sleep(wait.unwrap_or(PAUSE));
    }
}

impl Load {
    /// Checks the ledger against the acknowledged changes: each of them is there exactly once, there are no
    /// others, numbers have no hole, and the replayed log gives the stored state.
    pub(super) fn check(&self, database: &str) {
        let stored = Stored::at(database);
        stored.check();
        let acknowledged: Vec<_> = self.0.iter().filter_map(|done| done.change.clone()).collect();
        stored.check_acknowledged(&acknowledged);
        for Done { sent, change, .. } in &self.0 {
            assert_eq!(
                stored.made_by(&sent.key),
                Vec::from_iter(change.clone()),
                "{sent:?} was carried out once"
            );
        }
        let made = stored.changes.iter().filter(|linked| linked.change.reason.is_some()).count();
        assert_eq!(made, acknowledged.len(), "every change that a client asked for was answered");
        succeed(&mut rankledger(&["verify", "--database", database]));
    }

    /// Describes the load: how many changes there were, how many requests were sent more than once and why,
    /// and the longest time without a change.
    pub(super) fn report(&self) -> String {
        let mut times: Vec<_> =
            self.0.iter().filter(|done| done.change.is_some()).map(|done| done.at).collect();
        times.sort_unstable();
        let pauses = times.windows(2).map(|times| times[1].duration_since(times[0]));
        let longest = pauses.max().unwrap_or_default().as_secs_f64();
        let repeated = self.0.iter().filter(|done| !done.before.is_empty()).count();
        let mut causes = BTreeMap::<_, usize>::new();
        for status in self.0.iter().flat_map(|done| &done.before) {
            *causes.entry(status.map_or("no answer".to_owned(), |status| status.to_string())).or_default() +=
                1;
        }
        format!(
            "{} requests, {} changes acknowledged, {longest:.1} s without writes; {repeated} requests sent more than once, \
             because of {causes:?}",
            self.0.len(),
            times.len()
        )
    }
}
