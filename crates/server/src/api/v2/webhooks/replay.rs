//! `POST /v2/community/webhooks/{subscriptionId}/replay`.

use jiff::Timestamp;
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::log::LogPlace;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller};
use crate::http::checks;
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::SubscriptionPath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::subscriptions::replay::{Replay, ReplayFrom, Replayed};
use crate::wire::problem::{Problem, types};
use crate::wire::subscriptions::ReplayBody;
use crate::wire::time::Time;
use crate::wire::whole_number;

/// The body of Replay: one of `place`, `changeNumber` and `from`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplayRequestBody {
    /// The place of the first event. One more than that of the last event leaves out all that has happened.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(min = 1, max = i64::MAX))]
    place: Option<i64>,
    /// The number of the first rank change.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(min = 1, max = i64::MAX))]
    change_number: Option<i64>,
    /// The time of the first event.
    #[schemars(with = "Option<Time>")]
    from: Option<Timestamp>,
    /// Whether to say only what would be sent.
    dry_run: Option<bool>,
}

/// `POST /v2/community/webhooks/{subscriptionId}/replay`: the endpoint of [`replay`].
pub static REPLAY: Endpoint =
    Endpoint::new(Tag::Events, "replaySubscription", "Send again what was sent to a subscription")
        .per_minute(13)
        .refuses(&[&types::COMMUNITY_FROZEN, &types::READS_BUSY])
        .example(Example {
            path: "/v2/community/webhooks/88888888-8888-8888-8888-888888888888/replay",
            body: r#"{"changeNumber": 2, "dryRun": true}"#,
            data: r#"{"from": 2, "upTo": 4, "events": 3}"#,
            meta: r#"{"dryRun": true}"#,
            ..Example::EMPTY
        });

/// Delivers everything again from a place of the feed on: with the same `webhook-id`, so that a receiver that
/// remembers them acts once. Deliveries that wait or rest after that place begin anew.
pub async fn replay(
    write: Write,
    caller: Caller<Admin>,
    SubscriptionPath(id): SubscriptionPath,
    StrictBody(body): StrictBody<ReplayRequestBody>,
) -> Result<Reply<ReplayBody>, Problem> {
    let (community, from) = (caller.community(), body.from()?);
    let is_long = matches!(from, ReplayFrom::Time(_));
    let place = write.app.read_maybe_long(is_long, move |mut tx| {
        Box::pin(async move { from.place(tx.as_mut(), community).await })
    });
    let command = Replay { actor: caller.actor(None), id, from: place.await? };
    let tell =
        |Replayed { from, to }| Reply::new(ReplayBody { from, up_to: to.0, events: to.0 + 1 - from.0 });
    write.submit_or_dry_run(command, body.dry_run.unwrap_or(false), tell).await
}

impl ReplayRequestBody {
    /// Returns where the replay begins.
    fn from(&self) -> Result<ReplayFrom, Problem> {
        for (pointer, number) in [("/place", self.place), ("/changeNumber", self.change_number)] {
            number.map_or(Ok(()), |number| checks::number(pointer, number, 1..=i64::MAX))?;
        }
        match (self.place, self.change_number, self.from) {
            (Some(place), None, None) => Ok(ReplayFrom::Place(LogPlace(place))),
            (None, Some(number), None) => Ok(ReplayFrom::Number(ChangeNumber(number))),
            (None, None, Some(time)) => Ok(ReplayFrom::Time(time)),
            _ => Err(Problem::invalid_body(
                "/place",
                "say where to begin in one way: by \"place\", \"changeNumber\" or \"from\", which is a time",
            )),
        }
    }
}
