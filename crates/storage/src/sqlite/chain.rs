//! The hash chain of what was recorded before there was one.

use std::path::Path;

use rankledger_domain::chain::{self, ChainHash};
use rusqlite::Connection;
use uuid::Uuid;

use super::codec::Id;
use super::connection::cannot_open;
use super::rank_changes::{COLUMNS, rank_change};
use crate::Result;

/// How many changes are read at once.
const PORTION: usize = 1000;

/// Links the changes of communities whose ledger has no hash yet: those that migration 4 found.
pub(super) fn link_what_is_not_linked(conn: &mut Connection, path: &Path) -> Result<()> {
    link_all(conn).map_err(|error| cannot_open(path, &error))
}

fn link_all(conn: &mut Connection) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    let sql = "SELECT c.id, c.uuid FROM communities c JOIN ledger_heads h ON h.community = c.id
        WHERE h.last_hash IS NULL";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, Id>(1)?.0));
    let communities: Vec<(i64, Uuid)> =
        tx.prepare(sql)?.query_map([], read)?.collect::<rusqlite::Result<_>>()?;
    for (community, uuid) in communities {
        let last = link(&tx, community, chain::genesis(uuid))?;
        tx.execute("UPDATE ledger_heads SET last_hash = ?2 WHERE community = ?1", (community, last.0))?;
    }
    tx.commit()
}

/// Links the changes of one community. Returns the last hash.
fn link(conn: &Connection, community: i64, mut hash: ChainHash) -> rusqlite::Result<ChainHash> {
    let mut next = conn.prepare(&format!(
        "SELECT {COLUMNS} FROM rank_changes WHERE community = ?1 AND number > ?2 ORDER BY number LIMIT {PORTION}"
    ))?;
    let mut set = conn.prepare("UPDATE rank_changes SET hash = ?3 WHERE community = ?1 AND number = ?2")?;
    let mut number = 0;
    loop {
        let rows = next.query_map((community, number), rank_change)?;
        let changes: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
        for change in &changes {
            number = change.number.0;
            hash = chain::link(hash, change);
            set.execute((community, number, hash.0))?;
        }
        if changes.len() < PORTION {
            return Ok(hash);
        }
    }
}
