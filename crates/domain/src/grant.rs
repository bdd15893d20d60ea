//! Grants as a request asks for them: a rank, and the end of the grant.

use jiff::tz::TimeZone;
use jiff::{SpanFieldwise, Timestamp, ToSpan};

use crate::account::HeldRank;
use crate::ids::RankId;
use crate::rank::RankName;

/// Largest number of years from now to the end of a grant. A grant that is to last longer has no end.
pub const MAX_YEARS: i16 = 100;

/// A rank that a request gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The rank.
    pub name: RankName,
    /// End of the grant.
    pub end: GrantEnd,
}

/// End of a grant, as a request gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantEnd {
    /// Not given: a rank that is held keeps its end, a new one has none.
    Keep,
    /// No end: an end that the grant had is removed.
    Never,
    /// An end at this time, unless the rank is held for longer: giving a rank takes nothing away.
    AtLeast(Timestamp),
    /// An end at this time, whatever the end was before.
    At(Timestamp),
    /// An end that is later, by this much, than the end of the grant that is held, or than now.
    Later(SpanFieldwise),
}

impl Grant {
    /// Returns a grant of which the request gives only the rank.
    #[must_use]
    pub fn plain(name: RankName) -> Self {
        Self { name, end: GrantEnd::Keep }
    }
}

impl GrantEnd {
    /// Returns the grant of a rank as it is held afterwards. `held`: the grant before, if there is one.
    #[must_use]
    pub(crate) fn apply_to(self, rank: RankId, held: Option<HeldRank>, now: Timestamp) -> HeldRank {
        let expires_at = match (self, held) {
            (Self::Keep, held) => held.and_then(|held| held.expires_at),
            (Self::Never, _) => None,
            (Self::At(end) | Self::AtLeast(end), None) | (Self::At(end), Some(_)) => Some(end),
            (Self::AtLeast(end), Some(held)) => held.expires_at.map(|held| held.max(end)),
            (Self::Later(span), None) => Some(later(now, span)),
            (Self::Later(span), Some(held)) => held.expires_at.map(|end| later(end.max(now), span)),
        };
        HeldRank { rank, expires_at }
    }
}

/// Returns the time that is so much later. Months and years are those of the calendar, in UTC. A time beyond
/// the calendar is its last moment.
fn later(time: Timestamp, span: SpanFieldwise) -> Timestamp {
    time.to_zoned(TimeZone::UTC).checked_add(span.0).map_or(Timestamp::MAX, |end| end.timestamp())
}

/// Returns the latest time at which a grant may end: [`MAX_YEARS`] from now.
#[must_use]
pub fn latest_end(now: Timestamp) -> Timestamp {
    let in_utc = now.to_zoned(TimeZone::UTC);
    in_utc.checked_add(MAX_YEARS.years()).map_or(Timestamp::MAX, |end| end.timestamp())
}
