//! Several servers on one PostgreSQL behind an nginx, while servers and databases die.

mod deliveries;
mod failover;
mod guide;
mod kit;
mod load;
mod nodes;
