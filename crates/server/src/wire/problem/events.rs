//! Problems of the feed: a cursor that does not belong to it, and too many readers.

use std::time::Duration;

use http::StatusCode;

use super::Problem;
use super::words::excerpt;

types![INVALID_CURSOR, TOO_MANY_STREAMS];

/// The wait after which a reader may try again.
const RETRY: Duration = Duration::from_secs(5);

/// The way out of every cursor that cannot be used.
const BEGIN_ANEW: &str =
    "Read what is there without a cursor, or begin at the end of the feed with \"after=latest\".";

problem_type! {
    INVALID_CURSOR = 400 "invalid-cursor" {
        title: "The cursor is not of this feed",
        cause: "The value of `after` or Last-Event-ID is no cursor, is a cursor of another community, or names a place that the feed does not have, as when the database was restored from a backup.",
        way_out: "Send a `nextCursor` or an event's `id:` exactly as this community's feed gave it. Without a cursor the feed begins at its first event, with `after=latest` at its end.",
        example: Problem::cursor_beyond_the_end("00000000000000000000000000000000-9", 4),
        at: "/v2/community/events",
    }
}

impl Problem {
    pub(crate) fn malformed_cursor(text: &str) -> Self {
        let detail = format!(
            "\"{}\" is no cursor of the feed: send a `nextCursor` or an event's `id:` exactly as it was answered. {BEGIN_ANEW}",
            excerpt(text)
        );
        Self::new(&INVALID_CURSOR, detail)
    }

    pub(crate) fn cursor_of_another_community(text: &str) -> Self {
        let detail = format!(
            "The cursor \"{}\" is of another community than the credential: each community has a feed of its own. {BEGIN_ANEW}",
            excerpt(text)
        );
        Self::new(&INVALID_CURSOR, detail)
    }

    /// `end`: the place of the last event.
    pub(crate) fn cursor_beyond_the_end(text: &str, end: i64) -> Self {
        let detail = format!(
            "The cursor \"{}\" is beyond the end of the feed, which has {end} events: the database was restored from an older \
             copy, or the cursor was made up. {BEGIN_ANEW}",
            excerpt(text)
        );
        Self::new(&INVALID_CURSOR, detail)
    }
}

problem_type! {
    TOO_MANY_STREAMS = 429 "too-many-streams" {
        title: "Too many streams are open",
        cause: "The credential, or the whole server, has as many event streams open as it may: 429 if it is the credential, 503 if it is the server.",
        way_out: "Close streams that nobody reads, share one among the programs of a machine, or ask for pages instead: they have no such limit.",
        example: Problem::too_many_streams(10),
        at: "/v2/community/events",
    }
}

impl Problem {
    /// `most`: how many streams a credential may have open.
    pub(crate) fn too_many_streams(most: usize) -> Self {
        let detail = format!(
            "This credential has {most} event streams open, and may not open more: close one that nobody reads, or ask for pages."
        );
        Self::new(&TOO_MANY_STREAMS, detail).retry_after(RETRY)
    }

    /// `most`: how many streams may be open on the server.
    pub(crate) fn too_many_streams_here(most: usize) -> Self {
        let detail = format!(
            "This server has {most} event streams open, and takes no more: try again later, or ask for pages."
        );
        Self::new(&TOO_MANY_STREAMS, detail).with_status(StatusCode::SERVICE_UNAVAILABLE).retry_after(RETRY)
    }
}
