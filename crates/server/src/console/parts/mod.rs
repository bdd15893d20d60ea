//! The parts that pages are made of: what a template shows, as plain data. Their HTML is in
//! `templates/console/parts`.

pub(super) mod bursts;
pub(super) mod chips;
pub(super) mod dates;
pub(super) mod deed;
pub(super) mod entries;
pub(super) mod moment;
pub(super) mod names;
pub(super) mod structure;
pub(super) mod verb;
