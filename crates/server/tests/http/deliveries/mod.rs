//! Deliveries of events to subscribers: where they may go, what is sent, and what becomes of it. The
//! receivers are real, on this machine.

mod discord;
mod failures;
mod game_server;
mod names;
mod order;
mod queue;
mod receiver;
mod rollbacks;
mod standard;
mod target;
mod try_out;
mod turns;
