//! The simulator beside what theory says, and the rest of the chore.

mod arguments;
mod arrivals;
mod given;
mod group_commit;
mod messages;
mod plans;
mod queueing;
mod samples;
mod service_times;
