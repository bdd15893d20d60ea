//! SIGKILL at random moments under load, fifty times on the same database. Acknowledged changes are there,
//! all others are there wholly or not at all, and the hash chain holds.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::time::Duration;

use rankledger_domain::account::HeldRank;
use rankledger_domain::chain::{genesis, link};
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use rankledger_server::config::DatabaseUrl;
use rankledger_storage::ReadTx;
use rankledger_storage::history::{HistoryFilter, LedgerHead, LinkedChange, Order};
use rankledger_storage::log::LogFilter;
use rankledger_storage::postgres::PostgresOptions;
use serde_json::{Value, json};

use crate::kit::{Community, KEY, Process, account_id, agent, database_url};

const ACCOUNTS: u64 = 20;
pub(crate) const CLIENTS: u64 = 16;
const KILLS: u32 = 50;

/// Random numbers that a seed repeats (`SplitMix64`).
#[derive(Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// Returns random numbers seeded from `RANKLEDGER_SEED`, or from a new seed. Prints the seed.
    pub(crate) fn seeded() -> Self {
        let given = std::env::var("RANKLEDGER_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| RandomState::new().build_hasher().finish());
        println!("RANKLEDGER_SEED={seed}");
        Self(seed)
    }

    /// Returns another generator, seeded from this one.
    pub(crate) fn another(&mut self) -> Self {
        Self(self.below(u64::MAX))
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// A request that changes ranks. Its idempotency key is also its reason, so that its change can be found in
/// the ledger.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    path: String,
    body: Value,
    /// Name of the request. Half of the clients send it as `Idempotency-Key`.
    pub(crate) key: String,
    /// Whether the key is sent.
    pub(crate) is_keyed: bool,
}

/// Acknowledged changes, and requests of unknown outcome.
#[derive(Default)]
pub(crate) struct Told {
    /// Number and undo id of each change that was acknowledged.
    pub(crate) acknowledged: Vec<(i64, String)>,
    /// Requests without an answer.
    pub(crate) unanswered: Vec<Sent>,
}

impl Sent {
    pub(crate) fn new(client: u64, step: u64, round: u32, random: &mut Random) -> Self {
        let key = format!("round-{round}-client-{client}-step-{step}");
        let account = account_id(u32::try_from(random.below(ACCOUNTS) + 1).expect("a small number"));
        let rank = ["cadet", "officer", "medic"][usize::try_from(random.below(3)).expect("a small number")];
        let (method_path, body) = match random.below(5) {
            0 => (None, json!({"set": [rank]})),
            1 => (None, json!({"add": [rank, "medic"], "active": random.below(2) == 0})),
            2 => (None, json!({"remove": [rank]})),
            3 => (None, json!({"add": [rank], "remove": ["cadet"]})),
            _ => (Some(random.below(200) + 1), json!({})),
        };
        let path = match method_path {
            Some(number) => format!("/v2/community/rank-changes/{number}/undo"),
            None => format!("/v2/community/accounts/{account}/ranks"),
        };
        let mut body = body;
        body["reason"] = json!(key);
        Self { path, body, key, is_keyed: client.is_multiple_of(2) }
    }

    /// Sends the request. Returns status and body; `None` if the server is gone.
    pub(crate) fn send(&self, agent: &ureq::Agent, base: &str) -> Option<(u16, Value)> {
        self.ask(agent, base).map(|answer| (answer.status, answer.body))
    }

    /// Sends the request. Returns the answer; `None` if there is none, or if it does not come from
    /// Rankledger.
    pub(crate) fn ask(&self, agent: &ureq::Agent, base: &str) -> Option<Answer> {
        let url = format!("{base}{}", self.path);
        let request = if self.path.ends_with("/undo") { agent.post(url) } else { agent.patch(url) };
        let mut request = request.header("authorization", format!("Bearer {KEY}"));
        if self.is_keyed {
            request = request.header("idempotency-key", &self.key);
        }
        let mut response = request.send(self.body.to_string()).ok()?;
        let text = response.body_mut().read_to_string().ok()?;
        let wait = response.headers().get("retry-after");
        let wait = wait.and_then(|seconds| seconds.to_str().ok()?.parse().ok());
        Some(Answer {
            status: response.status().as_u16(),
            wait: wait.map(Duration::from_secs),
            body: serde_json::from_str(&text).ok()?,
        })
    }
}

/// An answer to a request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Time to wait, from `Retry-After`.
    pub(crate) wait: Option<Duration>,
    pub(crate) body: Value,
}

