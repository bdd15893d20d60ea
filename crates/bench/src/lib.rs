//! The parts that the programs of the bench share: a community, its members, and their rank changes.
//!
//! Everything goes through Rankledger's own code: accounts through the storage seam, as an import writes
//! them, and rank changes through [`rankledger_server::ops`], with their links of the hash chain.

pub mod ceilings;
pub mod changes;
pub mod community;
pub mod member;
pub mod recorded;
pub mod seeding;
