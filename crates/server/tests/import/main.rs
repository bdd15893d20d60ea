//! Importing documents, and the commands for communities and keys: run from outside, on a fresh database each
//! time.

mod again;
mod bounds;
mod cli;
mod definitions;
mod demo;
mod grants;
mod history;
mod hosted;
mod identifiers;
mod identities;
mod keys;
mod killed;
mod kit;
mod parsing;
mod portions;
mod problems;
mod problems_of_accounts;
mod rows;
mod scale;
mod servers;
mod subscriptions;
