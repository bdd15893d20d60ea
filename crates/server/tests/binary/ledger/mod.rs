//! The commands that work on a ledger, each on a running server and on a database file.

mod ban;
mod checkpoint;
mod community;
mod diff;
mod export;
mod freeze;
mod history;
mod key;
mod kit;
mod log;
mod members;
mod named;
mod promote;
mod prune;
mod rank;
mod rollback;
mod summary;
mod target;
mod terminal;
mod undo;
mod verify;
mod verify_accounts;
mod verify_ends;
mod webhook;
