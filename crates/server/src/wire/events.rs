//! Events on the wire: an event, a page of them, and the cursor that names a place in the feed.
//!
//! An event tells what its reader can act on. It does not tell what only administrators may see: see
//! `Shown`.

use std::fmt;

use rankledger_domain::ids::{AccountId, CredentialId, LogId};
use rankledger_domain::log::{Act, ActKind, EventType, LogPlace};
use rankledger_storage::events::Event;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::wire::log::raw;
use crate::wire::rank_change::RankChangeBody;
use crate::wire::time::Time;

/// A page of the feed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventsBody {
    /// The events, oldest first.
    pub(crate) events: Vec<EventBody>,
    /// The value of `after` for the next page. There is always one: at the end of the feed it finds what
    /// happens next.
    pub(crate) next_cursor: String,
    /// Whether the feed goes on after this page. False at its end.
    pub(crate) more: bool,
}

/// Something that happened in the community.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EventBody {
    /// The id of the event: always the same for the same event.
    pub(crate) id: LogId,
    /// What happened, such as `ranks.changed` or `account.banned`.
    pub(crate) r#type: &'static str,
    /// Its place among all events of the community.
    pub(crate) place: LogPlace,
    pub(crate) at: Time,
    /// The rank change of a `ranks.changed`, else the act.
    pub(crate) data: EventData,
}

/// What an event tells.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum EventData {
    /// A rank change, as the history has it now.
    RankChange(Box<RankChangeBody>),
    /// An act that is no rank change.
    Act(ActBody),
}

/// An act that is no rank change, as an event tells of it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActBody {
    /// The account that it was done to.
    pub(crate) acc_id: Option<AccountId>,
    /// The person who acted, if one was named.
    pub(crate) user_id: Option<AccountId>,
    /// The credential that was used; null for the operator and the server itself.
    pub(crate) credential_id: Option<CredentialId>,
    /// How things were before. Null for acts of which only administrators see that.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(crate) before: Option<Box<RawValue>>,
    /// How things are after it. Null for acts of which only administrators see that.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(crate) after: Option<Box<RawValue>>,
}

/// Which part of the states before and after an act its event shows.
enum Shown {
    /// All of them.
    All,
    /// All but this member.
    AllBut(&'static str),
    /// Of all members this one.
    Only(&'static str),
    /// Nothing: that the act happened is all that is told.
    Nothing,
}

impl Shown {
    /// An event shows what the scopes `community:read` and `accounts:read` show. Keys, the guard and settings
    /// are the administrators'. The values of identifiers, among them addresses of people, are for those who
    /// ask for the identifiers of the account.
    fn of(kind: ActKind) -> Self {
        match kind {
            ActKind::AccountCreated => Self::AllBut("identifiers"),
            ActKind::FlagRaised | ActKind::FlagDismissed => Self::AllBut("value"),
            ActKind::AccountRenamed
            | ActKind::AccountUpdated
            | ActKind::AccountBanned
            | ActKind::AccountUnbanned
            | ActKind::AccountKicked
            | ActKind::AccountArchived
            | ActKind::AccountRestored
            | ActKind::AccountClockedIn
            | ActKind::AccountClockedOut
            | ActKind::CommunityFrozen
            | ActKind::CommunityThawed
            | ActKind::StructureChanged
            | ActKind::HistoryPruned
            | ActKind::RollbackCompleted => Self::All,
            ActKind::KeyCreated
            | ActKind::KeyUpdated
            | ActKind::KeyRevoked
            | ActKind::SubscriptionCreated
            | ActKind::SubscriptionUpdated
            | ActKind::SubscriptionRemoved
            | ActKind::SubscriptionDisabled => Self::Only("id"),
            ActKind::IdentifiersChanged
            | ActKind::GuardChanged
            | ActKind::GuardTripped
            | ActKind::SettingsChanged
            | ActKind::ImportFinished => Self::Nothing,
        }
    }

    /// Returns the shown part of a state.
    fn part(&self, state: &str) -> Option<Box<RawValue>> {
        let members = || serde_json::from_str::<Map<String, Value>>(state).ok();
        let kept = match self {
            Self::All => return Some(raw(state)),
            Self::AllBut(hidden) => members()?.into_iter().filter(|(name, _)| name != hidden).collect(),
            Self::Only(shown) => members()?.into_iter().filter(|(name, _)| name == shown).collect(),
            Self::Nothing => return None,
        };
        Some(raw(&Value::Object(kept).to_string()))
    }
}

impl From<Act> for ActBody {
    fn from(act: Act) -> Self {
        let shown = Shown::of(act.kind);
        Self {
            acc_id: act.account,
            user_id: act.actor,
            credential_id: act.credential,
            before: act.before.as_deref().and_then(|state| shown.part(state)),
            after: act.after.as_deref().and_then(|state| shown.part(state)),
        }
    }
}

impl From<Event> for EventBody {
    fn from(event: Event) -> Self {
        match event {
            Event::Change(place, linked) => Self {
                id: linked.change.log_id,
                r#type: EventType::RanksChanged.as_str(),
                place,
                at: Time(linked.change.at),
                data: EventData::RankChange(Box::new(RankChangeBody::from(*linked))),
            },
            Event::Entry(linked) => {
                let (place, act) = (linked.entry.position.place, linked.entry.act);
                Self {
                    id: act.id,
                    r#type: act.kind.as_str(),
                    place,
                    at: Time(act.at),
                    data: EventData::Act(ActBody::from(act)),
                }
            }
        }
    }
}

/// A place in the feed of a community: what comes after it is to be read. Clients take it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventCursor {
    /// The UUID of the community.
    pub community: Uuid,
    /// The place; 0 is before the first event.
    pub place: LogPlace,
}

impl fmt::Display for EventCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.community.simple(), self.place)
    }
}

impl EventCursor {
    /// Reads a cursor back. `None` if the text is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (community, place) = text.split_once('-')?;
        let cursor =
            Self { community: Uuid::try_parse(community).ok()?, place: LogPlace(place.parse().ok()?) };
        // There is one way to write a cursor.
        (cursor.place >= LogPlace(0) && cursor.to_string() == text).then_some(cursor)
    }
}
