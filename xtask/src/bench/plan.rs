//! What a run measures, for how long, and on how much.

use anyhow::{Result, bail};

/// The plan of a run.
pub(super) struct Plan {
    /// Whether it only tries out whether everything works.
    pub(super) quick: bool,
    /// How often everything is measured; medians count.
    pub(super) rounds: usize,
    /// How long each load lasts.
    pub(super) seconds: u32,
    /// How long each ceiling is measured.
    pub(super) ceiling_seconds: u32,
    /// Accounts and recorded changes of the usual database.
    pub(super) usual: (u32, u32),
    /// Those of the large one, if it is measured.
    pub(super) large: Option<(u32, u32)>,
}

impl Plan {
    /// Reads the arguments of the chore.
    pub(super) fn read(args: &[String]) -> Result<Self> {
        let (mut quick, mut large) = (false, false);
        for arg in args {
            match arg.as_str() {
                "--quick" => quick = true,
                "--large" => large = true,
                other => bail!("the bench knows --quick and --large, not \"{other}\""),
            }
        }
        let (rounds, seconds, ceiling_seconds) = if quick { (1, 1, 1) } else { (3, 5, 3) };
        let size = if quick { (20_000, 100_000) } else { (1_000_000, 10_000_000) };
        let (usual, large) = ((10_000, 20_000), large.then_some(size));
        Ok(Self { quick, rounds, seconds, ceiling_seconds, usual, large })
    }
}
