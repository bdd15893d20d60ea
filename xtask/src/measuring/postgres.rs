//! Databases in a PostgreSQL that is measured, with full durability.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use rankledger_instances::{Durability, Postgres};

use super::programs::Programs;
use super::seeded::{Seeded, Size};
use crate::need::need;
use crate::shell::run;

/// The upkeep that PostgreSQL does by itself after a while, where much was written.
const TIDY: &str = "VACUUM ANALYZE";

/// A PostgreSQL, and the databases in it.
pub(crate) struct Databases {
    /// The running PostgreSQL.
    pub(crate) postgres: Postgres,
}

impl Databases {
    /// Starts a PostgreSQL, which is installed if it is missing.
    pub(crate) fn start() -> Result<Self> {
        need("PostgreSQL", "postgresql", Postgres::is_installed)?;
        Ok(Self { postgres: Postgres::start(Durability::Full)? })
    }

    /// Makes a database and seeds it. `folder` is for what belongs to it.
    pub(crate) fn seed(&self, programs: &Programs, folder: &Path, name: &str, size: Size) -> Result<Seeded> {
        self.postgres.create_database(name)?;
        let seeded = Seeded::make_in(programs, &folder.join(name), &self.postgres.url(name), size)?;
        self.tidy(name)?;
        Ok(seeded)
    }

    /// Makes the database `run` anew, as a copy of another. Returns its URL.
    pub(crate) fn copy(&self, name: &str) -> Result<String> {
        self.copy_as(name, "run")
    }

    /// Makes a database anew, as a copy of another. Returns its URL.
    pub(crate) fn copy_as(&self, name: &str, copy: &str) -> Result<String> {
        self.postgres.sql(&format!("DROP DATABASE IF EXISTS \"{copy}\" WITH (FORCE)"))?;
        self.postgres.sql(&format!("CREATE DATABASE \"{copy}\" TEMPLATE \"{name}\""))?;
        self.settle()?;
        Ok(self.postgres.url(copy))
    }

    /// Carries out statements in a database, and tidies up.
    pub(crate) fn fill(&self, name: &str, statements: &str) -> Result<()> {
        self.sql(name, statements)?;
        self.tidy(name)
    }

    /// Does what PostgreSQL would do by itself after a while.
    pub(crate) fn tidy(&self, name: &str) -> Result<()> {
        self.sql(name, TIDY)?;
        self.settle()
    }

    fn sql(&self, name: &str, statements: &str) -> Result<()> {
        let mut psql = Command::new("psql");
        psql.args(["--no-psqlrc", "--quiet", "--command", statements, &self.postgres.url(name)]);
        run(&mut psql)
    }

    /// Writes that are still on their way to the disk would slow down the next measurement.
    fn settle(&self) -> Result<()> {
        self.postgres.sql("CHECKPOINT").map(drop)
    }
}
