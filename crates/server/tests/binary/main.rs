//! The real binary, started as an operator would: with curl, with the official Python client, with
//! requests that Schemathesis makes up, under load, killed,
//! and several of them on one database.

mod backups;
mod bots;
mod clients;
mod cluster;
mod composed_names;
mod connections;
mod credential_uses;
mod deliveries;
mod demo;
mod disk;
mod docs_examples;
mod doctor;
mod events;
mod examples;
mod expiry;
mod faults;
mod guides;
mod kills;
mod kills_retried;
mod kit;
mod ledger;
mod load;
mod log;
mod migrate;
mod notify;
mod poison;
mod postgres_startup;
mod proxy;
mod python;
mod receivers;
mod rogue_moderator;
mod schemathesis;
mod seeds;
mod shared_limits;
mod slow_readers;
mod startup;
mod writer;
