//! Steps as HTTP requests.

use http::Method;
use jiff::ToSpan;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Server, answers};
use crate::community::{Account, Credential, FLOWS, account_id, rank_id};
use crate::kit::Answer;
use crate::model::Change;
use crate::outcome::Outcome;
use crate::steps::{Actor, Back, By, End, Entry, Filter, OnConflict, Out, Request, Step};

/// A request.
pub(super) struct Sent {
    pub(super) credential: Credential,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Value,
    /// Whether it is a dry run first.
    pub(super) tried: bool,
    /// Function that reads its answer.
    pub(super) read: fn(&Answer) -> Outcome,
}

impl Sent {
    fn post(actor: Actor, path: String, body: Value) -> Self {
        let body = named(actor, body);
        let (credential, method) = (actor.credential, Method::POST);
        Self { credential, method, path, body, tried: false, read: answers::done }
    }

    /// Returns the request that runs the rollback which this one previewed. `None` if it previewed none.
    pub(super) fn to_run(&self, preview: &Answer) -> Option<Self> {
        let mut body = self.body.clone();
        let fields = body.as_object_mut()?;
        fields.retain(|name, _| name == "userId");
        fields.insert("planToken".to_owned(), preview.body["data"]["planToken"].as_str()?.into());
        Some(Self { body, path: self.path.clone(), method: self.method.clone(), ..*self })
    }
}

impl Server {
    /// Returns the request for a step while these changes are recorded. `None` if only time passes.
    pub(super) fn request(&self, step: &Step, recorded: &[Change]) -> Option<Sent> {
        let sent = match step {
            Step::Wait { .. } => return None,
            Step::Change { by, account, request, tried } => {
                let path = account_path(*account, "ranks");
                let sent = Sent::post(by.on(Some(*account)), path, self.change_body(request));
                Sent { method: Method::PATCH, tried: *tried, ..sent }
            }
            Step::Flow { by, flow, users, promote, force, tried } => {
                let body = flow_body(*by, *flow, users, *promote, *force);
                let actor = Actor { credential: by.credential, person: None };
                let sent = Sent::post(actor, "/v2/community/promotion-flows/trigger".to_owned(), body);
                Sent { tried: *tried, read: answers::flow, ..sent }
            }
            Step::Undo { by, change, on_conflict, tried } => {
                let number = change.among(recorded.len());
                let actor = by.on(Some(recorded[number - 1].account));
                let path = format!("/v2/community/rank-changes/{number}/undo");
                let on_conflict = if *on_conflict == OnConflict::Skip { "skip" } else { "refuse" };
                let sent = Sent::post(actor, path, json!({ "onConflict": on_conflict }));
                Sent { tried: *tried, read: answers::undone, ..sent }
            }
            Step::PutOut { by, account, how, keep_ranks } => {
                let path = account_path(*account, out_word(*how));
                Sent::post(by.on(Some(*account)), path, json!({ "keepRanks": keep_ranks }))
            }
            Step::BringBack { by, account, how } => {
                let path = account_path(*account, back_word(*how));
                Sent::post(by.on(Some(*account)), path, json!({}))
            }
            Step::Retire { by, rank, remove_from_holders } => {
                let path = format!("/v2/community/ranks/{}/retire", rank_id(*rank));
                let body = json!({ "removeFromHolders": remove_from_holders });
                Sent { read: answers::retired, ..Sent::post(by.on(None), path, body) }
            }
            Step::Restore { by, rank } => {
                let path = format!("/v2/community/ranks/{}/restore", rank_id(*rank));
                Sent::post(by.on(None), path, json!({}))
            }
            Step::Repower { by, rank, power } => {
                let path = format!("/v2/community/ranks/{}", rank_id(*rank));
                let sent = Sent::post(by.on(None), path, json!({ "power": power }));
                Sent { method: Method::PATCH, ..sent }
            }
            Step::Freeze { by, frozen } => {
                let path = if *frozen { "/v2/community/freeze" } else { "/v2/community/unfreeze" };
                Sent::post(by.on(None), path.to_owned(), json!({}))
            }
            Step::Rollback { by, filter, on_conflict } => {
                let on_conflict = if *on_conflict == OnConflict::Force { "force" } else { "skip" };
                let body = json!({ "filter": self.filter_body(filter), "onConflict": on_conflict });
                let path = "/v2/community/rank-changes/rollback".to_owned();
                Sent { read: answers::rolled_back, ..Sent::post(by.on(None), path, body) }
            }
        };
        Some(sent)
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
        put("from", hours.map(|hours| (self.kit.now() - hours.hours()).to_string().into()));
        put("ranks", ranks.as_ref().map(|ranks| ranks.iter().map(|rank| rank_id(*rank)).collect()));
        put(
            "accounts",
            accounts.as_ref().map(|accounts| accounts.iter().map(|id| account_id(*id)).collect()),
        );
        put("batchId", batch.map(|back| self.batch(back).to_string().into()));
        body
    }

    /// Returns the id of a batch, counted back from the latest. If there is none, an id that names no batch.
    fn batch(&self, back: usize) -> Uuid {
        back.checked_rem(self.batches.len())
            .map_or(Uuid::nil(), |back| self.batches[self.batches.len() - 1 - back])
    }

    fn change_body(&self, request: &Request) -> Value {
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
                json!({ "rank": rank, "expiresAt": (self.kit.now() + hours.hours()).to_string() })
            }
            End::In(hours) => json!({ "rank": rank, "expiresIn": format!("PT{hours}H") }),
            End::Extended(hours) => {
                json!({ "rank": rank, "expiresIn": format!("PT{hours}H"), "onHeld": "extend" })
            }
            End::Replaced(hours) => {
                json!({ "rank": rank, "expiresIn": format!("PT{hours}H"), "onHeld": "replace" })
            }
        }
    }
}

fn account_path(account: Account, action: &str) -> String {
    format!("/v2/community/accounts/{}/{action}", account_id(account))
}

/// Returns the body for a flow. Each user is a run of its own, because the actor can differ for each.
fn flow_body(by: By, flow: usize, users: &[Account], promote: bool, force: bool) -> Value {
    let run = |user: &Account| {
        let run = json!({ "flowId": FLOWS[flow].key, "users": [account_id(*user)], "promote": promote });
        named(by.on(Some(*user)), run)
    };
    json!({ "data": users.iter().map(run).collect::<Vec<_>>(), "force": force })
}

fn out_word(how: Out) -> &'static str {
    match how {
        Out::Ban => "ban",
        Out::Kick => "kick",
        Out::Archive => "archive",
    }
}

fn back_word(how: Back) -> &'static str {
    match how {
        Back::Unban => "unban",
        Back::Restore => "restore",
    }
}

/// Returns a request's body with the person who acts, if one is named.
fn named(actor: Actor, mut body: Value) -> Value {
    if let Some(person) = actor.person {
        body["userId"] = account_id(person).into();
    }
    body
}
