//! `/v2`.

mod community;
