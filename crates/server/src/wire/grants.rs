//! The ranks that a request gives and takes. Each is a text. A rank that is given may be an object instead,
//! which can say when the grant ends.

use std::borrow::Cow;
use std::fmt::{self, Formatter};

use jiff::Timestamp;
use rankledger_domain::grant::{Grant, GrantEnd};
use rankledger_domain::rank::RankName;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::json;

use crate::wire::ends::{DURATION, end_at, end_in, span};
use crate::wire::problem::Problem;

/// An entry of `set` or `add`: a text, which is the rank alone, or an object.
#[derive(Debug)]
pub struct RequestedGrant(GrantMembers);

/// The entry as an object. The shell refuses other members: a misspelt end would give the rank for ever.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct GrantMembers {
    rank: String,
    #[serde(default, deserialize_with = "given")]
    expires_at: Option<EndText>,
    #[serde(default, deserialize_with = "given")]
    expires_in: Option<String>,
    on_held: Option<String>,
}

/// What becomes of the end of a rank that is held already.
#[derive(Clone, Copy)]
enum OnHeld {
    /// The later end counts.
    KeepLonger,
    /// The duration is added to the end, or to now.
    Extend,
    /// The end that is given counts.
    Replace,
}

impl OnHeld {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "keep-longer" => Some(Self::KeepLonger),
            "extend" => Some(Self::Extend),
            "replace" => Some(Self::Replace),
            _ => None,
        }
    }
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
        Ok(RequestedGrant(GrantMembers { rank: rank.to_owned(), ..GrantMembers::default() }))
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
            "description": "The duration of the grant, in ISO 8601, such as P30D or PT12H: from now, or with `extend` from the present end.",
        });
        let on_held = |words: &[&str]| {
            json!({
                "enum": words,
                "description": "What becomes of a rank that is held already. `keep-longer`, which is the default in `add`: the later end counts. `extend`: the duration is added to the present end, or to now. `replace`, which is the default in `set`: the end is this one, also if it is sooner.",
            })
        };
        let without = |names: &[&str]| {
            let required: Vec<_> = names.iter().map(|name| json!({ "required": [name] })).collect();
            json!({ "anyOf": required })
        };
        json_schema!({
            "oneOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "properties": { "rank": rank },
                    "required": ["rank"],
                    "not": without(&["expiresAt", "expiresIn", "onHeld"]),
                },
                {
                    "type": "object",
                    "properties": {
                        "rank": rank, "expiresAt": expires_at, "onHeld": on_held(&["keep-longer", "replace"]),
                    },
                    "required": ["rank", "expiresAt"],
                    "not": without(&["expiresIn"]),
                },
                {
                    "type": "object",
                    "properties": {
                        "rank": rank,
                        "expiresIn": expires_in,
                        "onHeld": on_held(&["keep-longer", "extend", "replace"]),
                    },
                    "required": ["rank", "expiresIn"],
                    "not": without(&["expiresAt"]),
                },
            ],
        })
    }
}

impl RequestedGrant {
    /// Returns the grant that the entry asks for; `pointer` is the JSON pointer of the entry. `usual`: what
    /// becomes of a rank that is held, if the entry does not say.
    fn grant(&self, pointer: &str, usual: OnHeld, now: Timestamp) -> Result<Grant, Problem> {
        let GrantMembers { rank, expires_at, expires_in, .. } = &self.0;
        let on_held = self.on_held(pointer)?;
        let end = match (expires_at, expires_in) {
            (None, None) => GrantEnd::Keep,
            (Some(_), Some(_)) => {
                let what = "it has both expiresAt and expiresIn: give one of them";
                return Err(Problem::invalid_body(pointer, what));
            }
            (Some(EndText::Never), None) => GrantEnd::Never,
            (Some(EndText::At(time)), None) => {
                until(end_at(&format!("{pointer}/expiresAt"), time, now)?, on_held.unwrap_or(usual))
            }
            (None, Some(duration)) => {
                let pointer = format!("{pointer}/expiresIn");
                match on_held.unwrap_or(usual) {
                    OnHeld::Extend => GrantEnd::Later(span(&pointer, duration)?.fieldwise()),
                    on_held => until(end_in(&pointer, duration, now)?, on_held),
                }
            }
        };
        Ok(Grant { name: RankName::parse(rank), end })
    }

    /// Reads `onHeld`, which says something of an end only, and `extend` of a duration only.
    fn on_held(&self, pointer: &str) -> Result<Option<OnHeld>, Problem> {
        let GrantMembers { expires_at, expires_in, on_held, .. } = &self.0;
        let Some(word) = on_held else { return Ok(None) };
        let refuse = |what: &str| Problem::invalid_body(&format!("{pointer}/onHeld"), what);
        match OnHeld::parse(word) {
            None => Err(refuse("it must be \"keep-longer\", \"extend\" or \"replace\"")),
            Some(OnHeld::Extend) if expires_in.is_none() => {
                Err(refuse("\"extend\" needs the duration that is added: give expiresIn"))
            }
            Some(_) if expires_at.is_none() && expires_in.is_none() => {
                Err(refuse("it says what becomes of an end, and there is none: give expiresIn or expiresAt"))
            }
            on_held => Ok(on_held),
        }
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

/// Returns the grants of `set`, which replace the ends that are held; `pointer` is the JSON pointer of the
/// list.
pub fn set_grants(pointer: &str, entries: &[RequestedGrant], now: Timestamp) -> Result<Vec<Grant>, Problem> {
    grants(pointer, entries, OnHeld::Replace, now)
}

/// Returns the grants of `add`, which take nothing away; `pointer` is the JSON pointer of the list.
pub fn add_grants(pointer: &str, entries: &[RequestedGrant], now: Timestamp) -> Result<Vec<Grant>, Problem> {
    grants(pointer, entries, OnHeld::KeepLonger, now)
}

fn grants(
    pointer: &str,
    entries: &[RequestedGrant],
    usual: OnHeld,
    now: Timestamp,
) -> Result<Vec<Grant>, Problem> {
    let grant =
        |(index, entry): (usize, &RequestedGrant)| entry.grant(&format!("{pointer}/{index}"), usual, now);
    entries.iter().enumerate().map(grant).collect()
}

fn until(end: Timestamp, on_held: OnHeld) -> GrantEnd {
    match on_held {
        OnHeld::Replace => GrantEnd::At(end),
        OnHeld::KeepLonger | OnHeld::Extend => GrantEnd::AtLeast(end),
    }
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
