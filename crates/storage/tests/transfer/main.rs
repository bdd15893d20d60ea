//! Copying whole databases: that no table or column is forgotten, that every value arrives, and what is refused.

mod catalogue;
mod course;
#[path = "../conformance/kit.rs"]
#[expect(dead_code, reason = "the conformance suite uses all of it")]
mod kit;
mod place;
mod values;
