//! `/v2/community/events`: the feed of everything that happens in a community, as pages and as a stream.

pub mod place;
pub mod readers;
pub mod stream;

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, Response as ResponseObject};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use rankledger_domain::ids::AccountId;
use rankledger_domain::log::EventType;
use rankledger_storage::events::EventFilter;
use schemars::json_schema;

use crate::api::v2::events::place::Start;
use crate::api::v2::events::stream::{EVENT_STREAM, NewStream};
use crate::http::App;
use crate::http::caller::{Caller, EventsRead};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::event_stream::EventStream;
use crate::http::own_community::own_community;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::read_view::RequestView;
use crate::http::reply::Reply;
use crate::wire::events::{EventBody, EventCursor, EventsBody};
use crate::wire::problem::{Problem, types};

/// Number of events on a page unless the request asks for another.
const DEFAULT_TAKE: u32 = 25;

/// Which events are read.
pub struct EventsQuery {
    filter: EventFilter,
    after: Start,
    take: u32,
}

impl FromQuery for EventsQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let types = read_types(params)?;
        let account = params.uuid("accountId", "an account", "Only events about this account.")?;
        let after = Start::read(params)?;
        let take =
            params.number_or("take", 1..=100, DEFAULT_TAKE, "The highest number of events on a page.")?;
        Ok(Self { filter: EventFilter { types, account: account.map(AccountId) }, after, take })
    }
}

/// Reads the parameter `types`.
fn read_types(params: &mut QueryReader) -> Result<Vec<EventType>, Problem> {
    let known: Vec<_> = EventType::all().map(EventType::as_str).collect();
    let one = known.join("|").replace('.', r"\.");
    let schema = json_schema!({ "type": "string", "pattern": format!("^(({one})(,({one}))*)?$") });
    let text = params.text_like("types", schema, "Only events of these types, separated by commas.")?;
    let words = text.iter().flat_map(|text| text.split(','));
    let parsed: Option<Vec<_>> = words.map(EventType::parse).collect();
    let expected = || format!("types of events, separated by commas: {}", known.join(", "));
    parsed.ok_or_else(|| params.refusal("types", &expected()))
}

/// The feed, as the request wants it.
pub enum Feed {
    /// A page.
    Page(Reply<EventsBody>),
    /// A stream.
    Stream(Response),
}

impl IntoResponse for Feed {
    fn into_response(self) -> Response {
        match self {
            Self::Page(page) => page.into_response(),
            Self::Stream(stream) => stream,
        }
    }
}

impl OperationOutput for Feed {
    type Inner = EventsBody;

    fn inferred_responses(
        ctx: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, ResponseObject)> {
        let mut responses = Reply::<EventsBody>::inferred_responses(ctx, operation);
        for (_, response) in &mut responses {
            response.content.insert(EVENT_STREAM.to_owned(), MediaType::default());
        }
        responses
    }
}

/// `GET /v2/community/events`: the endpoint of [`list`].
pub static LIST: Endpoint =
    Endpoint::new(Tag::Events, "getEvents", "Read what happens in the community, in order")
        .per_minute(120)
        .refuses(&[&types::INVALID_CURSOR, &types::TOO_MANY_STREAMS])
        .refuses_as(&[(503, &types::TOO_MANY_STREAMS)])
        .example(Example {
            path: "/v2/community/events",
            query: r#"{"after": "00000000000000000000000000000000-2", "take": 1}"#,
            data: r#"{
            "events": [
                {
                    "id": "44444444-4444-4444-4444-444444444444", "type": "ranks.changed", "place": 3,
                    "at": "2026-04-15T00:00:00.000Z",
                    "data": {
                        "undoId": "11111111-1111-1111-1111-111111111111", "changeNumber": 3,
                        "logId": "44444444-4444-4444-4444-444444444444",
                        "accId": "66666666-6666-6666-6666-666666666666", "at": "2026-04-15T00:00:00.000Z",
                        "kind": "change", "source": "import",
                        "userId": "11111111-1111-1111-1111-111111111111", "credentialId": null,
                        "reason": "Late for three patrols in a row", "batchId": null,
                        "previousRanks": [
                            {"rank": "22222222-2222-2222-2222-222222222222", "expiresAt": null}
                        ],
                        "currentRanks": [
                            {"rank": "11111111-1111-1111-1111-111111111111", "expiresAt": null}
                        ],
                        "added": [{"rank": "11111111-1111-1111-1111-111111111111", "expiresAt": null}],
                        "removed": [{"rank": "22222222-2222-2222-2222-222222222222", "expiresAt": null}],
                        "previousStatus": true, "currentStatus": true, "active": true,
                        "previousChange": 3, "reverses": null,
                        "reversedBy": null,
                        "hash": "6a247b5e8ef3398798bb0e847aa162048d5292aae4034bd2ae1c9307baecbd69"
                    }
                }
            ],
            "nextCursor": "00000000000000000000000000000000-3",
            "more": true
        }"#,
            ..Example::EMPTY
        });

/// `GET /v2/community/events`: what happened after a place of the log, oldest first. A page looks at a
/// limited number of events, so it may hold fewer than `take`, even none, while there are more. With
/// `Accept: text/event-stream` the events are sent as they happen.
pub async fn list(
    State(app): State<App>,
    caller: Caller<EventsRead>,
    RequestView(mut tx): RequestView,
    wanted: EventStream,
    Query(query): Query<EventsQuery>,
) -> Result<Feed, Problem> {
    let community = caller.community();
    let uuid = own_community(tx.as_mut(), community).await?.uuid;
    let EventsQuery { filter, after, take } = query;
    let end = tx.end_of_events(community).await?;
    if wanted.is_wanted {
        let after = wanted.last_event_id.map_or(after, Start::Cursor).resolve(uuid, end)?;
        drop(tx);
        let credential = caller.credential();
        let stream = NewStream { community, uuid, credential, filter, after, end };
        return stream.begin(app).map(Feed::Stream);
    }
    let after = after.resolve(uuid, end)?;
    let page = tx.events(community, &filter, after, take).await?;
    drop(tx);
    // A view may see what is committed and not yet on the disk. Nobody is told of that.
    app.storage.flush().await?;
    Ok(Feed::Page(Reply::new(EventsBody {
        events: page.events.into_iter().map(EventBody::from).collect(),
        next_cursor: EventCursor { community: uuid, place: page.up_to }.to_string(),
        more: page.up_to < page.end,
    })))
}
