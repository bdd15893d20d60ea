-- The lean ledger: a rank change writes two rows, and one entry of an index. What there was stays in
-- `wide_rank_changes` and `account_ranks` until it has been carried over, a portion at a time, when the
-- database is opened next (src/carry_over.rs); then those two tables go.

-- A rank change is its own event. The outbox keeps what is no rank change.
DELETE FROM outbox WHERE topic = 'account.updated' AND change_number IS NOT NULL;

-- The changes of a rollback are recorded one after the other: their numbers are found through it.
ALTER TABLE rollbacks ADD COLUMN first_number BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rollbacks ADD COLUMN last_number BIGINT NOT NULL DEFAULT 0;

UPDATE rollbacks r SET first_number = found.first_number, last_number = found.last_number
FROM (SELECT community, batch, min(number) AS first_number, max(number) AS last_number
      FROM rank_changes WHERE batch IS NOT NULL GROUP BY community, batch) AS found
WHERE found.community = r.community AND found.batch = r.batch;

DROP INDEX rank_changes_by_account;
DROP INDEX rank_changes_by_reversed;
DROP INDEX rank_changes_by_actor;
DROP INDEX rank_changes_by_credential;
DROP INDEX rank_changes_by_batch;
DROP INDEX rank_changes_by_time;

ALTER TABLE rank_changes RENAME TO wide_rank_changes;
ALTER TABLE wide_rank_changes RENAME CONSTRAINT rank_changes_pkey TO wide_rank_changes_pkey;
ALTER TABLE wide_rank_changes DROP CONSTRAINT rank_changes_community_undo_id_key;

-- The ledger: a list for each account, for every change names the account's change before it, 0 before the
-- first. Grants are bytes: 16 for each rank; or, if one of them ends, a byte 1, and then 24 for each grant, its
-- rank and its end in milliseconds since 1970 (big-endian, the largest number without an end).
CREATE TABLE rank_changes (
    community     BIGINT           NOT NULL,
    number        BIGINT           NOT NULL CHECK (number > 0),
    previous      BIGINT           NOT NULL,
    at            BIGINT           NOT NULL,
    undo_id       UUID             NOT NULL,
    log_id        UUID             NOT NULL,
    account       UUID             NOT NULL,
    status_before BOOLEAN          NOT NULL,
    status_after  BOOLEAN          NOT NULL,
    active        BOOLEAN,
    ranks_before  BYTEA            NOT NULL,
    ranks_after   BYTEA            NOT NULL,
    kind          TEXT COLLATE "C" NOT NULL,
    source        TEXT COLLATE "C" NOT NULL,
    hash          BYTEA            NOT NULL,
    credential    UUID,
    actor         UUID,
    reason        TEXT COLLATE "C",
    batch         UUID,
    reverses      BIGINT,
    reversed_by   BIGINT,
    PRIMARY KEY (community, number)
);

-- Grows only: figures about it are wanted sooner than after a tenth of a large history.
ALTER TABLE rank_changes SET (autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);

CREATE INDEX rank_changes_by_actor ON rank_changes (community, actor, number) WHERE actor IS NOT NULL;
CREATE INDEX rank_changes_by_credential ON rank_changes (community, credential, number) WHERE credential IS NOT NULL;

-- The undo ids that do not hold the number of their change: those of imports, and those of before.
CREATE TABLE undo_ids (
    community BIGINT NOT NULL,
    undo_id   UUID   NOT NULL,
    number    BIGINT NOT NULL,
    PRIMARY KEY (community, undo_id)
);

-- Between which times each whole thousand of changes was recorded: finds an hour or a day in a ledger of
-- millions. Thousand 0 has the changes 1 to 1000.
CREATE TABLE change_times (
    community BIGINT NOT NULL,
    thousand  BIGINT NOT NULL,
    earliest  BIGINT NOT NULL,
    latest    BIGINT NOT NULL,
    PRIMARY KEY (community, thousand)
);

-- An account's standing has the ranks it holds, written as in the ledger, the soonest end among them, and the
-- number of the account's newest change, 0 before the first.
ALTER TABLE account_standings ADD COLUMN ranks BYTEA NOT NULL DEFAULT '';
ALTER TABLE account_standings ADD COLUMN next_end BIGINT;
ALTER TABLE account_standings ADD COLUMN last_change BIGINT NOT NULL DEFAULT 0;

-- Soonest first, and over all communities: the scheduler asks what has ended anywhere. Few grants end.
CREATE INDEX account_standings_by_end ON account_standings (next_end, community, account) WHERE next_end IS NOT NULL;

-- Whether a rank is among grants that are written as bytes. SQLite has a function of this name from the server.
CREATE FUNCTION holds_rank(ranks BYTEA, rank UUID) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT position(uuid_send(rank) IN ranks) > 0 AND EXISTS (
        SELECT 1 FROM generate_series(1 + length(ranks) % 8, length(ranks),
            CASE length(ranks) % 8 WHEN 0 THEN 16 ELSE 24 END) AS place
        WHERE substring(ranks FROM place FOR 16) = uuid_send(rank))
$$;
