//! The plan of a run: its measurements, how long they last, and the sizes of the databases.

use anyhow::{Context, Result, bail, ensure};

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
    /// The measurements of a run.
    pub(super) parts: Parts,
    /// The commit that today's build is compared with; without one it is compared with ceilings and a peer.
    pub(super) against: Option<String>,
}

/// The measurements of a run.
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
        let (mut quick, mut large, mut postgres, mut against) = (false, false, false, None);
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--against" => against = Some(args.next().context("--against needs a commit")?.clone()),
                "--quick" => quick = true,
                "--large" => large = true,
                "--postgres" => postgres = true,
                other => bail!("the bench knows --quick, --large, --postgres and --against, not \"{other}\""),
            }
        }
        ensure!(!(large && postgres), "--postgres leaves out what --large is about");
        ensure!(!(large && against.is_some()), "--against leaves out what --large is about");
        let (rounds, seconds, ceiling_seconds) = match (quick, &against) {
            (true, None) => (1, 1, 1),
            (false, None) => (3, 5, 3),
            (true, Some(_)) => (3, 1, 1),
            (false, Some(_)) => (5, 5, 3),
        };
        let size = |accounts, changes| Size { communities: 1, accounts, changes };
        let most = if quick { size(20_000, 100_000) } else { size(1_000_000, 10_000_000) };
        let parts = match (postgres, quick) {
            (true, _) => Parts::Postgres,
            (false, true) => Parts::WithoutPostgres,
            (false, false) => Parts::All,
        };
        let (usual, large) = (size(10_000, 20_000), large.then_some(most));
        Ok(Self { rounds, seconds, ceiling_seconds, usual, large, parts, against })
    }

    /// Whether PostgreSQL is measured too, where that is asked for beside the rest.
    pub(super) fn with_postgres(&self) -> bool {
        self.parts == Parts::Postgres
    }
}
