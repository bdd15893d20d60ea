//! The wire format: bodies, problem details, times, names that are almost right. This module knows no route
//! and no database.

pub mod account;
pub mod account_parts;
pub mod account_summary;
pub mod checkpoint;
pub mod credentials;
pub mod departments;
pub(crate) mod ends;
pub mod envelope;
pub mod events;
pub mod flags;
pub mod game_servers;
pub mod grants;
pub mod guards;
pub mod history;
pub mod history_summary;
pub mod log;
pub mod loose_text;
pub mod nearest;
pub mod nul;
pub mod objects;
pub mod packed;
pub mod problem;
pub mod promotion_flows;
pub mod rank_change;
pub mod rollback;
pub mod rollback_request;
pub mod sent;
pub mod standings;
mod stored_body;
pub mod subscriptions;
pub mod text_schemas;
pub mod time;
pub mod undo;
pub mod undo_items;
pub mod whole_number;
