//! `POST /v2/community/promotion-flows/trigger`.

use rankledger_storage::communities::Community;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::body::JsonBody;
use crate::http::caller::{Caller, RanksWrite};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::guard_trips::{self, Refused};
use crate::http::own_community::own_community;
use crate::http::reply::{RecordedMany, Reply};
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::actor::{Actor, UserName};
use crate::ops::promotion_flows::trigger::{FlowResult, FlowRun, TriggerFlows};
use crate::wire::objects::objects;
use crate::wire::problem::{Problem, types};
use crate::wire::promotion_flows::PromotionFlowBody;
use crate::wire::text_schemas::Reason;

/// The most results of one request: each flow for each of its users is one.
const MOST_RESULTS: usize = 1000;

/// The body of Trigger Promotion Flows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TriggerBody {
    /// The flows to run.
    #[serde(deserialize_with = "objects")]
    pub data: Vec<RunEntry>,
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    pub user_id: Option<String>,
    /// The reason, as it is recorded.
    #[schemars(with = "Option<Reason>")]
    pub reason: Option<String>,
    /// Whether to run a flow also on somebody who does not stand where it begins: who holds none of the ranks
    /// that it takes, or all that it gives.
    pub force: Option<bool>,
    /// Whether this is a dry run: the server answers what would happen, and writes nothing.
    pub dry_run: Option<bool>,
}

/// One flow, and the users to run it for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunEntry {
    /// The flow, by id or key.
    flow_id: String,
    /// The users, each by account id, number, Discord id or name.
    users: Vec<String>,
    /// Whether to promote. False demotes: it runs the flow in reverse. Without it, true.
    promote: Option<bool>,
    /// The person who acts in this run, if not the person of the whole request.
    user_id: Option<String>,
}

/// The result of one flow for one user.
#[derive(Serialize, JsonSchema)]
pub struct ResultBody {
    /// The account. If the name does not match exactly one account, the user as the request names it.
    pub(in crate::api) users: Vec<String>,
    /// The flow. If there is no such flow, the flow as the request names it.
    pub(in crate::api) flow: String,
    /// Whether the flow promoted (true) or demoted (false).
    pub(in crate::api) promote: bool,
    /// Whether the run succeeded.
    pub(in crate::api) succeeded: bool,
    /// A sentence: the changes that were made, or the reason of the refusal.
    pub(in crate::api) message: String,
    /// The whole flow; null if there is no such flow.
    config: Option<PromotionFlowBody>,
}

/// `POST /v2/community/promotion-flows/trigger`: the endpoint of [`trigger`].
pub static TRIGGER: Endpoint = Endpoint::new(Tag::General, "triggerPromotionFlows", "Run promotion flows")
    .per_minute(13)
    .refuses(&[&types::COMMUNITY_FROZEN, &types::USER_REQUIRED, &types::READS_BUSY])
    .example(Example {
        path: "/v2/community/promotion-flows/trigger",
        body: r#"{"data": [{"flowId": "flow-1", "users": ["ExampleUser"], "promote": true}]}"#,
        data: r#"[
            {
                "users": ["00000000-0000-0000-0000-000000000000"],
                "flow": "44444444-4444-4444-4444-444444444444", "promote": true, "succeeded": true,
                "message": "Promotion executed successfully",
                "config": {
                    "id": "44444444-4444-4444-4444-444444444444",
                    "communityUuid": "00000000-0000-0000-0000-000000000000", "labelFrom": "Cadet",
                    "labelTo": "Officer", "ranksToAdd": ["22222222-2222-2222-2222-222222222222"],
                    "ranksToRemove": [], "actions": {"data": [], "promotionType": "both"},
                    "promotionType": "both"
                }
            }
        ]"#,
        meta: r#"{
            "changes": [
                {
                    "accId": "00000000-0000-0000-0000-000000000000",
                    "undoId": "55555555-5555-5555-5555-555555555555", "changeNumber": 2
                }
            ]
        }"#,
        ..Example::EMPTY
    });

/// `POST /v2/community/promotion-flows/trigger`: one result for each flow and user. What is refused for one
/// does not stop the others.
pub async fn trigger(
    write: Write,
    caller: Caller<RanksWrite>,
    JsonBody(body): JsonBody<TriggerBody>,
) -> Result<Reply<Vec<ResultBody>, RecordedMany>, Problem> {
    let (id, is_dry_run) = (caller.community(), body.dry_run.unwrap_or(false));
    let (app, refused) = (write.app.clone(), caller.refused());
    let command = body.command(caller)?;
    let community = own_community(write.app.storage.read().await?.as_mut(), id).await?;
    let reply = move |results: Vec<FlowResult>| {
        note_trips(&app, refused, &results);
        let changes: Vec<_> =
            results.iter().filter_map(|result| result.outcome.as_ref().ok()?.clone()).collect();
        let results = results.into_iter().map(|result| ResultBody::new(result, &community)).collect();
        Reply::new(results)
            .recorded_many(changes.iter().map(|change| (change.account, change.recorded.as_ref())))
    };
    write.submit_or_dry_run(command, is_dry_run, reply).await
}

/// Notes that the guard has refused a run.
pub(in crate::api) fn note_trips(app: &App, refused: Refused, results: &[FlowResult]) {
    for result in results {
        guard_trips::note(app, refused, result.refusal());
    }
}

impl TriggerBody {
    /// Returns the command that runs the flows.
    pub(in crate::api) fn command(self, caller: Caller<RanksWrite>) -> Result<TriggerFlows, Problem> {
        let results: usize = self.data.iter().map(|entry| entry.users.len()).sum();
        if results > MOST_RESULTS {
            let what =
                format!("it asks for {results} results: split it into requests of at most {MOST_RESULTS}");
            return Err(Problem::invalid_body("/data", &what));
        }
        let reason = checks::reason(self.reason)?;
        let (community, address, credential) = (caller.community(), caller.address(), caller.credential());
        let force = self.force.unwrap_or(false);
        let runs = self.data.into_iter().map(|entry| {
            let user = entry.user_id.as_deref().or(self.user_id.as_deref());
            let actor = Actor { credential: credential.clone(), user: user.map(UserName::parse), address };
            let promote = entry.promote.unwrap_or(true);
            FlowRun { actor, flow: entry.flow_id, users: entry.users, promote, force }
        });
        Ok(TriggerFlows { community, runs: runs.collect(), reason })
    }
}

impl ResultBody {
    /// Returns the body of one result.
    pub(in crate::api) fn new(result: FlowResult, community: &Community) -> Self {
        let FlowResult { flow, flow_name, user, account, promote, outcome } = result;
        let word = if promote { "Promotion" } else { "Demotion" };
        let (succeeded, message) = match outcome {
            Ok(Some(_)) => (true, format!("{word} executed successfully")),
            Ok(None) => (true, format!("{word} changed nothing: the account is so already")),
            Err(error) => (false, Problem::from(error).detail().to_owned()),
        };
        Self {
            users: vec![account.map_or(user, |id| id.to_string())],
            flow: flow.as_ref().map_or(flow_name, |flow| flow.id.to_string()),
            promote,
            succeeded,
            message,
            config: flow.map(|flow| PromotionFlowBody::new(flow, community)),
        }
    }
}
