//! The real server: its router, ledger writer and database. Steps are sent to it as HTTP requests, and the
//! stored data is read past the API.

mod answers;
mod requests;

use std::sync::LazyLock;
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::{TestCaseError, prop_assert_eq};
use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, CredentialId};
use rankledger_domain::rank::Power;
use rankledger_domain::rank_change::RankChange;
use rankledger_server::api::v2::rank_changes::rollback::Patience;
use rankledger_server::http::feature::Features;
use uuid::Uuid;

use crate::community::{self, ACCOUNTS, Credential, account_id, account_of, rank_of};
use crate::kit::{self, Answer, Options};
use crate::model::{Change, Grant};
use crate::outcome::{Outcome, Outlook};
use crate::steps::{Actor, Hour, Step};
use answers::told_beforehand;
use requests::Sent;

/// Time that a rollback may take before the server answers 202.
const NEVER: Duration = Duration::from_hours(1);

/// The community as documents for the kit, which needs them to live as long as the tests.
static DOCUMENTS: LazyLock<[&str; 1]> =
    LazyLock::new(|| [Box::leak(community::document().into_boxed_str()) as &str]);

/// A server with a fresh database, and those who call it.
pub(crate) struct Server {
    kit: kit::Server,
    callers: Vec<kit::Actor>,
    community: CommunityId,
    beginning: Timestamp,
    /// The rollbacks that undid something, in order.
    batches: Vec<Uuid>,
}

/// The stored standing of an account.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) ranks: Vec<Grant>,
    pub(crate) active: bool,
    pub(crate) banned: bool,
    pub(crate) archived: bool,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let options = Options {
            documents: &*DOCUMENTS,
            features: Features::default().with(Patience(NEVER)),
            ..Options::default()
        };
        let kit = kit::Server::with(options).await;
        let mut callers = Vec::new();
        for credential in Credential::ALL {
            let caller = kit.bot_with("admin", |stored| {
                stored.id = CredentialId(credential.id());
                stored.power_ceiling = credential.ceiling().map(Power);
            });
            callers.push(caller.await);
        }
        let community = kit.community("club").await;
        let beginning = kit.now();
        Self { kit, callers, community, beginning, batches: Vec::new() }
    }

    /// Plays a step while these changes are recorded. Returns its outcome.
    pub(crate) async fn play(&mut self, step: &Step, recorded: &[Change]) -> Result<Outcome, TestCaseError> {
        if let Step::Wait { hours, noticed } = step {
            self.kit.advance(Duration::from_hours(hours.unsigned_abs()));
            if *noticed {
                self.kit.expire_due().await;
            }
        }
        let Some(sent) = self.request(step, recorded) else { return Ok(Outcome::Done(None)) };
        let mut answer = self.send(&sent).await?;
        if let Some(run) = sent.to_run(&answer) {
            let preview = answer;
            answer = self.send(&run).await?;
            if answer.status == 200 {
                let (previewed, done) = (&preview.body["data"]["accounts"], &answer.body["data"]["accounts"]);
                prop_assert_eq!(previewed, done, "preview, rollback");
            }
            let batch: Option<Uuid> =
                answer.body["data"]["batchId"].as_str().map(|id| id.parse().expect("a UUID"));
            self.batches.extend(batch);
        }
        Ok((sent.read)(&answer))
    }

    /// Sends a request. If it is to be tried first, also sends it as a dry run, and checks that the answers
    /// agree.
    async fn send(&self, sent: &Sent) -> Result<Answer, TestCaseError> {
        let Sent { credential, method, path, body, tried, .. } = sent;
        let caller = &self.callers[*credential as usize];
        let mut dry = None;
        if *tried {
            let mut body = body.clone();
            body["dryRun"] = true.into();
            dry = Some(caller.send(method.clone(), path, body.to_string()).await);
        }
        let answer = caller.send(method.clone(), path, body.to_string()).await;
        if let Some(dry) = dry {
            let told = told_beforehand(&dry.body);
            prop_assert_eq!(told, told_beforehand(&answer.body), "dry run, request: {} {}", path, body);
        }
        Ok(answer)
    }

    /// The server as the kit has it.
    pub(crate) fn kit(&self) -> &kit::Server {
        &self.kit
    }

    /// Returns the ranks of an account, as the API tells them.
    pub(crate) async fn ranks_of(&self, account: &str) -> serde_json::Value {
        self.callers[Credential::Open as usize].ranks_of(account).await
    }

    /// Returns the undo outlook of a change in the history.
    pub(crate) async fn outlook(&self, credential: Credential, number: usize) -> Outlook {
        let caller = &self.callers[credential as usize];
        answers::outlook(&caller.get(&format!("/v2/community/rank-changes/{number}")).await)
    }

    /// Returns the standing of each account, and the number of recorded changes.
    pub(crate) async fn standings(&self) -> (Vec<Standing>, usize) {
        let mut tx = self.kit.storage.read().await.expect("a view");
        let mut standings = Vec::new();
        for account in 0..ACCOUNTS.len() {
            let id = AccountId(account_id(account).parse().expect("a UUID"));
            let stored = tx.standing(self.community, id).await.expect("a look-up");
            let stored = stored.expect("an account of the community").account;
            standings.push(Standing {
                ranks: self.grants(&stored.ranks),
                active: stored.com_status,
                banned: stored.banned,
                archived: stored.archived,
            });
        }
        let last = tx.last_change_number(self.community).await.expect("a look-up");
        (standings, usize::try_from(last.0).expect("a number is not negative"))
    }

    /// Returns the recorded change of this number.
    pub(crate) async fn recorded(&self, number: usize) -> Change {
        let number = ChangeNumber(i64::try_from(number).expect("a small number"));
        let mut tx = self.kit.storage.read().await.expect("a view");
        let change = tx.rank_change(self.community, number).await.expect("a look-up");
        self.change(&change.expect("a recorded change"))
    }

    fn change(&self, stored: &RankChange) -> Change {
        let by = stored.credential.map(|id| Actor {
            credential: Credential::ALL
                .into_iter()
                .find(|known| known.id() == id.0)
                .expect("a known credential"),
            person: stored.actor.map(|id| account_of(&id.to_string())),
        });
        Change {
            account: account_of(&stored.account.to_string()),
            before: self.grants(&stored.transition.before),
            after: self.grants(&stored.transition.after),
            status_before: stored.transition.status_before,
            status_after: stored.transition.status_after,
            active: stored.transition.active,
            kind: stored.kind.as_str(),
            source: stored.source.as_str(),
            by,
            reverses: stored.reverses.map(|number| usize::try_from(number.0).expect("a small number")),
            batch: stored
                .batch
                .and_then(|id| self.batches.iter().position(|batch| *batch == id.0))
                .map(|index| index + 1),
            at: self.hour(stored.at),
        }
    }

    fn grants(&self, stored: &[HeldRank]) -> Vec<Grant> {
        let grant = |held: &HeldRank| Grant {
            rank: rank_of(&held.rank.to_string()),
            end: held.expires_at.map(|end| self.hour(end)),
        };
        stored.iter().map(grant).collect()
    }

    fn hour(&self, time: Timestamp) -> Hour {
        (time.as_second() - self.beginning.as_second()) / 3600
    }
}
