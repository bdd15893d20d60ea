//! `/v2/community/webhooks`: subscriptions to the events of the community.

pub mod deliveries;
pub mod enable;
pub mod replay;
pub mod secret;
pub mod test;

use axum::extract::State;
use jiff::Timestamp;
use rankledger_domain::log::EventType;
use rankledger_domain::subscription::SubscriptionKind;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::webhooks::Webhooks;
use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::SubscriptionPath;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::read_view::RequestView;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::Command;
use crate::ops::subscriptions::SubscriptionStatus;
use crate::ops::subscriptions::create::CreateSubscription;
use crate::ops::subscriptions::remove::RemoveSubscription;
use crate::ops::subscriptions::target::LONGEST_URL;
use crate::ops::subscriptions::update::UpdateSubscription;
use crate::system::new_webhook_secret;
use crate::wire::nearest::nearest;
use crate::wire::problem::{Problem, types};
use crate::wire::subscriptions::SubscriptionBody;
use crate::wire::text_schemas::Name;

/// The subscription of the demo, as the examples show it.
macro_rules! demo_subscription {
    ($changed:literal) => {
        concat!(
            r#"{
            "id": "88888888-8888-8888-8888-888888888888", "kind": "standard", "name": "Receiver on this machine",
            "url": "http://127.0.0.1:9000/", "types": ["ranks.changed"], "summarisesRollbacks": false,
            "server": null, "#,
            $changed,
            r#", "createdAt": "2026-04-15T00:00:00.000Z", "previousSecretUntil": null,
            "progress": {"place": 4, "behind": 0, "succeededAt": null, "failingSince": null}
        }"#
        )
    };
}

/// The subscription of [`demo_subscription`], disabled.
macro_rules! demo_subscription_disabled {
    () => {
        $crate::api::v2::webhooks::demo_subscription!(
            r#""enabled": false, "disabled": {"at": "2026-04-15T00:00:00.000Z", "because": null}"#
        )
    };
}

pub(super) use {demo_subscription, demo_subscription_disabled};

impl From<(SubscriptionStatus, Timestamp)> for SubscriptionBody {
    /// Returns the body for what is true at this time, without the secret.
    fn from((status, now): (SubscriptionStatus, Timestamp)) -> Self {
        Self::new(&status.subscription, status.progress, status.end, now)
    }
}

/// The body of Create Subscription.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateBody {
    /// What the receiver is: `standard` takes Standard Webhooks, `discord` is a webhook of Discord, and
    /// `game-server` takes push events.
    kind: SubscriptionKind,
    /// The name of the subscription, for people.
    #[schemars(with = "Name")]
    name: String,
    /// Where deliveries are sent: https, and a host that is public, unless the operator allows more.
    #[schemars(length(max = LONGEST_URL))]
    url: String,
    /// The secret of a `standard` subscription (`whsec_` and 24 to 64 bytes in base64; without it, a random
    /// one is made), or the API key that a game server expects. A Discord webhook has none.
    secret: Option<String>,
    /// The types of events that are delivered. All, if the list is empty or absent.
    #[schemars(extend("items" = type_schema()))]
    types: Option<Vec<String>>,
    /// Whether a rollback is told as one event, `rollback.completed`, without its rank changes.
    summarises_rollbacks: Option<bool>,
}

/// The body of Edit Subscription. Absent members stay unchanged.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditBody {
    /// The name of the subscription, for people.
    #[schemars(with = "Option<Name>")]
    name: Option<String>,
    /// Where deliveries are sent.
    #[schemars(length(max = LONGEST_URL))]
    url: Option<String>,
    /// The types of events that are delivered. All, if the list is empty.
    #[schemars(extend("items" = type_schema()))]
    types: Option<Vec<String>>,
    /// Whether a rollback is told as one event, without its rank changes.
    summarises_rollbacks: Option<bool>,
}

fn type_schema() -> serde_json::Value {
    let known: Vec<_> = EventType::all().map(EventType::as_str).collect();
    serde_json::json!({ "type": "string", "enum": known })
}

