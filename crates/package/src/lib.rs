//! Something to install, made of a binary and the files of the project: a Debian package, and an archive for
//! other systems. `cargo xtask package` calls it with a release, a test with the binary under test.
//!
//! `files/` has what is installed beside the binary as it stands there: the unit, an example of the
//! configuration, and the scripts that dpkg runs. Decision 33 says why dpkg-deb makes the package.

mod archive;
mod contents;
mod debian;
mod program;
mod stage;

use std::path::{Path, PathBuf};

pub use archive::archive;
pub use debian::debian;

/// A release that is to be packaged.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a> {
    /// The binary. It is stripped in the package, not here.
    pub binary: &'a Path,
    /// Its version, such as `0.2.0`.
    pub version: &'a str,
    /// The time that files get which are packaged, in seconds since 1970: the same release then makes the
    /// same package.
    pub time: u64,
    /// Whether the files are packed: a package for a test is made sooner without.
    pub is_packed: bool,
}

/// The root of the workspace.
fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
