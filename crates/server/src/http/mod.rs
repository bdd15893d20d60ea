//! The shell of every request: its id and log line, time-out, credential, rate limit, retry key, reply and
//! problem.
//!
//! Nothing here knows a route. From the outside in, a request passes the [`shell`] ([`reply::Seal`] writes
//! bodies; [`request`] has the id, the log line and the time-out) and, on endpoints that need a credential,
//! the [`gate`] ([`authenticate`], [`rate_limit`], [`idempotency`]). Handlers take what they need by their
//! signature: [`caller::Caller`], [`body::JsonBody`], [`write::Write`].

pub mod account_path;
pub mod app;
pub mod authenticate;
pub mod body;
pub mod caller;
pub mod checks;
pub mod connections;
pub mod cors;
pub mod describe;
pub mod endpoint;
pub mod etag;
pub mod event_stream;
pub mod feature;
pub mod gate;
pub mod guard_trips;
pub mod idempotency;
pub mod keys_in_use;
mod long_body;
pub mod long_reads;
pub mod own_community;
pub mod path;
pub mod peer;
pub mod prefix;
mod problem_response;
pub mod query;
pub mod rate_limit;
pub mod read_view;
pub mod reply;
pub mod reply_kind;
pub mod request;
pub mod selectors;
pub mod shell;
pub mod signing_key;
pub mod unknown_members;
pub mod write;

pub use app::App;
pub use body::BODY_LIMIT;
pub use endpoint::Endpoint;
pub use problem_response::of_panic;
