//! Replication: making, following and promoting the standbys of a primary.

use anyhow::{Context, Result};

use super::{DATA, Postgres};
use crate::home::Home;
use crate::process::until;
use crate::programs;

impl Postgres {
    /// Makes a standby that follows this server under a name, and starts it. Commits wait for the standby
    /// only after [`wait_for`](Self::wait_for).
    pub fn standby(&self, name: &str) -> Result<Self> {
        let home = Home::make("postgres")?;
        let primary = format!("{}?application_name={name}", self.admin_url());
        let mut copy = home.command("pg_basebackup", "KILL")?;
        copy.args(["--pgdata", DATA, "--dbname", &primary, "--write-recovery-conf", "--checkpoint", "fast"]);
        copy.args(["--wal-method", "stream", "--no-sync"]);
        programs::run(&mut copy).context("pg_basebackup failed")?;
        Self::serve(home, self.password.clone(), self.durability)
    }

    /// Makes every commit from now on wait until the standby of this name has it on its disk too.
    pub fn wait_for(&self, standby: &str) -> Result<()> {
        self.set("synchronous_standby_names", standby)?;
        let state =
            format!("SELECT sync_state FROM pg_stat_replication WHERE application_name = '{standby}'");
        until("no commit waits for the standby", || Ok(self.sql(&state)? == "sync"))
    }

    /// Waits until the standby of this name has all that was committed so far on its disk, once.
    pub fn wait_until_followed(&self, standby: &str) -> Result<()> {
        let end = self.sql("SELECT pg_current_wal_flush_lsn()")?;
        let state = format!(
            "SELECT flush_lsn >= '{end}'::pg_lsn FROM pg_stat_replication WHERE application_name = '{standby}'"
        );
        until("the standby does not follow", || Ok(self.sql(&state)? == "t"))
    }

    /// Promotes a standby to primary, and waits until it is one.
    pub fn promote(&self) -> Result<()> {
        self.sql("SELECT pg_promote()")?;
        Ok(())
    }
}
