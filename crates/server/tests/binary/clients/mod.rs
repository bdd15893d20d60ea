//! The programs that call the documented API, without the programs: their requests byte for byte, replayed
//! against the demo, and their way of reading an answer, written down as checks.
//!
//! The requests are in `fixtures/clients`, a file for each client, in the order in which they are sent. Each
//! says what the client makes of the answer. The Python client itself is in `python.rs`: it can be installed.

mod full_server;
mod game_resource;
mod guide;
mod readings;
mod replay;
mod requests;
mod whitelist_mods;

pub(crate) use game_resource::has_lua;
