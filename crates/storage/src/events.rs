//! Events: rank changes and entries of the log, merged by their places. The feed reads them.
//!
//! A rank change does not store its place: it follows from the last entry before it (see
//! [`rankledger_domain::log`]).

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, LogId};
use rankledger_domain::log::{ActKind, EventType, LogPlace};

use crate::Result;
use crate::change_times::first_since;
use crate::history::{HistoryFilter, LinkedChange, Order, ReadHistory, next_millisecond};
use crate::log::{LinkedEntry, LogFilter, ReadLog};
use crate::rank_changes::ReadRankChanges;
use crate::sql::SqlTx;
use crate::sql::value::{ToValue, Value, params};

/// Something that happened in a community, and its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A rank change, at this place.
    Change(LogPlace, Box<LinkedChange>),
    /// An act that is no rank change.
    Entry(Box<LinkedEntry>),
}

impl Event {
    /// The place in the log.
    #[must_use]
    pub fn place(&self) -> LogPlace {
        match self {
            Self::Change(place, _) => *place,
            Self::Entry(linked) => linked.entry.position.place,
        }
    }

    /// The id: always the same for the same event.
    #[must_use]
    pub fn id(&self) -> LogId {
        match self {
            Self::Change(_, linked) => linked.change.log_id,
            Self::Entry(linked) => linked.entry.act.id,
        }
    }

    /// The type.
    #[must_use]
    pub fn event_type(&self) -> EventType {
        match self {
            Self::Change(..) => EventType::RanksChanged,
            Self::Entry(linked) => EventType::Act(linked.entry.act.kind),
        }
    }

    /// The account that it is about, if it is about one.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Change(_, linked) => Some(linked.change.account),
            Self::Entry(linked) => linked.entry.act.account,
        }
    }

    /// The person who acted, if one was named.
    #[must_use]
    pub fn actor(&self) -> Option<AccountId> {
        match self {
            Self::Change(_, linked) => linked.change.actor,
            Self::Entry(linked) => linked.entry.act.actor,
        }
    }
}

/// Which events are meant: those that fit everything that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Of one of these types; of any, if empty.
    pub types: Vec<EventType>,
    /// Of this account.
    pub account: Option<AccountId>,
}

impl EventFilter {
    fn wants_changes(&self) -> bool {
        self.types.is_empty() || self.types.contains(&EventType::RanksChanged)
    }

    /// The kinds of the acts that are meant; any, if the list is empty. `None` if no act is meant.
    fn kinds(&self) -> Option<Vec<ActKind>> {
        let is_meant = |kind: &ActKind| self.types.contains(&EventType::Act(*kind));
        let kinds: Vec<_> = ActKind::ALL.iter().copied().filter(is_meant).collect();
        (self.types.is_empty() || !kinds.is_empty()).then_some(kinds)
    }
}

/// A page of the events of a community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage {
    /// The events, in the order of their places.
    pub events: Vec<Event>,
    /// The place up to which the page has every event that fits: the next page begins after it.
    pub up_to: LogPlace,
    /// The place of the last event of the community, whether it fits or not.
    pub end: LogPlace,
}

/// Reading events.
#[async_trait]
pub trait ReadEvents {
    /// Returns the events that fit the filter after a place, oldest first: `take` of them at the most. Rank
    /// changes that were pruned are passed over. A page may hold fewer, even none, and still end before
    /// [`EventPage::end`]: a page looks at a limited number of events.
    async fn events(
        &mut self,
        community: CommunityId,
        filter: &EventFilter,
        after: LogPlace,
        take: u32,
    ) -> Result<EventPage>;

    /// The place of the first event at this time or later that was not pruned. `None` if there is none. This
    /// may look at all entries of the log.
    async fn first_event_since(
        &mut self,
        community: CommunityId,
        time: Timestamp,
    ) -> Result<Option<LogPlace>>;

    /// Returns the event at a place. `None` if nothing has happened there, or if it was pruned.
    async fn event_at(&mut self, community: CommunityId, place: LogPlace) -> Result<Option<Event>>;

    /// The place of the last event; 0 if nothing has happened yet.
    async fn end_of_events(&mut self, community: CommunityId) -> Result<LogPlace>;
}

/// Events of one kind in order, and the place up to which they are all that fit.
struct Part {
    events: Vec<Event>,
    up_to: LogPlace,
}

/// Returns the entries of a page.
async fn entries<T: ReadLog + Send>(
    tx: &mut T,
    community: CommunityId,
    filter: &EventFilter,
    (after, end): (LogPlace, LogPlace),
    take: u32,
) -> Result<Part> {
    let Some(kinds) = filter.kinds() else { return Ok(Part { events: Vec::new(), up_to: end }) };
    let filter = LogFilter { kinds, account: filter.account, ..LogFilter::default() };
    let page = tx.log(community, &filter, Order::OldestFirst, Some(after), take).await?;
    let events = page.entries.into_iter().map(|linked| Event::Entry(Box::new(linked))).collect();
    Ok(Part { events, up_to: page.next.unwrap_or(end) })
}

