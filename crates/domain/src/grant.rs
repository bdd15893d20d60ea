//! A grant as a request asks for it: a rank, and when it is to end.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::account::HeldRank;
use crate::rank::RankName;

/// How many years from now a grant may end at the latest; what is to last longer has no end.
pub const MAX_YEARS: i16 = 100;

/// A rank that a request gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The rank.
    pub name: RankName,
    /// When it is to end.
    pub end: GrantEnd,
}

/// What a request says of the end of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantEnd {
    /// Nothing: a rank that is held keeps its end, a new one has none.
    Keep,
    /// It does not end: an end that there was is taken away.
    Never,
    /// It ends at this time, whatever end there was.
    At(Timestamp),
}

impl Grant {
    /// A grant of which nothing is said but the rank.
    #[must_use]
    pub fn plain(name: RankName) -> Self {
        Self { name, end: GrantEnd::Keep }
    }
}

impl GrantEnd {
    /// The grant as it is held afterwards.
    #[must_use]
    pub(crate) fn apply_to(self, held: HeldRank) -> HeldRank {
        match self {
            Self::Keep => held,
            Self::Never => HeldRank { expires_at: None, ..held },
            Self::At(end) => HeldRank { expires_at: Some(end), ..held },
        }
    }
}

/// The latest time at which a grant may end: [`MAX_YEARS`] from now.
#[must_use]
pub fn latest_end(now: Timestamp) -> Timestamp {
    let in_utc = now.to_zoned(TimeZone::UTC);
    in_utc.checked_add(MAX_YEARS.years()).map_or(Timestamp::MAX, |end| end.timestamp())
}
