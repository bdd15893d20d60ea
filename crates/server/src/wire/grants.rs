//! The ranks that a request gives and takes. Each is a text. A rank that is given may be an object instead,
//! which can say when the grant ends.

use std::borrow::Cow;
use std::fmt::{self, Formatter};

use jiff::Timestamp;
use jiff::fmt::temporal::SpanParser;
use jiff::tz::TimeZone;
use rankledger_domain::grant::{Grant, GrantEnd, MAX_YEARS, latest_end};
use rankledger_domain::rank::RankName;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::json;

use crate::wire::problem::Problem;

/// An ISO 8601 duration; that it says something, and not too much, is checked by [`RequestedGrant::grant`].
const DURATION: &str =
    r"^P([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]{1,9})?S)?)?$";

static SPANS: SpanParser = SpanParser::new();

/// An entry of `set` or `add`: a text, which is the rank alone, or an object.
#[derive(Debug)]
pub struct RequestedGrant(GrantMembers);

/// The entry as an object. The shell refuses other members: a misspelt end would give the rank for ever.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct GrantMembers {
    rank: String,
    #[serde(default, deserialize_with = "given")]
    expires_at: Option<EndText>,
    #[serde(default, deserialize_with = "given")]
    expires_in: Option<String>,
}

/// An end as it is written.
#[derive(Debug, Deserialize)]
#[serde(from = "Option<String>")]
enum EndText {
    /// Null.
    Never,
    At(String),
}

impl From<Option<String>> for EndText {
    fn from(time: Option<String>) -> Self {
        time.map_or(Self::Never, Self::At)
    }
}

/// A member that is there, so that null can be told from nothing.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl<'de> Deserialize<'de> for RequestedGrant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GrantVisitor)
    }
}

struct GrantVisitor;

impl<'de> Visitor<'de> for GrantVisitor {
    type Value = RequestedGrant;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a rank: a string, or an object with its rank and its end")
    }

    fn visit_str<E: Error>(self, rank: &str) -> Result<RequestedGrant, E> {
        Ok(RequestedGrant(GrantMembers { rank: rank.to_owned(), expires_at: None, expires_in: None }))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<RequestedGrant, A::Error> {
        GrantMembers::deserialize(MapAccessDeserializer::new(members)).map(RequestedGrant)
    }
}

impl JsonSchema for RequestedGrant {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Grant".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let rank = json!({ "type": "string", "description": "The rank, by id or key." });
        let expires_at = json!({
            "type": ["string", "null"],
            "format": "date-time",
            "description": "The time at which the grant ends; null for no end. Without it, a rank that is held keeps its end.",
        });
        let expires_in = json!({
            "type": "string",
            "pattern": DURATION,
            "description": "The duration of the grant from now, in ISO 8601, such as P30D or PT12H.",
        });
        json_schema!({
            "oneOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "properties": { "rank": rank, "expiresAt": expires_at },
                    "required": ["rank"],
                    "not": { "required": ["expiresIn"] },
                },
                {
                    "type": "object",
                    "properties": { "rank": rank, "expiresIn": expires_in },
                    "required": ["rank", "expiresIn"],
                    "not": { "required": ["expiresAt"] },
                },
            ],
        })
    }
}

impl RequestedGrant {
    /// Returns the grant that the entry asks for; `pointer` is the JSON pointer of the entry.
    fn grant(&self, pointer: &str, now: Timestamp) -> Result<Grant, Problem> {
        let GrantMembers { rank, expires_at, expires_in } = &self.0;
        let end = match (expires_at, expires_in) {
            (None, None) => GrantEnd::Keep,
            (Some(_), Some(_)) => {
                let what = "it has both expiresAt and expiresIn: give one of them";
                return Err(Problem::invalid_body(pointer, what));
            }
            (Some(EndText::Never), None) => GrantEnd::Never,
            (Some(EndText::At(time)), None) => end(&format!("{pointer}/expiresAt"), time_of(time), now)?,
            (None, Some(duration)) => end(&format!("{pointer}/expiresIn"), after(duration, now), now)?,
        };
        Ok(Grant { name: RankName::parse(rank), end })
    }
}

/// An end that stands beside `set` and `add` instead of in an entry: it is refused wherever it is read,
/// because without an end the ranks would be given for ever.
#[derive(Debug, Default)]
pub struct MisplacedEnd;

impl<'de> Deserialize<'de> for MisplacedEnd {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        let what = "an end belongs in the entry of the rank that is to end, as in {\"add\": [{\"rank\": \"vip\", \
                    \"expiresIn\": \"P7D\"}]}";
        Err(D::Error::custom(what))
    }
}

/// Returns the grants of a list; `pointer` is the JSON pointer of the list.
pub fn grants(pointer: &str, entries: &[RequestedGrant], now: Timestamp) -> Result<Vec<Grant>, Problem> {
    let grant = |(index, entry): (usize, &RequestedGrant)| entry.grant(&format!("{pointer}/{index}"), now);
    entries.iter().enumerate().map(grant).collect()
}

/// Returns the end that a member gives, in whole milliseconds. The rules of the domain refuse an end that has
/// passed.
fn end(pointer: &str, end: Result<Timestamp, &str>, now: Timestamp) -> Result<GrantEnd, Problem> {
    let end = end.map_err(|what| Problem::invalid_body(pointer, what))?;
    if end > latest_end(now) {
        let what =
            format!("it is more than {MAX_YEARS} years ahead: leave it out if the grant is not to end");
        return Err(Problem::invalid_body(pointer, &what));
    }
    let millis = Timestamp::from_millisecond(end.as_millisecond());
    Ok(GrantEnd::At(millis.expect("a whole millisecond of a valid time is valid")))
}

fn time_of(text: &str) -> Result<Timestamp, &'static str> {
    text.parse().map_err(|_| "it must be a time such as 2026-12-31T23:59:59Z, or null for no end")
}

/// Returns the time that is `duration` after now. Months and years are those of the calendar, in UTC.
fn after(duration: &str, now: Timestamp) -> Result<Timestamp, &'static str> {
    let span = SPANS.parse_span(duration).ok().filter(|span| span.is_positive());
    let span =
        span.ok_or("it must be an ISO 8601 duration longer than nothing, such as P30D, PT12H or P1Y6M")?;
    // A time beyond the calendar is too far ahead as well.
    let end = now.to_zoned(TimeZone::UTC).checked_add(span);
    Ok(end.map_or(Timestamp::MAX, |end| end.timestamp()))
}

/// An entry of `remove`: a text, for what is taken away has no end.
#[derive(Debug, JsonSchema)]
#[schemars(transparent, inline)]
pub struct RemovedRank(pub String);

impl<'de> Deserialize<'de> for RemovedRank {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RemovedVisitor)
    }
}

struct RemovedVisitor;

impl Visitor<'_> for RemovedVisitor {
    type Value = RemovedRank;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string: a rank that is removed is named by its id or key alone")
    }

    fn visit_str<E: Error>(self, rank: &str) -> Result<RemovedRank, E> {
        Ok(RemovedRank(rank.to_owned()))
    }
}
