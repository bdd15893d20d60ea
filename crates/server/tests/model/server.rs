//! The real server: its router, ledger writer and database. Steps are sent to it as HTTP requests.

use std::sync::LazyLock;
use std::time::Duration;

use http::Method;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::{TestCaseError, prop_assert_eq};
use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, CredentialId};
use rankledger_domain::rank::Power;
use rankledger_domain::rank_change::RankChange;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::community::{
    self, ACCOUNTS, Account, Credential, FLOWS, account_id, account_of, rank_id, rank_of,
};
use crate::kit::{self, Answer, Options};
use crate::model::{Change, Grant};
use crate::outcome::{Fate, Item, Outcome, Outlook, Refusal, RolledBack, Slot, State};
use crate::steps::{Actor, Back, End, Entry, Filter, Hour, OnConflict, Out, Request, Step};

/// How long a rollback may take before the answer tells where to ask for it.
const NEVER: Duration = Duration::from_secs(3600);

/// The community as documents for the kit, which takes what lives as long as the tests.
static DOCUMENTS: LazyLock<[&str; 1]> =
    LazyLock::new(|| [Box::leak(community::document().into_boxed_str()) as &str]);

/// A server with a fresh database, and those who call it.
pub(crate) struct Server {
    server: kit::Server,
    callers: Vec<kit::Actor>,
    community: CommunityId,
    beginning: Timestamp,
    /// The rollbacks that undid something, in order.
    batches: Vec<Uuid>,
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
        let options = Options { documents: &*DOCUMENTS, rollback_patience: NEVER, ..Options::default() };
        let server = kit::Server::with(options).await;
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
        Self { server, callers, community, beginning, batches: Vec::new() }
    }

    /// What is answered to a step, where these changes are recorded.
    pub(crate) async fn play(&mut self, step: &Step, recorded: &[Change]) -> Result<Outcome, TestCaseError> {
        let outcome = match step {
            Step::Change { by, account, request, tried } => {
                let actor = by.on(Some(*account));
                let path = format!("/v2/community/accounts/{}/ranks", account_id(*account));
                let body = body(actor, self.request_body(request));
                done(&self.send(actor.credential, Method::PATCH, &path, body, *tried).await?)
            }
            Step::Flow { by, flow, users, promote, tried } => {
                let run = |user: &Account| {
                    let run = json!({ "flowId": FLOWS[*flow].key, "users": [account_id(*user)], "promote": promote });
                    body(by.on(Some(*user)), run)
                };
                let request = json!({ "data": users.iter().map(run).collect::<Vec<_>>() });
                let path = "/v2/community/promotion-flows/trigger";
                flow_outcome(&self.send(by.credential, Method::POST, path, request, *tried).await?)
            }
            Step::Undo { by, change, on_conflict, tried } => {
                let number = change.among(recorded.len());
                let actor = by.on(Some(recorded[number - 1].account));
                let path = format!("/v2/community/rank-changes/{number}/undo");
                let body = body(actor, json!({ "onConflict": word(*on_conflict) }));
                undone(&self.send(actor.credential, Method::POST, &path, body, *tried).await?)
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
                done(
                    &self.caller(actor).change_rank(&rank_id(*rank), "restore", body(actor, json!({}))).await,
                )
            }
            Step::Repower { by, rank, power } => {
                let actor = by.on(None);
                let path = format!("/v2/community/ranks/{}", rank_id(*rank));
                done(&self.caller(actor).patch(&path, body(actor, json!({ "power": power }))).await)
            }
            Step::Wait { hours, noticed } => {
                self.server.advance(Duration::from_secs(3600 * hours.unsigned_abs()));
                if *noticed {
                    self.server.expire_due().await;
                }
                Outcome::Done(None)
            }
            Step::Rollback { by, filter, on_conflict } => {
                self.roll_back(by.on(None), filter, *on_conflict).await?
            }
        };
        Ok(outcome)
    }

    /// Sends a request; if it is to be tried first, also as a dry run, which must be answered the same.
    async fn send(
        &self,
        credential: Credential,
        method: Method,
        path: &str,
        body: Value,
        tried: bool,
    ) -> Result<Answer, TestCaseError> {
        let caller = &self.callers[credential as usize];
        let mut dry = None;
        if tried {
            let mut body = body.clone();
            body["dryRun"] = true.into();
            dry = Some(caller.send(method.clone(), path, body.to_string()).await);
        }
        let answer = caller.send(method, path, body.to_string()).await;
        if let Some(dry) = dry {
            let told = told_beforehand(&dry.body);
            prop_assert_eq!(told, told_beforehand(&answer.body), "dry run, request: {}", path);
        }
        Ok(answer)
    }

    /// Previews a rollback and carries it out, which must come to the same.
    async fn roll_back(
        &mut self,
        actor: Actor,
        filter: &Filter,
        on_conflict: OnConflict,
    ) -> Result<Outcome, TestCaseError> {
        let path = "/v2/community/rank-changes/rollback";
        let on_conflict = if on_conflict == OnConflict::Force { "force" } else { "skip" };
        let request = json!({ "filter": self.filter_body(filter), "onConflict": on_conflict });
        let preview = self.caller(actor).post(path, body(actor, request)).await;
        if let Some(refused) = refused(&preview) {
            return Ok(refused);
        }
        let token = &preview.ok()["data"]["planToken"];
        let done = self.caller(actor).post(path, body(actor, json!({ "planToken": token }))).await;
        let previewed = &preview.ok()["data"]["accounts"];
        prop_assert_eq!(previewed, &done.ok()["data"]["accounts"], "preview, rollback");
        let data = &done.ok()["data"];
        let batch: Option<Uuid> = data["batchId"].as_str().map(|id| id.parse().expect("a UUID"));
        self.batches.extend(batch);
        Ok(Outcome::RolledBack(RolledBack { undid: batch.is_some(), fates: fates(&data["accounts"]) }))
    }

    fn filter_body(&self, filter: &Filter) -> Value {
        let Filter { person, credential, hours, ranks, accounts, batch } = filter;
        let mut body = json!({});
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                body[name] = value;
            }
        };
        put("userId", person.map(|person| account_id(person).into()));
        put("credentialId", credential.map(|credential| credential.id().to_string().into()));
        put("from", hours.map(|hours| (self.server.now() - hours.hours()).to_string().into()));
        put("ranks", ranks.as_ref().map(|ranks| ranks.iter().map(|rank| rank_id(*rank)).collect()));
        put(
            "accounts",
            accounts.as_ref().map(|accounts| accounts.iter().map(|id| account_id(*id)).collect()),
        );
        put("batchId", batch.map(|back| self.batch(back).to_string().into()));
        body
    }

    /// The id of a batch, counted back from the latest; of none, if there is none.
    fn batch(&self, back: usize) -> Uuid {
        back.checked_rem(self.batches.len())
            .map_or(Uuid::nil(), |back| self.batches[self.batches.len() - 1 - back])
    }

    /// What the undo of a change would find.
    pub(crate) async fn outlook(&self, credential: Credential, number: usize) -> Outlook {
        let caller = &self.callers[credential as usize];
        let answer = caller.get(&format!("/v2/community/rank-changes/{number}")).await;
        let undo = &answer.ok()["data"]["undo"];
        let problem = undo["problem"]["type"].as_str().map(kind);
        assert_eq!(undo["clean"], problem.is_none(), "{}", answer.body);
        Outlook { items: items(&undo["items"]), problem }
    }

    fn request_body(&self, request: &Request) -> Value {
        let mut body = json!({});
        for (name, list) in [("set", &request.set), ("add", &request.add)] {
            if let Some(list) = list {
                body[name] = list.iter().map(|entry| self.entry_body(entry)).collect();
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

    fn entry_body(&self, entry: &Entry) -> Value {
        let rank = rank_id(entry.rank);
        match entry.end {
            End::Unsaid => rank.into(),
            End::Never => json!({ "rank": rank, "expiresAt": null }),
            End::At(hours) => {
                json!({ "rank": rank, "expiresAt": (self.server.now() + hours.hours()).to_string() })
            }
            End::In(hours) => json!({ "rank": rank, "expiresIn": format!("PT{hours}H") }),
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

/// A request's body, with the person who acts, if one is named.
fn body(actor: Actor, mut body: Value) -> Value {
    if let Some(person) = actor.person {
        body["userId"] = account_id(person).into();
    }
    body
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
        let ran =
            result["message"].as_str().is_some_and(|message| message.ends_with("executed successfully"));
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
    let kind = kind(answer.body["type"].as_str()?);
    answer.problem(status, &kind);
    Some(Outcome::Refused(Refusal { status, kind, items: items(&answer.body["items"]) }))
}

/// What a dry run tells as the request in earnest does: all but the ids and the number of what is recorded.
fn told_beforehand(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(data) = body["data"].as_object_mut() {
        data.remove("reversalUndoId");
    }
    json!({ "type": body["type"], "detail": body["detail"], "data": body["data"], "skipped": body["meta"]["skipped"] })
}

fn word(on_conflict: OnConflict) -> &'static str {
    match on_conflict {
        OnConflict::Refuse => "refuse",
        OnConflict::Skip => "skip",
        OnConflict::Force => "force",
    }
}

/// The last part of the URI of a problem's type.
fn kind(uri: &str) -> String {
    uri.strip_prefix("/problems/").expect("a problem that this server explains").to_owned()
}

/// What became of each change that a rollback looked at.
fn fates(accounts: &Value) -> Vec<(Account, Vec<(usize, Fate)>)> {
    let fate = |change: &Value| {
        let fate = match change["outcome"].as_str() {
            Some("undone") => Fate::Undone(items(&change["items"])),
            Some("already") => Fate::Already,
            _ => Fate::Skipped {
                problem: kind(change["problem"]["type"].as_str().expect("a reason")),
                items: items(&change["items"]),
            },
        };
        (number(&change["changeNumber"]).expect("a number"), fate)
    };
    let account = |account: &Value| {
        let changes = account["changes"].as_array().expect("a list");
        (account_of(account["accId"].as_str().expect("an id")), changes.iter().map(fate).collect())
    };
    accounts.as_array().expect("a list").iter().map(account).collect()
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
