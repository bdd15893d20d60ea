//! A fresh database for each test, copied from a template: making one anew takes longer than most tests.

use std::thread;

use anyhow::{Context, Result};
use tokio::runtime;
use tokio_postgres::{Client, NoTls};

use crate::random;

/// The database of a test. Dropping the value removes the database, even while clients are connected.
pub struct Database {
    /// URL for clients of this database.
    pub url: String,
    name: String,
    admin: String,
}

/// Makes a copy of the template of this name, in the PostgreSQL with the
/// [`admin_url`](crate::Postgres::admin_url) `admin`.
///
/// The first caller among all test processes makes the template: `make` gets the URL of an empty database,
/// and must close its connections before it returns. The template lives as long as the server, so a name
/// always means the same content.
pub async fn fresh(admin: &str, template: &str, make: impl AsyncFnOnce(&str)) -> Result<Database> {
    let client = connect(admin).await?;
    ensure(&client, admin, template, make)
        .await
        .with_context(|| format!("cannot make the template {template}"))?;
    let name = format!("test-{}", random::hexadecimals()?);
    // The default strategy would also write the whole database into the log.
    let copy = format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\" STRATEGY file_copy");
    client.batch_execute(&copy).await.with_context(|| format!("cannot copy the template {template}"))?;
    Ok(Database { url: url_of(admin, &name), name, admin: admin.to_owned() })
}

/// Makes the template if it does not exist. Waits if another test is making it.
async fn ensure(client: &Client, admin: &str, template: &str, make: impl AsyncFnOnce(&str)) -> Result<()> {
    // The lock is released when its connection ends, also if `make` panics.
    client.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", &[&template]).await?;
    let is_there =
        client.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&template]).await?.is_some();
    if !is_there {
        // The template gets its name only when it is complete. Renaming waits a while for connections that
        // are being closed.
        let unfinished = format!("{template}-unfinished");
        client.batch_execute(&format!("DROP DATABASE IF EXISTS \"{unfinished}\" WITH (FORCE)")).await?;
        client.batch_execute(&format!("CREATE DATABASE \"{unfinished}\"")).await?;
        make(&url_of(admin, &unfinished)).await;
        client.batch_execute(&format!("ALTER DATABASE \"{unfinished}\" RENAME TO \"{template}\"")).await?;
    }
    client.execute("SELECT pg_advisory_unlock(hashtextextended($1, 0))", &[&template]).await?;
    Ok(())
}

/// Returns the URL of another database of the same server.
fn url_of(admin: &str, database: &str) -> String {
    let (server, _) = admin.rsplit_once('/').unwrap_or((admin, ""));
    format!("{server}/{database}")
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.context("cannot connect to PostgreSQL")?;
    // An error of the connection reaches the caller through the client.
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
        // The removal runs on a thread of its own, because this thread may run a runtime already. If it
        // fails, the database ends with its server.
        thread::scope(|scope| {
            let removed = scope.spawn(|| self.remove()).join();
            if let Ok(Err(error)) = removed {
                eprintln!("cannot remove {}: {error:#}", self.name);
            }
        });
    }
}
