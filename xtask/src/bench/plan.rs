//! What a run measures, for how long, and on how much.

use anyhow::{Result, bail, ensure};

use crate::measuring::seeded::Size;

/// The plan of a run.
pub(super) struct Plan {
    /// How often everything is measured; medians count.
    pub(super) rounds: usize,
    /// How long each load lasts.
    pub(super) seconds: u32,
    /// How long each ceiling is measured.
    pub(super) ceiling_seconds: u32,
    /// The usual database.
    pub(super) usual: Size,
    /// The large one, if it is measured.
    pub(super) large: Option<Size>,
    /// What is measured.
    pub(super) parts: Parts,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parts {
    /// Everything.
    All,
    /// Everything but PostgreSQL.
    WithoutPostgres,
    /// PostgreSQL.
    Postgres,
}

impl Plan {
    /// Reads the arguments of the chore.
    pub(super) fn read(args: &[String]) -> Result<Self> {
        let (mut quick, mut large, mut postgres) = (false, false, false);
        for arg in args {
            match arg.as_str() {
                "--quick" => quick = true,
                "--large" => large = true,
                "--postgres" => postgres = true,
                other => bail!("the bench knows --quick, --large and --postgres, not \"{other}\""),
            }
        }
        ensure!(!(large && postgres), "--postgres leaves out what --large is about");
        let (rounds, seconds, ceiling_seconds) = if quick { (1, 1, 1) } else { (3, 5, 3) };
        let size = |accounts, changes| Size { communities: 1, accounts, changes };
        let most = if quick { size(20_000, 100_000) } else { size(1_000_000, 10_000_000) };
        let parts = match (postgres, quick) {
            (true, _) => Parts::Postgres,
            (false, true) => Parts::WithoutPostgres,
            (false, false) => Parts::All,
        };
        let (usual, large) = (size(10_000, 20_000), large.then_some(most));
        Ok(Self { rounds, seconds, ceiling_seconds, usual, large, parts })
    }
}
