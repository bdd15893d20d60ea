-- The log: one entry for each act that is no rank change (src/log.rs). Rank changes have places in the same
-- log, which follow from those of the entries and are not stored.
CREATE TABLE log_entries (
    community    INTEGER NOT NULL,
    place        INTEGER NOT NULL CHECK (place > 0),
    -- The community's newest rank change when the entry was written, and its hash.
    after_change INTEGER NOT NULL,
    ledger_hash  BLOB    NOT NULL,
    id           BLOB    NOT NULL,
    at           INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    actor        BLOB,
    credential   BLOB,
    address      TEXT,
    account      BLOB,
    -- JSON.
    before       TEXT,
    after        TEXT,
    hash         BLOB    NOT NULL,
    PRIMARY KEY (community, place)
) STRICT, WITHOUT ROWID;

-- Appended to at its end, for both columns grow: finds the place of a rank change.
CREATE INDEX log_entries_by_change ON log_entries (community, after_change, place);

-- What the outbox held are entries of the log now. Nothing has ever read it.
DROP TABLE outbox;

DELETE FROM sqlite_stat1 WHERE tbl = 'outbox';

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('log_entries', 'log_entries', '100000 100000 1'),
    ('log_entries', 'log_entries_by_change', '100000 100000 2 1');

ANALYZE sqlite_schema;
