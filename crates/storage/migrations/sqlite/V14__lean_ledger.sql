-- The lean ledger: a rank change writes two rows, and one entry of an index. What there was stays in
-- `wide_rank_changes` and `account_ranks` until it has been carried over, a portion at a time, when the
-- database is opened next (src/carry_over.rs); then those two tables go.

-- A rank change is its own event. The outbox keeps what is no rank change, and refers to none.
DELETE FROM outbox WHERE topic = 'account.updated' AND change_number IS NOT NULL;

CREATE TABLE lean_outbox (
    community     INTEGER NOT NULL,
    id            BLOB    NOT NULL,
    topic         TEXT    NOT NULL,
    account       BLOB    NOT NULL,
    change_number INTEGER,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (community, id)
) STRICT, WITHOUT ROWID;

INSERT INTO lean_outbox (community, id, topic, account, change_number, created_at)
SELECT community, id, topic, account, change_number, created_at FROM outbox;

DROP TABLE outbox;

ALTER TABLE lean_outbox RENAME TO outbox;

CREATE INDEX outbox_by_change ON outbox (community, change_number) WHERE change_number IS NOT NULL;

-- The changes of a rollback are recorded one after the other: their numbers are found through it.
ALTER TABLE rollbacks ADD COLUMN first_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rollbacks ADD COLUMN last_number INTEGER NOT NULL DEFAULT 0;

UPDATE rollbacks SET (first_number, last_number) = (
    SELECT coalesce(min(number), 0), coalesce(max(number), 0) FROM rank_changes c
    WHERE c.community = rollbacks.community AND c.batch = rollbacks.batch);

-- Their room is wanted for the lean table.
DROP INDEX rank_changes_by_account;
DROP INDEX rank_changes_by_reversed;
DROP INDEX rank_changes_by_actor;
DROP INDEX rank_changes_by_credential;
DROP INDEX rank_changes_by_batch;
DROP INDEX rank_changes_by_time;

ALTER TABLE rank_changes RENAME TO wide_rank_changes;

-- The ledger: a list for each account, for every change names the account's change before it, 0 before the
-- first. Grants are bytes: 16 for each rank; or, if one of them ends, a byte 1, and then 24 for each grant, its
-- rank and its end in milliseconds since 1970 (big-endian, the largest number without an end).
CREATE TABLE rank_changes (
    community     INTEGER NOT NULL,
    number        INTEGER NOT NULL CHECK (number > 0),
    undo_id       BLOB    NOT NULL,
    log_id        BLOB    NOT NULL,
    account       BLOB    NOT NULL,
    previous      INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    ranks_before  BLOB    NOT NULL,
    ranks_after   BLOB    NOT NULL,
    status_before INTEGER NOT NULL,
    status_after  INTEGER NOT NULL,
    active        INTEGER,
    kind          TEXT    NOT NULL,
    source        TEXT    NOT NULL,
    actor         BLOB,
    credential    BLOB,
    reason        TEXT,
    batch         BLOB,
    reverses      INTEGER,
    reversed_by   INTEGER,
    hash          BLOB    NOT NULL,
    PRIMARY KEY (community, number)
) STRICT, WITHOUT ROWID;

-- Appended to at their ends, for numbers grow: a group of changes dirties a page of each.
CREATE INDEX rank_changes_by_actor ON rank_changes (community, actor, number) WHERE actor IS NOT NULL;
CREATE INDEX rank_changes_by_credential ON rank_changes (community, credential, number) WHERE credential IS NOT NULL;

-- The undo ids that do not hold the number of their change: those of imports, and those of before.
CREATE TABLE undo_ids (
    community INTEGER NOT NULL,
    undo_id   BLOB    NOT NULL,
    number    INTEGER NOT NULL,
    PRIMARY KEY (community, undo_id)
) STRICT, WITHOUT ROWID;

-- Between which times each whole thousand of changes was recorded: finds an hour or a day in a ledger of
-- millions. Thousand 0 has the changes 1 to 1000.
CREATE TABLE change_times (
    community INTEGER NOT NULL,
    thousand  INTEGER NOT NULL,
    earliest  INTEGER NOT NULL,
    latest    INTEGER NOT NULL,
    PRIMARY KEY (community, thousand)
) STRICT, WITHOUT ROWID;

-- An account's standing has the ranks it holds, written as in the ledger, the soonest end among them, and the
-- number of the account's newest change, 0 before the first.
ALTER TABLE account_standings ADD COLUMN ranks BLOB NOT NULL DEFAULT x'';
ALTER TABLE account_standings ADD COLUMN next_end INTEGER;
ALTER TABLE account_standings ADD COLUMN last_change INTEGER NOT NULL DEFAULT 0;

-- Soonest first, and over all communities: the scheduler asks what has ended anywhere. Few grants end.
CREATE INDEX account_standings_by_end ON account_standings (next_end, community, account) WHERE next_end IS NOT NULL;

DELETE FROM sqlite_stat1 WHERE tbl IN ('rank_changes', 'wide_rank_changes', 'outbox', 'lean_outbox', 'account_ranks');

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('outbox', 'outbox', '100000 100000 1'),
    ('outbox', 'outbox_by_change', '100000 100000 1'),
    ('rank_changes', 'rank_changes', '500000 500000 1'),
    ('rank_changes', 'rank_changes_by_actor', '100000 100000 1000 1'),
    ('rank_changes', 'rank_changes_by_credential', '500000 500000 50000 1'),
    ('undo_ids', 'undo_ids', '100000 100000 1'),
    ('change_times', 'change_times', '500 500 1'),
    ('account_standings', 'account_standings_by_end', '20000 1 1 1');

ANALYZE sqlite_schema;
