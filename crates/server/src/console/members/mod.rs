//! Members: the list of all, and the page of each.

pub(super) mod counts;
pub(super) mod details;
pub(super) mod flows;
pub(super) mod list;
pub(super) mod member;
pub(super) mod preview;
pub(super) mod ranks;
mod side;
pub(super) mod standing;
