//! One of the two builds, with databases of its own.

use std::fs;

use anyhow::Result;

use super::super::figures::{Figures, What};
use super::super::ledger::Ledger;
use super::super::plan::Plan;
use super::super::{import, usual};
use crate::measuring::postgres::Databases;
use crate::measuring::programs::Programs;
use crate::measuring::scratch::Scratch;
use crate::measuring::seeded::Seeded;

/// How many accounts are imported.
const IMPORTED: u64 = 10_000;

/// A build of Rankledger, and what it is measured on.
pub(super) struct Build<'a> {
    /// The name of its databases.
    name: &'static str,
    programs: &'a Programs,
    plan: &'a Plan,
    scratch: &'a Scratch,
    seeded: Seeded,
    on_postgres: Option<(&'a Databases, Seeded)>,
}

impl<'a> Build<'a> {
    /// Copies the seeded databases, and starts the build on each copy once: it brings them up to its own
    /// version, which is not measured.
    pub(super) fn prepare(
        name: &'static str,
        programs: &'a Programs,
        plan: &'a Plan,
        scratch: &'a Scratch,
        seeded: &Seeded,
        on_postgres: Option<(&'a Databases, &Seeded)>,
    ) -> Result<Self> {
        let seeded = seeded.in_copy(scratch.copy(&seeded.folder, name)?);
        seeded.serve(programs)?.stop()?;
        let on_postgres = match on_postgres {
            Some((databases, seeded)) => {
                let copy = seeded.in_database(databases.copy_as(super::SEEDED, name)?);
                copy.serve(programs)?.stop()?;
                databases.tidy(name)?;
                Some((databases, copy))
            }
            None => None,
        };
        Ok(Self { name, programs, plan, scratch, seeded, on_postgres })
    }

    /// Measures everything once, each on a fresh copy of its database.
    pub(super) fn round(&self, figures: &mut Figures) -> Result<()> {
        let copy = self.seeded.in_copy(self.scratch.copy(&self.seeded.folder, "run")?);
        usual(self.programs, &copy, self.plan.seconds, figures)?;
        import::measure(self.programs, &copy.folder, (What::ImportOf10000, IMPORTED), figures)?;
        fs::remove_dir_all(&copy.folder)?;
        if let Some((databases, seeded)) = &self.on_postgres {
            let copy = seeded.in_database(databases.copy(self.name)?);
            let ledger = Ledger::start(self.programs, &copy, self.plan.seconds, None)?;
            ledger.warm_up(1)?;
            ledger.changes(What::PgChanges64, 64, 0, figures)?;
            ledger.stop()?;
        }
        Ok(())
    }
}
