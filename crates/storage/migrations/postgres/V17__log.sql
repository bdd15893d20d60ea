-- The log: one entry for each act that is no rank change (src/log.rs). Rank changes have places in the same
-- log, which follow from those of the entries and are not stored.
CREATE TABLE log_entries (
    community    BIGINT           NOT NULL,
    place        BIGINT           NOT NULL CHECK (place > 0),
    -- The community's newest rank change when the entry was written, and its hash.
    after_change BIGINT           NOT NULL,
    ledger_hash  BYTEA            NOT NULL,
    at           BIGINT           NOT NULL,
    id           UUID             NOT NULL,
    actor        UUID,
    credential   UUID,
    account      UUID,
    hash         BYTEA            NOT NULL,
    kind         TEXT COLLATE "C" NOT NULL,
    address      TEXT COLLATE "C",
    -- JSON, as text: the hash is that of the text.
    before       TEXT COLLATE "C",
    after        TEXT COLLATE "C",
    PRIMARY KEY (community, place)
);

-- Appended to at its end, for both columns grow: finds the place of a rank change.
CREATE INDEX log_entries_by_change ON log_entries (community, after_change, place);

-- What the outbox held are entries of the log now. Nothing has ever read it.
DROP TABLE outbox;