/// Returns the number and the undo id of the change in an answer. `None` if the answer has no change.
pub(crate) fn change_of(answer: &Value) -> Option<(i64, String)> {
    let undo_id = answer["meta"]["undoId"].as_str().or(answer["data"]["reversalUndoId"].as_str())?;
    Some((answer["meta"]["changeNumber"].as_i64()?, undo_id.to_owned()))
}

/// Runs one client until the server is gone.
fn client(base: &str, client: u64, round: u32, mut random: Random) -> Told {
    let agent = agent();
    let mut told = Told::default();
    for step in 0.. {
        let sent = Sent::new(client, step, round, &mut random);
        let Some((status, answer)) = sent.send(&agent, base) else {
            told.unanswered.push(sent);
            break;
        };
        assert!([200, 404, 409, 503].contains(&status), "{status}: {answer}");
        told.acknowledged.extend(change_of(&answer));
    }
    told
}

/// Puts a server under the load of so many clients and kills it at a random moment.
pub(crate) fn kill_under_load(server: Process, clients: u64, round: u32, random: &mut Random) -> Told {
    let base = server.url("");
    let moment = Duration::from_millis(50 + random.below(351));
    let clients = (0..clients).map(|_| random.another()).collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let base = &base;
        let clients = clients.into_iter().zip(0..);
        let clients: Vec<_> =
            clients.map(|(random, index)| scope.spawn(move || client(base, index, round, random))).collect();
        std::thread::sleep(moment);
        server.kill();
        clients.into_iter().fold(Told::default(), |mut all, client| {
            let told = client.join().expect("no client failed");
            all.acknowledged.extend(told.acknowledged);
            all.unanswered.extend(told.unanswered);
            all
        })
    })
}

/// Contents of a database.
pub(crate) struct Stored {
    pub(crate) changes: Vec<LinkedChange>,
    head: LedgerHead,
    beginning: LedgerHead,
    acts: usize,
    /// The numbers of each account's changes, newest first, as its own list has them.
    lists: BTreeMap<AccountId, Vec<ChangeNumber>>,
    accounts: BTreeMap<AccountId, (Vec<HeldRank>, bool)>,
}

/// Returns how many acts were done with a key: the operator's have none.
async fn acts_with_a_key(tx: &mut dyn ReadTx, club: CommunityId) -> usize {
    let all = LogFilter::default();
    let log = tx.log(club, &all, Order::OldestFirst, None, 10_000).await.expect("a page");
    log.entries.iter().filter(|linked| linked.entry.act.credential.is_some()).count()
}

impl Stored {
    /// Reads a database file that no server has open.
    pub(crate) fn read(database: &Path) -> Self {
        Self::at(&database_url(database))
    }

    /// Reads the database of this URL.
    pub(crate) fn at(url: &str) -> Self {
        let url: DatabaseUrl = url.parse().expect("the URL of a database");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(Self::read_all(&url))
    }

