//! The real server: its router, ledger writer and database. Steps are sent to it as HTTP requests.

use std::sync::LazyLock;

use jiff::Timestamp;
use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, CredentialId};
use rankledger_domain::rank::Power;
use rankledger_domain::rank_change::RankChange;
use serde_json::{Value, json};

use crate::community::{self, ACCOUNTS, Account, Credential, FLOWS, account_id, account_of, rank_id, rank_of};
use crate::kit::{self, Answer, Options};
use crate::model::{Change, Grant};
use crate::outcome::{Item, Outcome, Refusal, Slot, State};
use crate::steps::{Actor, Back, Entry, Hour, Out, Request, Step};

/// The community as documents for the kit, which takes what lives as long as the tests.
static DOCUMENTS: LazyLock<[&str; 1]> =
    LazyLock::new(|| [Box::leak(community::document().into_boxed_str()) as &str]);

/// A server with a fresh database, and those who call it.
pub(crate) struct Server {
    server: kit::Server,
    callers: Vec<kit::Actor>,
    community: CommunityId,
    beginning: Timestamp,
}

/// What is stored of an account.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) ranks: Vec<Grant>,
    pub(crate) active: bool,
    pub(crate) banned: bool,
    pub(crate) archived: bool,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let server = kit::Server::with(Options { documents: &*DOCUMENTS, ..Options::default() }).await;
        let mut callers = Vec::new();
        for credential in Credential::ALL {
            let caller = server.bot_with("admin", |stored| {
                stored.id = CredentialId(credential.id());
                stored.power_ceiling = credential.ceiling().map(Power);
            });
            callers.push(caller.await);
        }
        let community = server.community("club").await;
        let beginning = server.now();
        Self { server, callers, community, beginning }
    }

    /// What is answered to a step, where so many changes are recorded.
    pub(crate) async fn play(&self, step: &Step, recorded: usize) -> Outcome {
        match step {
            Step::Change { by, account, request } => {
                let actor = by.on(Some(*account));
                let caller = self.caller(actor);
                done(&caller.set_ranks(&account_id(*account), body(actor, request_body(request))).await)
            }
            Step::Flow { by, flow, users, promote } => {
                let run = |user: &Account| {
                    let run = json!({ "flowId": FLOWS[*flow].key, "users": [account_id(*user)], "promote": promote });
                    body(by.on(Some(*user)), run)
                };
                let request = json!({ "data": users.iter().map(run).collect::<Vec<_>>() });
                let caller = &self.callers[by.credential as usize];
                flow_outcome(&caller.post("/v2/community/promotion-flows/trigger", request).await)
            }
            Step::Undo { by, change, skip } => {
                let number = change.among(recorded);
                let actor = by.on(Some(self.recorded(number).await.account));
                let mode = if *skip { json!({ "onConflict": "skip" }) } else { json!({}) };
                undone(&self.caller(actor).undo(number, body(actor, mode)).await)
            }
            Step::PutOut { by, account, how, keep_ranks } => {
                let action = match how {
                    Out::Ban => "ban",
                    Out::Kick => "kick",
                    Out::Archive => "archive",
                };
                let actor = by.on(Some(*account));
                let body = body(actor, json!({ "keepRanks": keep_ranks }));
                done(&self.caller(actor).change_standing(&account_id(*account), action, body).await)
            }
            Step::BringBack { by, account, how } => {
                let action = match how {
                    Back::Unban => "unban",
                    Back::Restore => "restore",
                };
                let actor = by.on(Some(*account));
                let body = body(actor, json!({}));
                done(&self.caller(actor).change_standing(&account_id(*account), action, body).await)
            }
            Step::Retire { by, rank, remove_from_holders } => {
                let actor = by.on(None);
                let body = body(actor, json!({ "removeFromHolders": remove_from_holders }));
                retired(&self.caller(actor).change_rank(&rank_id(*rank), "retire", body).await)
            }
            Step::Restore { by, rank } => {
                let actor = by.on(None);
                done(&self.caller(actor).change_rank(&rank_id(*rank), "restore", body(actor, json!({}))).await)
            }
            Step::Repower { by, rank, power } => {
                let actor = by.on(None);
                let path = format!("/v2/community/ranks/{}", rank_id(*rank));
                done(&self.caller(actor).patch(&path, body(actor, json!({ "power": power }))).await)
            }
        }
    }

    fn caller(&self, actor: Actor) -> &kit::Actor {
        &self.callers[actor.credential as usize]
    }

    /// How each account stands, and how many changes are recorded.
    pub(crate) async fn standings(&self) -> (Vec<Standing>, usize) {
        let mut tx = self.server.storage.read().await.expect("a view");
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

    /// The recorded change of this number.
    pub(crate) async fn recorded(&self, number: usize) -> Change {
        let number = ChangeNumber(i64::try_from(number).expect("a small number"));
        let mut tx = self.server.storage.read().await.expect("a view");
        let change = tx.rank_change(self.community, number).await.expect("a look-up");
        self.change(change.expect("a recorded change"))
    }

    fn change(&self, stored: RankChange) -> Change {
        let by = stored.credential.map(|id| Actor {
            credential: Credential::ALL.into_iter().find(|known| known.id() == id.0).expect("a known credential"),
            person: stored.actor.map(|id| account_of(&id.to_string())),
        });
        Change {
            account: account_of(&stored.account.to_string()),
            before: self.grants(&stored.transition.before),
            after: self.grants(&stored.transition.after),
            status_before: stored.transition.status_before,
            status_after: stored.transition.status_after,
            active: stored.transition.active,
            source: stored.source.as_str(),
            by,
            reverses: stored.reverses.map(|number| usize::try_from(number.0).expect("a small number")),
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

/// A request's body, with the person who acts, if one is named.
fn body(actor: Actor, mut body: Value) -> Value {
    if let Some(person) = actor.person {
        body["userId"] = account_id(person).into();
    }
    body
}

fn request_body(request: &Request) -> Value {
    let mut body = json!({});
    for (name, list) in [("set", &request.set), ("add", &request.add)] {
        if let Some(list) = list {
            body[name] = list.iter().map(entry_body).collect();
        }
    }
    if let Some(ranks) = &request.remove {
        body["remove"] = ranks.iter().map(|rank| rank_id(*rank)).collect();
    }
    if let Some(active) = request.active {
        body["active"] = active.into();
    }
    body
}

fn entry_body(entry: &Entry) -> Value {
    rank_id(entry.rank).into()
}

/// What was answered where a change may have been recorded.
fn done(answer: &Answer) -> Outcome {
    refused(answer).unwrap_or_else(|| Outcome::Done(number(&answer.ok()["meta"]["changeNumber"])))
}

fn undone(answer: &Answer) -> Outcome {
    refused(answer).unwrap_or_else(|| {
        let meta = &answer.ok()["meta"];
        Outcome::Undone(number(&meta["changeNumber"]), items(&meta["skipped"]))
    })
}

fn flow_outcome(answer: &Answer) -> Outcome {
    let body = answer.ok();
    let mut changes = body["meta"]["changes"].as_array().expect("a list").iter().peekable();
    let results = body["data"].as_array().expect("a list").iter().map(|result| {
        let succeeded = result["succeeded"].as_bool().expect("true or false");
        let ran = result["message"].as_str().is_some_and(|message| message.ends_with("executed successfully"));
        let change = changes.next_if(|change| ran && change["accId"] == result["users"][0]);
        (succeeded, change.and_then(|change| number(&change["changeNumber"])))
    });
    Outcome::Flow(results.collect())
}

fn retired(answer: &Answer) -> Outcome {
    refused(answer).unwrap_or_else(|| {
        let changes = answer.ok()["meta"]["changes"].as_array().expect("a list").iter();
        let changes = changes.map(|change| {
            let account = account_of(change["accId"].as_str().expect("an id"));
            (account, number(&change["changeNumber"]).expect("a number"))
        });
        Outcome::Retired(changes.collect())
    })
}

fn refused(answer: &Answer) -> Option<Outcome> {
    let status = answer.status.as_u16();
    let kind = answer.body["type"].as_str()?.strip_prefix("/problems/")?.to_owned();
    answer.problem(status, &kind);
    Some(Outcome::Refused(Refusal { status, kind, items: items(&answer.body["items"]) }))
}

fn number(number: &Value) -> Option<usize> {
    number.as_u64().map(|number| usize::try_from(number).expect("a small number"))
}

/// The parts of an undo, in one order.
fn items(items: &Value) -> Vec<Item> {
    let items = items.as_array().into_iter().flatten().map(|item| Item {
        slot: item["rank"].as_str().map_or(Slot::Status, |rank| Slot::Rank(rank_of(rank))),
        state: State::ALL.into_iter().find(|state| item["state"] == state.word()).expect("a known state"),
        by: number(&item["by"]["changeNumber"]),
    });
    let mut items: Vec<_> = items.collect();
    items.sort_by_key(|item| item.slot);
    items
}