/// The query of List Subscriptions.
pub struct ListQuery {
    with_secrets: bool,
}

impl FromQuery for ListQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let description = "Whether to show the secrets, and the whole URLs of Discord webhooks, as for a copy of the community. A credential with a power ceiling is refused them.";
        Ok(Self { with_secrets: params.flag("withSecrets", description)?.unwrap_or(false) })
    }
}

/// `GET /v2/community/webhooks`: the endpoint of [`list`].
pub static LIST: Endpoint = Endpoint::new(Tag::Events, "getSubscriptions", "List the subscriptions")
    .per_minute(60)
    .refuses(&[&types::POWER_CEILING])
    .example(Example {
        path: "/v2/community/webhooks",
        data: concat!("[", demo_subscription_disabled!(), "]"),
        ..Example::EMPTY
    });

/// Lists the subscriptions, oldest first, and how far the deliveries of each are.
pub async fn list(
    State(app): State<App>,
    caller: Caller<Admin>,
    RequestView(mut tx): RequestView,
    Query(ListQuery { with_secrets }): Query<ListQuery>,
) -> Result<Reply<Vec<SubscriptionBody>>, Problem> {
    let (community, now) = (caller.community(), app.clock.now());
    if with_secrets && let Some(ceiling) = caller.credential().power_ceiling {
        return Err(Problem::power_ceiling(ceiling));
    }
    let all = SubscriptionStatus::all(tx.as_mut(), community).await?.into_iter();
    let body = |status: SubscriptionStatus| {
        let subscription = status.subscription.clone();
        let body = SubscriptionBody::from((status, now));
        if with_secrets { body.with_secrets(subscription) } else { body }
    };
    Ok(Reply::new(all.map(body).collect()))
}

/// `GET /v2/community/webhooks/{subscriptionId}`: the endpoint of [`get`].
pub static GET: Endpoint =
    Endpoint::new(Tag::Events, "getSubscription", "Get a subscription").per_minute(60).example(Example {
        path: "/v2/community/webhooks/88888888-8888-8888-8888-888888888888",
        data: demo_subscription_disabled!(),
        ..Example::EMPTY
    });

/// Answers one subscription, and how far its deliveries are.
pub async fn get(
    State(app): State<App>,
    caller: Caller<Admin>,
    RequestView(mut tx): RequestView,
    SubscriptionPath(id): SubscriptionPath,
) -> Result<Reply<SubscriptionBody>, Problem> {
    let status = SubscriptionStatus::load(tx.as_mut(), caller.community(), id).await?;
    Ok(Reply::new((status, app.clock.now()).into()))
}

/// `POST /v2/community/webhooks`: the endpoint of [`create`].
pub static CREATE: Endpoint = Endpoint::new(Tag::Events, "createSubscription", "Subscribe a receiver to events")
    .per_minute(60)
    .refuses(CreateSubscription::REFUSES)
    .example(Example {
        path: "/v2/community/webhooks",
        body: r#"{"kind": "standard", "name": "Website", "url": "https://example.com/hook", "types": ["ranks.changed", "account.banned"]}"#,
        data: r#"{
            "id": "99999999-9999-9999-9999-999999999999", "kind": "standard", "name": "Website",
            "url": "https://example.com/hook", "types": ["ranks.changed", "account.banned"],
            "summarisesRollbacks": false, "server": null, "enabled": true, "disabled": null,
            "createdAt": "2026-04-15T00:00:00.000Z", "previousSecretUntil": null,
            "progress": {"place": 5, "behind": 0, "succeededAt": null, "failingSince": null},
            "secret": "whsec_shown_once"
        }"#,
        ..Example::EMPTY
    });

