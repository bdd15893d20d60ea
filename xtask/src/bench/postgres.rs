//! Rankledger on PostgreSQL, and what PostgreSQL does at best: two plain statements in each transaction, by pgbench.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use rankledger_instances::{Durability, Postgres};

use super::figures::{Figures, Part, What};
use super::ledger::Ledger;
use super::plan::Plan;
use crate::measuring::programs::Programs;
use crate::measuring::seeded::{Seeded, Size};
use crate::need::need;
use crate::shell::{root, run};

/// The tables of the ceiling.
const TABLES: &str = "
    CREATE TABLE accounts (id INTEGER PRIMARY KEY, row TEXT NOT NULL);
    CREATE TABLE log (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account INTEGER NOT NULL, entry TEXT NOT NULL);
    INSERT INTO accounts SELECT id, repeat('r', 1536) FROM generate_series(0, :accounts - 1) AS id;
";

/// What PostgreSQL does by itself after a while, where much was written.
const TIDY: &str = "VACUUM ANALYZE";

/// What each client does.
const SCRIPT: &str = "xtask/src/bench/ceiling.pgbench.sql";

/// Into how many communities the same accounts are divided.
const COMMUNITIES: u32 = 16;

/// A PostgreSQL of the bench's own, and the databases in it.
pub(super) struct OnPostgres<'a> {
    plan: &'a Plan,
    programs: &'a Programs,
    postgres: Postgres,
    one: Seeded,
    many: Seeded,
}

impl<'a> OnPostgres<'a> {
    /// Starts it, and seeds what is measured.
    pub(super) fn prepare(plan: &'a Plan, programs: &'a Programs, folder: &Path) -> Result<Self> {
        need("PostgreSQL", "postgresql", Postgres::is_installed)?;
        let postgres = Postgres::start(Durability::Full)?;
        let Size { accounts, changes, .. } = plan.usual;
        let many = Size {
            communities: COMMUNITIES,
            accounts: accounts / COMMUNITIES,
            changes: changes / COMMUNITIES,
        };
        let seed = |name: &str, size| {
            postgres.create_database(name)?;
            let seeded = Seeded::make_in(programs, &folder.join(name), &postgres.url(name), size)?;
            sql(&seeded.database, TIDY).map(|()| seeded)
        };
        let (one, many) = (seed("one", plan.usual)?, seed("many", many)?);
        Ok(Self { plan, programs, postgres, one, many })
    }

    /// Everything once, each in a database of its own.
    pub(super) fn round(&self, figures: &mut Figures) -> Result<()> {
        self.pgbench(figures)?;
        self.changes(&self.one, "one", (What::PgChanges64, What::PgGroup64), figures)?;
        self.changes(&self.many, "many", (What::PgChangesOf16, What::PgGroupOf16), figures)
    }

    fn pgbench(&self, figures: &mut Figures) -> Result<()> {
        let url = self.fresh("ceiling", "template1")?;
        let accounts = self.plan.usual.accounts.to_string();
        sql(&url, &TABLES.replace(":accounts", &accounts))?;
        sql(&url, TIDY)?;
        self.settle()?;
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
        let copy = seeded.in_database(self.fresh("run", name)?);
        self.settle()?;
        let ledger = Ledger::start(self.programs, &copy, self.plan.seconds, None)?;
        ledger.changes(changes, 64, 0, figures)?;
        let per_commit = ledger.stop()?;
        figures.add(group, Part::Single, per_commit);
        Ok(())
    }

    /// Makes a database anew, as a copy of another. Answers its URL.
    fn fresh(&self, name: &str, template: &str) -> Result<String> {
        self.postgres.sql(&format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"))?;
        self.postgres.sql(&format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\""))?;
        Ok(self.postgres.url(name))
    }

    /// What is still to be written to the disk would slow down what is measured next.
    fn settle(&self) -> Result<()> {
        self.postgres.sql("CHECKPOINT").map(drop)
    }
}

/// Carries out statements in this database.
fn sql(url: &str, statements: &str) -> Result<()> {
    run(Command::new("psql").args(["--no-psqlrc", "--quiet", "--command", statements, url]))
}
