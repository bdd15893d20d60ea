//! The check-up of a database and its server. Nothing is changed in it.

use deadpool_postgres::Object;
use jiff::Timestamp;
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::time::Clock;

use super::codec::{engine_error, get, time};
use super::connection::Connections;
use super::{PostgresOptions, PostgresUrl, fitness, migrations, transfer};
use crate::Result;
use crate::checkup::{BROKEN_LEDGERS, COMMUNITIES, Check, ledgers, schema, times};
use crate::heads::{LATEST_HEAD, NewestChange};

/// Looks at the database at this place, which need not be there, and at its server.
pub async fn check_up(url: &PostgresUrl, options: PostgresOptions, clock: &dyn Clock) -> Vec<Check> {
    let mut checks = Vec::new();
    if let Err(error) = look(url, options, clock, &mut checks).await {
        checks.push(Check::failed("database", error));
    }
    checks
}

async fn look(
    url: &PostgresUrl,
    options: PostgresOptions,
    clock: &dyn Clock,
    checks: &mut Vec<Check>,
) -> Result<()> {
    let client = Connections::new(url, options)?.first().await?;
    let version = fitness::refuse_old_server(&client, url).await?;
    checks.push(Check::fine("database", format!("{url}, PostgreSQL {version}, a primary")));
    checks.push(encryption(&client, url).await?);
    checks.extend(fitness::lasting(&client, clock.now()).await?);
    checks.push(standbys(&client, url).await?);
    checks.push(connections(&client, options).await?);
    checks.push(archiving(&client).await?);
    checks.push(room(&client).await?);

    if let Err(error) = refuse_what_is_not_ours(&client, url).await {
        checks.push(Check::failed("schema", error));
        return Ok(());
    }
    let (found, known) = (migrations::newest_found(&client).await?, migrations::newest_known());
    checks.push(schema(found, known));
    checks.push(writing(&client, url, found > 0).await?);
    if found == known {
        checks.push(heads(&client).await?);
        checks.push(latest(&client, clock.now()).await?);
    }
    Ok(())
}

async fn refuse_what_is_not_ours(client: &Object, url: &PostgresUrl) -> Result<()> {
    migrations::refuse_strangers(client, url).await?;
    transfer::refuse_unfinished(client, url).await
}

async fn encryption(client: &Object, url: &PostgresUrl) -> Result<Check> {
    let sql = "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl";
    let row = client.query_opt(sql, &[]).await.map_err(engine_error)?;
    Ok(match row {
        Some(row) => Check::fine("encryption", row.get::<_, String>(0)),
        None if url.is_local() => Check::fine("encryption", "none, for the database is on this machine"),
        None => Check::warning(
            "encryption",
            "none, though the database is on another machine: leave sslmode=disable out of its address",
        ),
    })
}

/// Whether a change that was answered outlives the primary, where there are several hosts.
async fn standbys(client: &Object, url: &PostgresUrl) -> Result<Check> {
    const NAME: &str = "standbys";
    let sql = "SELECT (SELECT count(*) FROM pg_stat_replication), current_setting('synchronous_standby_names') <> ''";
    let row = client.query_one(sql, &[]).await.map_err(engine_error)?;
    let (attached, is_waited_for): (i64, bool) = (row.get(0), row.get(1));
    Ok(if is_waited_for {
        Check::fine(
            NAME,
            format!("{attached} attached; a commit waits for those in synchronous_standby_names"),
        )
    } else if attached > 0 || url.hosts() > 1 {
        Check::warning(
            NAME,
            format!(
                "{attached} attached, and no commit waits for one: what was answered last is lost with the primary. Name \
                 them in synchronous_standby_names"
            ),
        )
    } else {
        Check::fine(NAME, "none")
    })
}

/// Whether this node can have all the connections that it may open.
async fn connections(client: &Object, options: PostgresOptions) -> Result<Check> {
    const NAME: &str = "connections";
    let sql = "
        SELECT current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint
            - coalesce(current_setting('reserved_connections', true), '0')::bigint";
    let row = client.query_one(sql, &[]).await.map_err(engine_error)?;
    let (allowed, wanted) = (row.get::<_, i64>(0), options.connections());
    Ok(if usize::try_from(allowed).is_ok_and(|allowed| wanted <= allowed) {
        Check::fine(NAME, format!("a node opens up to {wanted}, all clients together may have {allowed}"))
    } else {
        Check::warning(
            NAME,
            format!(
                "a node opens up to {wanted}, but all clients together may have {allowed}: raise max_connections of the \
                 server, or lower postgres.writers and postgres.readers"
            ),
        )
    })
}

/// Whether the server archives its log. Whether somebody runs `pg_dump` it cannot tell.
async fn archiving(client: &Object) -> Result<Check> {
    const NAME: &str = "backups";
    let sql = "
        SELECT current_setting('archive_mode') <> 'off',
            coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) FROM pg_stat_archiver";
    let row = client.query_one(sql, &[]).await.map_err(engine_error)?;
    let (is_on, is_failing): (bool, bool) = (row.get(0), row.get(1));
    Ok(match (is_on, is_failing) {
        (true, true) => Check::warning(
            NAME,
            "the server could not archive the last part of its log: look at archive_command and at the log of PostgreSQL",
        ),
        (true, false) => Check::fine(NAME, "the server archives its log (archive_mode)"),
        (false, _) => Check::fine(
            NAME,
            "the server does not archive its log; whether `pg_dump` is run now and then cannot be seen from here",
        ),
    })
}

/// How large the database is. PostgreSQL tells no client how much room its disk has left.
async fn room(client: &Object) -> Result<Check> {
    let sql = "SELECT pg_database_size(current_database())";
    let bytes: i64 = client.query_one(sql, &[]).await.map_err(engine_error)?.get(0);
    let megabytes = bytes / (1024 * 1024);
    Ok(Check::fine(
        "disk",
        format!(
            "the database takes {megabytes} MiB; how much room the disk of its server has left cannot be seen from here: watch it \
             there"
        ),
    ))
}

async fn writing(client: &Object, url: &PostgresUrl, has_tables: bool) -> Result<Check> {
    const NAME: &str = "writing";
    if has_tables {
        let refused = fitness::refuse_read_only(client, url).await.err();
        return Ok(
            refused.map_or(Check::fine(NAME, "its user may write"), |error| Check::failed(NAME, error))
        );
    }
    let sql = "SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)";
    let may_create: bool = client.query_one(sql, &[]).await.map_err(engine_error)?.get(0);
    Ok(if may_create {
        Check::fine(NAME, "its user may make tables")
    } else {
        Check::failed(
            NAME,
            "its user may not make tables: GRANT it CREATE on the schema, or let it own the database",
        )
    })
}

async fn heads(client: &Object) -> Result<Check> {
    let communities = client.query_one(COMMUNITIES, &[]).await.map_err(engine_error)?.get(0);
    let broken = client.query(BROKEN_LEDGERS, &[]).await.map_err(engine_error)?;
    let broken: Vec<String> = broken.iter().map(|row| row.get(0)).collect();
    Ok(ledgers(communities, &broken))
}

async fn latest(client: &Object, now: Timestamp) -> Result<Check> {
    let row = client.query_opt(LATEST_HEAD, &[]).await.map_err(engine_error)?;
    let newest = row.map(|row| {
        Result::Ok(NewestChange {
            community: get(&row, 0)?,
            number: ChangeNumber(get(&row, 1)?),
            at: time(&row, 2)?,
        })
    });
    Ok(times(newest.transpose()?, now))
}
