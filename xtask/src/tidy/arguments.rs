//! The arguments of `cargo xtask tidy`.

use anyhow::{Result, bail};

/// The chore's options. All checks run in any case.
#[derive(Default)]
pub(super) struct Arguments {
    /// Adds new migrations to the list of those that have landed, before the checks.
    pub(super) land_migrations: bool,
    /// Lists all comments that begin headless.
    pub(super) headless: bool,
    /// Lists all imports within circles that are too large.
    pub(super) circles: bool,
}

impl Arguments {
    /// Reads the arguments. An error names the first unknown one.
    pub(super) fn read(args: &[String]) -> Result<Self> {
        let mut arguments = Self::default();
        for arg in args {
            match arg.as_str() {
                "--land-migrations" => arguments.land_migrations = true,
                "--headless" => arguments.headless = true,
                "--circles" => arguments.circles = true,
                other => bail!("tidy knows --land-migrations, --headless and --circles, not \"{other}\""),
            }
        }
        Ok(arguments)
    }
}
