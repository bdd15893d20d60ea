-- The ledger as a hash chain, the changes of one rollback as a batch, and what finds changes by who made them.

-- The hash of a community's last rank change, or of its beginning: what the next change is linked to. Rows that were
-- written before this migration get theirs when the database is opened.
ALTER TABLE ledger_heads ADD COLUMN last_hash BLOB;

ALTER TABLE rank_changes ADD COLUMN hash BLOB;

ALTER TABLE rank_changes ADD COLUMN batch BLOB;

-- Appended to at their ends, for numbers grow: a group of changes dirties a page of each.
CREATE INDEX rank_changes_by_actor ON rank_changes (community, actor, number) WHERE actor IS NOT NULL;
CREATE INDEX rank_changes_by_credential ON rank_changes (community, credential, number) WHERE credential IS NOT NULL;
CREATE INDEX rank_changes_by_batch ON rank_changes (community, batch, number) WHERE batch IS NOT NULL;

-- Rollbacks that were carried out. The report is what was answered: JSON.
CREATE TABLE rollbacks (
    community  INTEGER NOT NULL REFERENCES communities (id),
    batch      BLOB    NOT NULL,
    at         INTEGER NOT NULL,
    report     TEXT    NOT NULL,
    PRIMARY KEY (community, batch)
) STRICT, WITHOUT ROWID;

-- What a community's checkpoints are signed with: the secret half of an Ed25519 key.
CREATE TABLE signing_keys (
    community INTEGER PRIMARY KEY REFERENCES communities (id),
    secret    BLOB NOT NULL
) STRICT;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('rank_changes', 'rank_changes_by_actor', '100000 100000 1000 1'),
    ('rank_changes', 'rank_changes_by_credential', '500000 500000 50000 1'),
    ('rank_changes', 'rank_changes_by_batch', '10000 10000 500 1'),
    ('rollbacks', 'rollbacks', '100 100 1');

ANALYZE sqlite_schema;
