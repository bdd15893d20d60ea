//! Grants as a request asks for them: a rank, and the end of the grant.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::account::HeldRank;
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
    /// An end at this time, whatever the end was before.
    At(Timestamp),
}

impl Grant {
    /// Returns a grant of which the request gives only the rank.
    #[must_use]
    pub fn plain(name: RankName) -> Self {
        Self { name, end: GrantEnd::Keep }
    }
}

impl GrantEnd {
    /// Returns the grant as it is held afterwards.
    #[must_use]
    pub(crate) fn apply_to(self, held: HeldRank) -> HeldRank {
        match self {
            Self::Keep => held,
            Self::Never => HeldRank { expires_at: None, ..held },
            Self::At(end) => HeldRank { expires_at: Some(end), ..held },
        }
    }
}

/// Returns the latest time at which a grant may end: [`MAX_YEARS`] from now.
#[must_use]
pub fn latest_end(now: Timestamp) -> Timestamp {
    let in_utc = now.to_zoned(TimeZone::UTC);
    in_utc.checked_add(MAX_YEARS.years()).map_or(Timestamp::MAX, |end| end.timestamp())
}
