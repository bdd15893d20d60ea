//! Deliveries of events to subscribers: where they may go, what is sent, and what becomes of it.

mod target;
