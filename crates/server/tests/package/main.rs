//! The Debian package: installed, upgraded, removed and purged by dpkg, in a root of its own. And what comes
//! with it: the unit, the setup, the archive.

mod archive;
mod lifecycle;
mod questions;
mod readme;
mod root;
mod setup;
mod systemctl;
mod unit;
mod upgrade;
