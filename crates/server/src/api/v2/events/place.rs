//! The place in the feed at which a reader begins: named by a cursor, the beginning, or the end.

use rankledger_domain::log::LogPlace;
use schemars::json_schema;
use uuid::Uuid;

use crate::http::query::QueryReader;
use crate::wire::events::EventCursor;
use crate::wire::problem::Problem;

/// The word for the end of the feed.
const LATEST: &str = "latest";

/// The place after which a reader begins, before it is known whether the feed has it.
pub enum Start {
    /// Before the first event.
    Beginning,
    /// After the last event.
    Latest,
    /// After the place of this cursor.
    Cursor(String),
}

impl Start {
    /// Reads the parameter `after`.
    pub fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let schema = json_schema!({ "type": "string", "pattern": "^(latest|[0-9a-f]{32}-[0-9]+)?$" });
        let description = "The `nextCursor` of the page before, or `latest` for the end of the feed. Without it, the feed begins at the first event.";
        Ok(match params.text_like("after", schema, description)? {
            None => Self::Beginning,
            Some(text) if text == LATEST => Self::Latest,
            Some(text) => Self::Cursor(text),
        })
    }

    /// Returns the place in the feed of the community with this UUID, which ends at `end`.
    pub fn resolve(&self, community: Uuid, end: LogPlace) -> Result<LogPlace, Problem> {
        let text = match self {
            Self::Beginning => return Ok(LogPlace(0)),
            Self::Latest => return Ok(end),
            Self::Cursor(text) => text,
        };
        let cursor = EventCursor::parse(text).ok_or_else(|| Problem::malformed_cursor(text))?;
        if cursor.community != community {
            return Err(Problem::cursor_of_another_community(text));
        }
        if cursor.place > end {
            return Err(Problem::cursor_beyond_the_end(text, end.0));
        }
        Ok(cursor.place)
    }
}
