//! Answers of the server, in the form of the model's outcomes.

use serde_json::{Value, json};

use crate::community::{Account, account_of, rank_of};
use crate::kit::Answer;
use crate::outcome::{Fate, Item, Outcome, Outlook, Refusal, RolledBack, Slot, State};

/// Returns the outcome of an answer that may contain a change.
pub(super) fn done(answer: &Answer) -> Outcome {
    refused(answer).unwrap_or_else(|| Outcome::Done(number(&answer.ok()["meta"]["changeNumber"])))
}

pub(super) fn undone(answer: &Answer) -> Outcome {
    refused(answer).unwrap_or_else(|| {
        let meta = &answer.ok()["meta"];
        Outcome::Undone(number(&meta["changeNumber"]), items(&meta["skipped"]))
    })
}

pub(super) fn flow(answer: &Answer) -> Outcome {
    refused(answer).unwrap_or_else(|| Outcome::Flow(runs(answer)))
}

/// Returns of each run whether it succeeded, and the number of its change.
fn runs(answer: &Answer) -> Vec<(bool, Option<usize>)> {
    let body = answer.ok();
    let mut changes = body["meta"]["changes"].as_array().expect("a list").iter().peekable();
    let results = body["data"].as_array().expect("a list").iter().map(|result| {
        let succeeded = result["succeeded"].as_bool().expect("true or false");
        let ran =
            result["message"].as_str().is_some_and(|message| message.ends_with("executed successfully"));
        let change = changes.next_if(|change| ran && change["accId"] == result["users"][0]);
        (succeeded, change.and_then(|change| number(&change["changeNumber"])))
    });
    results.collect()
}

pub(super) fn retired(answer: &Answer) -> Outcome {
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

/// Returns the parts in which a dry run and the real request must agree: everything but the ids and the
/// number of the change.
pub(super) fn told_beforehand(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(data) = body["data"].as_object_mut() {
        data.remove("reversalUndoId");
    }
    json!({ "type": body["type"], "detail": body["detail"], "data": body["data"], "skipped": body["meta"]["skipped"] })
}

/// Returns the last part of the URI of a problem's type.
fn kind(uri: &str) -> String {
    uri.strip_prefix("/problems/").expect("a problem that this server explains").to_owned()
}

/// Returns the fate of each change that a rollback looked at.
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

/// Returns the parts of an undo, in a fixed order.
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

/// Returns the result of a rollback.
pub(super) fn rolled_back(answer: &Answer) -> Outcome {
    refused(answer).unwrap_or_else(|| {
        let data = &answer.ok()["data"];
        let undid = !data["batchId"].is_null();
        Outcome::RolledBack(RolledBack { undid, fates: fates(&data["accounts"]) })
    })
}

/// Returns the undo outlook of a change in the history.
pub(super) fn outlook(answer: &Answer) -> Outlook {
    let undo = &answer.ok()["data"]["undo"];
    let problem = undo["problem"]["type"].as_str().map(kind);
    assert_eq!(undo["clean"], problem.is_none(), "{}", answer.body);
    Outlook { items: items(&undo["items"]), problem }
}
