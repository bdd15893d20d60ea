//! The real binary, started as an operator would: with curl, with the official Python client, under load, and killed.

mod faults;
mod kit;
mod load;
mod python;
mod seeds;
mod startup;
