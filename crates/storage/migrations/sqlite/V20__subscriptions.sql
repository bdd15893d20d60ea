-- Who is told of the events of a community (src/subscriptions.rs).
CREATE TABLE subscriptions (
    community             INTEGER NOT NULL REFERENCES communities (id),
    id                    BLOB    NOT NULL,
    kind                  TEXT    NOT NULL,
    name                  TEXT    NOT NULL,
    url                   TEXT    NOT NULL,
    secret                TEXT,
    previous_secret       TEXT,
    previous_secret_until INTEGER,
    -- JSON: words.
    types                 TEXT    NOT NULL,
    summarises_rollbacks  INTEGER NOT NULL CHECK (summarises_rollbacks IN (0, 1)),
    server                INTEGER,
    created_at            INTEGER NOT NULL,
    disabled_at           INTEGER,
    disabled_because      TEXT,
    revision              INTEGER NOT NULL,
    PRIMARY KEY (community, id)
) STRICT, WITHOUT ROWID;

-- How far the deliveries of each are: written while events are delivered, so it is narrow.
CREATE TABLE subscription_progress (
    community     INTEGER NOT NULL,
    subscription  BLOB    NOT NULL,
    place         INTEGER NOT NULL,
    succeeded_at  INTEGER,
    failing_since INTEGER,
    PRIMARY KEY (community, subscription)
) STRICT, WITHOUT ROWID;

-- What became of each delivery (src/deliveries.rs).
CREATE TABLE deliveries (
    community    INTEGER NOT NULL,
    subscription BLOB    NOT NULL,
    place        INTEGER NOT NULL,
    event        BLOB    NOT NULL,
    event_type   TEXT    NOT NULL,
    account      BLOB,
    -- waiting, delivered or failed.
    state        TEXT    NOT NULL,
    -- When a waiting one is due.
    due_at       INTEGER,
    attempts     INTEGER NOT NULL,
    -- The last attempt.
    tried_at     INTEGER,
    took_ms      INTEGER,
    status       INTEGER,
    answer       TEXT,
    error        TEXT,
    PRIMARY KEY (community, subscription, place),
    CHECK ((state = 'waiting') = (due_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- The few that wait.
CREATE INDEX deliveries_waiting ON deliveries (community, subscription, place) WHERE due_at IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('subscriptions', 'subscriptions', '20 10 1'),
    ('subscription_progress', 'subscription_progress', '20 10 1'),
    ('deliveries', 'deliveries', '100000 50000 10000 1'),
    ('deliveries', 'deliveries_waiting', '100 50 20 1');

ANALYZE sqlite_schema;
