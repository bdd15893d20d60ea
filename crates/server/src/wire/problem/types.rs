//! Every type of problem by its name, and all of them as a list.

pub use super::accounts::*;
pub use super::community::*;
pub use super::console::*;
pub use super::credentials::*;
pub use super::events::*;
pub use super::guards::*;
pub use super::idempotency::*;
pub use super::load::*;
pub use super::ranks::*;
pub use super::requests::*;
pub use super::rollback::*;
pub use super::server::*;
pub use super::servers::*;
pub use super::structure::*;
pub use super::subscriptions::*;
pub use super::undo::*;

use super::ProblemType;
use super::{
    accounts, community, console, credentials, events, guards, idempotency, load, ranks, requests, rollback,
    server, servers, structure, subscriptions, undo,
};

/// The types of each file, but for those of the console.
static SUBJECTS: &[&[&ProblemType]] = &[
    requests::TYPES,
    credentials::TYPES,
    community::TYPES,
    accounts::TYPES,
    structure::TYPES,
    ranks::TYPES,
    undo::TYPES,
    rollback::TYPES,
    events::TYPES,
    subscriptions::TYPES,
    guards::TYPES,
    idempotency::TYPES,
    load::TYPES,
    server::TYPES,
    servers::TYPES,
];

/// Returns every type, in the order of the statuses.
#[must_use]
pub fn all() -> Vec<&'static ProblemType> {
    in_order([SUBJECTS.concat(), console::TYPES.to_vec()].concat())
}

/// Returns the types that the API answers, in the order of the statuses: not those of the console alone.
#[must_use]
pub fn of_api() -> Vec<&'static ProblemType> {
    in_order(SUBJECTS.concat())
}

fn in_order(mut types: Vec<&'static ProblemType>) -> Vec<&'static ProblemType> {
    types.sort_by_key(|one| one.status);
    types
}