/// Returns the rank changes of a page.
async fn changes<T: SqlTx + ReadHistory + ReadLog>(
    tx: &mut T,
    community: CommunityId,
    filter: &EventFilter,
    (after, end): (LogPlace, LogPlace),
    take: u32,
) -> Result<Part> {
    if !filter.wants_changes() {
        return Ok(Part { events: Vec::new(), up_to: end });
    }
    let seen = tx.log_position_at(community, after).await?.changes_up_to(after);
    let filter = HistoryFilter { accounts: filter.account.into_iter().collect(), ..HistoryFilter::default() };
    let page = tx.history(community, &filter, Order::OldestFirst, Some(seen), take).await?;
    let numbers = page.changes.iter().map(|linked| linked.change.number).chain(page.next);
    let places = places(tx, community, &numbers.collect::<Vec<_>>()).await?;
    let place = |number: ChangeNumber| places.get(&number).copied().unwrap_or(end);
    let event = |linked: LinkedChange| Event::Change(place(linked.change.number), Box::new(linked));
    let up_to = page.next.map_or(end, place);
    Ok(Part { events: page.changes.into_iter().map(event).collect(), up_to })
}

/// Returns the places of rank changes. One statement finds them all. Their number is filled up to a power of
/// two, so that there are few different statements.
async fn places<T: SqlTx>(
    tx: &mut T,
    community: CommunityId,
    numbers: &[ChangeNumber],
) -> Result<HashMap<ChangeNumber, LogPlace>> {
    let Some(last) = numbers.last() else { return Ok(HashMap::new()) };
    let count = numbers.len().next_power_of_two();
    let wanted = numbers.iter().chain(std::iter::repeat(last)).take(count);
    let values: Vec<Value<'_>> =
        std::iter::once(community.to_value()).chain(wanted.map(ToValue::to_value)).collect();
    let rows: Vec<_> = (2..=values.len()).map(|index| format!("(CAST(${index} AS BIGINT))")).collect();
    let sql = format!(
        "WITH wanted (number) AS (VALUES {})
         SELECT number, (SELECT place - after_change FROM log_entries
                         WHERE community = $1 AND after_change < wanted.number
                         ORDER BY after_change DESC, place DESC LIMIT 1) AS entries
         FROM wanted",
        rows.join(", ")
    );
    let found = tx.on(community).await?.all(&sql, &values, |row| {
        let (number, entries): (ChangeNumber, Option<i64>) = (row.get("number")?, row.get("entries")?);
        Ok((number, LogPlace(number.0 + entries.unwrap_or(0))))
    });
    Ok(found.await?.into_iter().collect())
}

#[async_trait]
impl<T: SqlTx + ReadHistory + ReadLog + ReadRankChanges> ReadEvents for T {
    async fn events(
        &mut self,
        community: CommunityId,
        filter: &EventFilter,
        after: LogPlace,
        take: u32,
    ) -> Result<EventPage> {
        let end = self.end_of_events(community).await?;
        if after >= end {
            return Ok(EventPage { events: Vec::new(), up_to: after, end });
        }
        let acts = entries(self, community, filter, (after, end), take).await?;
        let changes = changes(self, community, filter, (after, end), take).await?;
        let mut up_to = acts.up_to.min(changes.up_to);
        let mut events: Vec<_> = acts.events.into_iter().chain(changes.events).collect();
        events.retain(|event| event.place() <= up_to);
        events.sort_unstable_by_key(Event::place);
        let take = usize::try_from(take).unwrap_or(usize::MAX);
        if events.len() > take {
            events.truncate(take);
            up_to = events.last().map_or(up_to, Event::place);
        }
        Ok(EventPage { events, up_to, end })
    }

    async fn first_event_since(
        &mut self,
        community: CommunityId,
        time: Timestamp,
    ) -> Result<Option<LogPlace>> {
        let change = match first_since(self, community, time).await? {
            Some(number) => Some(self.log_position_before(community, number).await?.place_of(number)),
            None => None,
        };
        let sql = "SELECT place FROM log_entries WHERE community = $1 AND at >= $2 ORDER BY place LIMIT 1";
        let time = next_millisecond(time);
        let entry: Option<LogPlace> =
            self.on(community).await?.one(sql, params![community, time], |row| row.get(0)).await?;
        Ok(change.into_iter().chain(entry).min())
    }

    async fn event_at(&mut self, community: CommunityId, place: LogPlace) -> Result<Option<Event>> {
        let page = self.events(community, &EventFilter::default(), LogPlace(place.0 - 1), 1).await?;
        Ok(page.events.into_iter().find(|event| event.place() == place))
    }

    async fn end_of_events(&mut self, community: CommunityId) -> Result<LogPlace> {
        let last = self.log_position_at(community, LogPlace(i64::MAX)).await?;
        Ok(last.place_of(self.last_change_number(community).await?))
    }
}
