//! The rules of rank changes, undos, authority, guards, credentials, names, identifiers, profile fields,
//! definitions, flows, game servers and whitelists, one test a rule.
//!
//! Each file follows one section of the rules; [`kit`] holds the builders and a small ledger in memory,
//! `algebra` the laws that hold for every history. There is no I/O: parts that need a database or HTTP are
//! tested in their own crates.

mod algebra;
mod algebra_authority;
mod authority;
mod authority_administration;
mod chain;
mod change;
mod change_barred;
mod checkpoint;
mod credential;
mod definition;
mod ends;
mod game_server;
mod guard;
mod histories;
mod identifier;
mod identifier_flag;
mod kit;
mod log;
mod log_chain;
mod name;
mod primary_rank;
mod profile_field;
mod promotion_flow;
mod pruning;
mod rank;
mod rollback;
mod rollback_laws;
mod rollbacks;
mod shortenings;
mod subscription;
mod undo;
mod undo_conflicts;
mod undo_refusals;
mod undo_skipping;
mod webhook_secret;
mod whitelist;
mod words;