    async fn read_all(database: &DatabaseUrl) -> Self {
        let storage = database.open(PostgresOptions::default()).await.expect("it opens after a crash");
        let mut tx = storage.read().await.expect("a view");
        let community = tx.community_by_public_id("club").await.expect("a look-up").expect("the community");
        let club = community.id;
        let (mut changes, mut after) = (Vec::new(), None);
        loop {
            let all = HistoryFilter::default();
            let page = tx.history(club, &all, Order::OldestFirst, after, 1000).await.expect("a page");
            changes.extend(page.changes);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let (mut accounts, mut lists) = (BTreeMap::new(), BTreeMap::new());
        for key in tx.account_names(club).await.expect("a list") {
            let own = HistoryFilter { accounts: vec![key.id], ..HistoryFilter::default() };
            let list = tx.history(club, &own, Order::NewestFirst, None, u32::MAX - 1).await.expect("a page");
            lists.insert(key.id, list.changes.iter().map(|linked| linked.change.number).collect());
            let account = tx.standing(club, key.id).await.expect("a look-up").expect("the account").account;
            accounts.insert(key.id, (account.ranks, account.com_status));
        }
        Self {
            changes,
            head: tx.ledger_head(club).await.expect("a look-up"),
            beginning: LedgerHead { number: ChangeNumber(0), hash: genesis(community.uuid) },
            acts: acts_with_a_key(tx.as_mut(), club).await,
            lists,
            accounts,
        }
    }

    /// Checks that the rows of changes, the lists of accounts, the ranks held and the head of the ledger
    /// agree.
    pub(crate) fn check(&self) {
        let mut head = self.beginning;
        let mut replayed: BTreeMap<_, _> =
            self.accounts.keys().map(|&id| (id, (Vec::new(), false))).collect();
        for LinkedChange { change, hash, .. } in &self.changes {
            assert_eq!(change.number, head.number.next(), "there is no hole");
            head = LedgerHead { number: change.number, hash: link(head.hash, change) };
            assert_eq!(*hash, head.hash, "change {} is linked to the one before", change.number);
            let account = replayed.get_mut(&change.account).expect("the account is there");
            let transition = &change.transition;
            let before = (transition.before.clone(), transition.status_before);
            assert_eq!(*account, before, "change {} begins where the one before it ended", change.number);
            *account = (transition.after.clone(), transition.status_after);
            if let Some(reversed) = change.reverses {
                assert_eq!(self.change(reversed.0).reversed_by, Some(change.number));
            }
        }
        assert_eq!(head, self.head, "the head is the last change");
        assert_eq!(replayed, self.accounts, "the replayed state is the stored state");
        assert_eq!(self.acts, 0, "the load makes rank changes only");
        for (account, list) in &self.lists {
            let of_account = self.changes.iter().rev().filter(|linked| linked.change.account == *account);
            assert!(of_account.map(|linked| linked.change.number).eq(list.iter().copied()), "{account}");
        }
    }

    fn change(&self, number: i64) -> &rankledger_domain::rank_change::RankChange {
        let index = usize::try_from(number - 1).expect("a number from 1");
        &self.changes.get(index).unwrap_or_else(|| panic!("change {number} is lost")).change
    }

    /// Checks that each acknowledged change is there.
    pub(crate) fn check_acknowledged(&self, acknowledged: &[(i64, String)]) {
        for (number, undo_id) in acknowledged {
            assert_eq!(self.change(*number).undo_id.to_string(), *undo_id, "change {number} is another one");
        }
    }

    /// Returns the changes that the request with this key made.
    pub(crate) fn made_by(&self, key: &str) -> Vec<(i64, String)> {
        let made = self.changes.iter().map(|linked| &linked.change);
        let made = made.filter(|change| change.reason.as_deref() == Some(key));
        made.map(|change| (change.number.0, change.undo_id.to_string())).collect()
    }
}

#[test]
fn killed_fifty_times_it_loses_nothing_and_does_nothing_by_halves() {
    let community = Community::of(u32::try_from(ACCOUNTS).expect("a small number"));
    let mut random = Random::seeded();
    let mut acknowledged = Vec::new();
    let mut recorded = Stored::read(&community.database).changes.len();
    let (mut unanswered, mut survived) = (0, 0);
    for round in 1..=KILLS {
        let server = Process::serve(&community.database);
        let told = kill_under_load(server, CLIENTS, round, &mut random);
        let stored = Stored::read(&community.database);
        stored.check();
        let since = stored.changes.len() - recorded;
        recorded = stored.changes.len();
        let beyond = since.checked_sub(told.acknowledged.len()).expect("what was acknowledged is recorded");
        assert!(beyond <= told.unanswered.len(), "nobody asked for {beyond} of the changes");
        for sent in &told.unanswered {
            assert!(stored.made_by(&sent.key).len() <= 1, "{sent:?} was carried out once, or not");
        }
        unanswered += told.unanswered.len();
        survived += beyond;
        acknowledged.extend(told.acknowledged);
        stored.check_acknowledged(&acknowledged);
    }
    assert!(acknowledged.len() > 50 && unanswered > 50, "there was load");
    println!(
        "{KILLS} kills: {} changes acknowledged, {recorded} recorded; of {unanswered} requests without an answer {survived} \
         had been carried out",
        acknowledged.len()
    );
}