/// Makes a subscription: events are delivered to the receiver from now on. The answer shows the secret, once.
pub async fn create(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(body): StrictBody<CreateBody>,
) -> Result<Reply<SubscriptionBody>, Problem> {
    let command = CreateSubscription {
        actor: caller.actor(None),
        kind: body.kind,
        name: checks::name("/name", &body.name)?,
        url: body.url,
        settings: write.app.feature::<Webhooks>().settings().clone(),
        secret: body.secret,
        fresh_secret: new_webhook_secret().map_err(|error| Problem::internal(&error))?,
        types: event_types(&body.types.unwrap_or_default())?,
        summarises_rollbacks: body.summarises_rollbacks.unwrap_or(false),
    };
    let now = write.app.clock.now();
    write.submit(command, move |status| with_secret(status, now)).await
}

/// Returns the answer that shows a secret once. The one that is kept for a repeated request does not show it.
fn with_secret(status: SubscriptionStatus, now: Timestamp) -> Reply<SubscriptionBody> {
    let secret = status.subscription.secret.clone();
    let body = SubscriptionBody::from((status, now));
    Reply::new(body.clone().with_secret(secret)).kept_as(&body)
}

/// `PATCH /v2/community/webhooks/{subscriptionId}`: the endpoint of [`edit`].
pub static EDIT: Endpoint = Endpoint::new(Tag::Events, "editSubscription", "Edit a subscription")
    .per_minute(60)
    .refuses(UpdateSubscription::REFUSES)
    .example(Example {
        path: "/v2/community/webhooks/88888888-8888-8888-8888-888888888888",
        body: r#"{"types": ["ranks.changed"], "summarisesRollbacks": false}"#,
        data: demo_subscription_disabled!(),
        ..Example::EMPTY
    });

/// Edits a subscription. The kind stays; the secret is replaced by `rotate-secret`.
pub async fn edit(
    write: Write,
    caller: Caller<Admin>,
    SubscriptionPath(id): SubscriptionPath,
    StrictBody(body): StrictBody<EditBody>,
) -> Result<Reply<SubscriptionBody>, Problem> {
    let command = UpdateSubscription {
        actor: caller.actor(None),
        id,
        name: checks::optional_name("/name", body.name.as_deref())?,
        url: body.url,
        settings: write.app.feature::<Webhooks>().settings().clone(),
        types: body.types.map(|words| event_types(&words)).transpose()?,
        summarises_rollbacks: body.summarises_rollbacks,
    };
    let now = write.app.clock.now();
    write.submit(command, move |status| Reply::new((status, now).into())).await
}

/// `DELETE /v2/community/webhooks/{subscriptionId}`: the endpoint of [`remove`].
pub static REMOVE: Endpoint = Endpoint::new(Tag::Events, "removeSubscription", "Remove a subscription")
    .per_minute(60)
    .refuses(RemoveSubscription::REFUSES)
    .example(Example {
        path: "/v2/community/webhooks/88888888-8888-8888-8888-888888888888",
        data: demo_subscription_disabled!(),
        ..Example::EMPTY
    });

/// Removes a subscription, with all that is known of its deliveries. Answers it as it was.
pub async fn remove(
    write: Write,
    caller: Caller<Admin>,
    SubscriptionPath(id): SubscriptionPath,
) -> Result<Reply<SubscriptionBody>, Problem> {
    let now = write.app.clock.now();
    let command = RemoveSubscription { actor: caller.actor(None), id };
    write.submit(command, move |status| Reply::new((status, now).into())).await
}

/// Returns the types of events with these names, each once, in the order of the documentation.
fn event_types(words: &[String]) -> Result<Vec<EventType>, Problem> {
    let read = words.iter().enumerate().map(|(index, word)| {
        EventType::parse(word)
            .ok_or_else(|| Problem::invalid_body(&format!("/types/{index}"), &unknown_type(word)))
    });
    let wanted = read.collect::<Result<Vec<_>, _>>()?;
    Ok(EventType::all().filter(|known| wanted.contains(known)).collect())
}

/// Says that there is no such type, and which one may have been meant.
fn unknown_type(word: &str) -> String {
    let known: Vec<_> = EventType::all().map(EventType::as_str).collect();
    match nearest(word, &known) {
        Some(meant) => format!("there is no such type of event; the nearest is \"{meant}\""),
        None => format!("there is no such type of event; there are {}", known.join(", ")),
    }
}
