//! A fresh database for each test, copied from a template that is made once: making one takes longer than most tests.

use std::thread;

use anyhow::{Context, Result};
use tokio::runtime;
use tokio_postgres::{Client, NoTls};

use crate::random;

/// A database of a test. It is removed when this is dropped, whoever is still connected.
pub struct Database {
    /// What a client connects to.
    pub url: String,
    name: String,
    admin: String,
}

/// Makes a database that has what the template of this name has, in the PostgreSQL of which `admin` is the
/// [`admin_url`](crate::Postgres::admin_url).
///
/// Whoever asks for a template first, among all test processes, has it made: `make` is given the URL of an empty database, and
/// closes its connections before it answers. The template lives as long as the server, so its name stands for its content.
pub async fn fresh(admin: &str, template: &str, make: impl AsyncFnOnce(&str)) -> Result<Database> {
    let client = connect(admin).await?;
    ensure(&client, admin, template, make)
        .await
        .with_context(|| format!("cannot make the template {template}"))?;
    let name = format!("test-{}", random::hexadecimals()?);
    // The default strategy writes the whole database into the log, too.
    let copy = format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\" STRATEGY file_copy");
    client.batch_execute(&copy).await.with_context(|| format!("cannot copy the template {template}"))?;
    Ok(Database { url: url_of(admin, &name), name, admin: admin.to_owned() })
}

/// Makes the template if it is not there. One that another test makes is waited for.
async fn ensure(client: &Client, admin: &str, template: &str, make: impl AsyncFnOnce(&str)) -> Result<()> {
    // The lock is let go when its connection ends, also if `make` panics.
    client.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", &[&template]).await?;
    let is_there =
        client.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&template]).await?.is_some();
    if !is_there {
        // It has its name only once it is complete. Renaming waits a while for connections that are being closed.
        let unfinished = format!("{template}-unfinished");
        client.batch_execute(&format!("DROP DATABASE IF EXISTS \"{unfinished}\" WITH (FORCE)")).await?;
        client.batch_execute(&format!("CREATE DATABASE \"{unfinished}\"")).await?;
        make(&url_of(admin, &unfinished)).await;
        client.batch_execute(&format!("ALTER DATABASE \"{unfinished}\" RENAME TO \"{template}\"")).await?;
    }
    client.execute("SELECT pg_advisory_unlock(hashtextextended($1, 0))", &[&template]).await?;
    Ok(())
}

/// The URL of another database of the same server.
fn url_of(admin: &str, database: &str) -> String {
    let (server, _) = admin.rsplit_once('/').unwrap_or((admin, ""));
    format!("{server}/{database}")
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.context("cannot connect to PostgreSQL")?;
    // An error of the connection is met by whoever uses the client.
    tokio::spawn(connection);
    Ok(client)
}

impl Database {
    fn remove(&self) -> Result<()> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let client = connect(&self.admin).await?;
            client.batch_execute(&format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name)).await?;
            Ok(())
        })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // On a thread of its own, for this one may run a runtime already. If it fails, the database ends with its server.
        thread::scope(|scope| {
            let removed = scope.spawn(|| self.remove()).join();
            if let Ok(Err(error)) = removed {
                eprintln!("cannot remove {}: {error:#}", self.name);
            }
        });
    }
}
