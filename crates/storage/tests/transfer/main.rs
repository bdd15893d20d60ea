//! Copying whole databases: no table or column is forgotten, every value arrives, and impossible copies are
//! refused.

mod catalogue;
mod course;
#[path = "../conformance/kit.rs"]
#[expect(dead_code, reason = "the conformance suite uses all of it")]
mod kit;
mod test_database;
mod values;
