//! What is on the wire: bodies, problem details, times. Knows no route and no database.

pub mod account;
pub mod account_parts;
pub mod account_summary;
pub mod freeze;
pub mod grants;
pub mod problem;
pub mod rank_change;
pub mod rollback;
mod stored_body;
pub mod text_schemas;
pub mod time;
pub mod undo_items;
pub mod whole_number;
