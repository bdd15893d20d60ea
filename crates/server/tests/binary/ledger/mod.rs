//! The commands that work on a ledger, each on a running server and on a database file.

mod checkpoint;
mod export;
mod history;
mod kit;
mod log;
mod prune;
mod rollback;
mod target;
mod terminal;
mod undo;
mod verify;
mod verify_accounts;
mod verify_ends;
mod webhook;
