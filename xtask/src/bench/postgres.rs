//! Rankledger on PostgreSQL, and PostgreSQL at its best: two plain statements in each transaction, by
//! pgbench.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::figures::{Figures, Part, What};
use super::ledger::Ledger;
use super::plan::Plan;
use crate::measuring::postgres::Databases;
use crate::measuring::programs::Programs;
use crate::measuring::seeded::{Seeded, Size};
use crate::shell::root;

/// The tables of the ceiling.
const TABLES: &str = "
    CREATE TABLE accounts (id INTEGER PRIMARY KEY, row TEXT NOT NULL);
    CREATE TABLE log (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account INTEGER NOT NULL, entry TEXT NOT NULL);
    INSERT INTO accounts SELECT id, repeat('r', 1536) FROM generate_series(0, :accounts - 1) AS id;
";

/// The script that each client of pgbench repeats.
const SCRIPT: &str = "xtask/src/bench/ceiling.pgbench.sql";

/// The databases that are seeded.
const ONE: &str = "one";
const MANY: &str = "many";
const CEILING: &str = "ceiling";

/// Into how many communities the same accounts are divided.
const COMMUNITIES: u32 = 16;

/// A PostgreSQL of the bench's own.
pub(super) struct OnPostgres<'a> {
    plan: &'a Plan,
    programs: &'a Programs,
    databases: Databases,
    one: Seeded,
    many: Seeded,
}

impl<'a> OnPostgres<'a> {
    /// Starts it, and seeds what is measured.
    pub(super) fn prepare(plan: &'a Plan, programs: &'a Programs, folder: &Path) -> Result<Self> {
        let databases = Databases::start()?;
        let Size { accounts, changes, .. } = plan.usual;
        let many = Size {
            communities: COMMUNITIES,
            accounts: accounts / COMMUNITIES,
            changes: changes / COMMUNITIES,
        };
        let one = databases.seed(programs, folder, ONE, plan.usual)?;
        let many = databases.seed(programs, folder, MANY, many)?;
        databases.postgres.create_database(CEILING)?;
        databases.fill(CEILING, &TABLES.replace(":accounts", &accounts.to_string()))?;
        Ok(Self { plan, programs, databases, one, many })
    }

    /// Everything once, each in a fresh copy of its database.
    pub(super) fn round(&self, figures: &mut Figures) -> Result<()> {
        self.pgbench(figures)?;
        self.changes(&self.one, ONE, (What::PgChanges64, What::PgGroup64), figures)?;
        self.changes(&self.many, MANY, (What::PgChangesOf16, What::PgGroupOf16), figures)
    }

    fn pgbench(&self, figures: &mut Figures) -> Result<()> {
        let (url, accounts) = (self.databases.copy(CEILING)?, self.plan.usual.accounts);
        let mut pgbench = Command::new("pgbench");
        pgbench.args(["--no-vacuum", "--protocol=prepared", "--client=64", "--jobs=1"]);
        pgbench.arg(format!("--time={}", self.plan.seconds)).arg(format!("--define=accounts={accounts}"));
        pgbench.arg("--file").arg(root().join(SCRIPT)).arg(&url).stderr(Stdio::inherit());
        let output = pgbench.output().context("cannot run pgbench")?;
        let told = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "pgbench failed: {told}");
        let rate = told.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        figures.add(What::Pgbench64, Part::PerSecond, rate.context("pgbench tells no rate")?);
        Ok(())
    }

    fn changes(
        &self,
        seeded: &Seeded,
        name: &str,
        (changes, group): (What, What),
        figures: &mut Figures,
    ) -> Result<()> {
        let copy = seeded.in_database(self.databases.copy(name)?);
        let ledger = Ledger::start(self.programs, &copy, self.plan.seconds, None)?;
        ledger.warm_up(1)?;
        ledger.changes(changes, 64, 0, figures)?;
        let per_commit = ledger.stop()?;
        figures.add(group, Part::Single, per_commit);
        Ok(())
    }
}
