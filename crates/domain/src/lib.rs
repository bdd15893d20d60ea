//! The rules of Rankledger, as pure functions over plain data.
//!
//! [`change::plan_change`] plans a rank change, [`undo::plan_undo`] an undo. Both take everything they need
//! as arguments (the account, the community's ranks, the authority, the time). They return a
//! [`transition::Transition`] to carry out or a [`refusal::Refusal`]. Nothing in this crate reads a clock,
//! opens a file, speaks SQL or knows HTTP.

pub mod account;
pub mod api_key;
pub mod authority;
pub mod chain;
pub mod change;
pub mod checkpoint;
pub mod console;
pub mod credential;
pub mod definition;
pub mod game_server;
pub mod grant;
pub mod guard;
pub mod identifier;
pub mod identifier_flag;
pub mod identifier_kind;
pub mod ids;
pub mod lineage;
pub mod log;
pub mod log_chain;
pub mod log_walk;
pub mod name;
pub mod primary_rank;
pub mod profile_field;
pub mod promotion_flow;
pub mod pruning;
pub mod rank;
pub mod rank_change;
pub mod refusal;
pub mod rollback;
pub mod subscription;
pub mod time;
pub mod transition;
pub mod undo;
pub mod webhook_secret;
pub mod whitelist;
