-- What the General and Accounts sections keep besides accounts and the ledger: the community's definitions, short URLs,
-- activity; events that tell of an account without a rank change; retired departments.

ALTER TABLE communities ADD COLUMN custom_domain TEXT;

ALTER TABLE departments ADD COLUMN retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1));

-- Options are a JSON array of texts, metadata a JSON object.
CREATE TABLE profile_field_definitions (
    community INTEGER NOT NULL REFERENCES communities (id),
    id        TEXT    NOT NULL,
    label     TEXT    NOT NULL,
    type      TEXT    NOT NULL,
    options   TEXT,
    metadata  TEXT    NOT NULL,
    position  INTEGER NOT NULL,
    PRIMARY KEY (community, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE clockin_types (
    community INTEGER NOT NULL REFERENCES communities (id),
    id        TEXT    NOT NULL,
    label     TEXT    NOT NULL,
    position  INTEGER NOT NULL,
    PRIMARY KEY (community, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE custom_log_types (
    community  INTEGER NOT NULL REFERENCES communities (id),
    id         BLOB    NOT NULL,
    label      TEXT    NOT NULL,
    short_code TEXT    NOT NULL,
    melonly_id TEXT,
    position   INTEGER NOT NULL,
    PRIMARY KEY (community, id)
) STRICT, WITHOUT ROWID;

-- A code is looked up without knowing the community.
CREATE TABLE short_urls (
    community     INTEGER NOT NULL REFERENCES communities (id),
    code          TEXT    NOT NULL UNIQUE,
    path          TEXT    NOT NULL,
    custom_domain INTEGER NOT NULL CHECK (custom_domain IN (0, 1)),
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (community, code),
    UNIQUE (community, path, custom_domain)
) STRICT, WITHOUT ROWID;

CREATE TABLE activity_rows (
    community  INTEGER NOT NULL,
    id         BLOB    NOT NULL,
    account    BLOB    NOT NULL,
    server     INTEGER,
    start_time INTEGER NOT NULL,
    end_time   INTEGER,
    completed  INTEGER NOT NULL CHECK (completed IN (0, 1)),
    notes      TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    PRIMARY KEY (community, id),
    FOREIGN KEY (community, account) REFERENCES accounts (community, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX activity_rows_by_account ON activity_rows (community, account, start_time);

-- The outbox learns of events without a rank change, and so names the account.
CREATE TABLE outbox_of_accounts (
    community     INTEGER NOT NULL,
    id            BLOB    NOT NULL,
    topic         TEXT    NOT NULL,
    account       BLOB    NOT NULL,
    change_number INTEGER,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (community, id),
    FOREIGN KEY (community, account) REFERENCES accounts (community, id),
    FOREIGN KEY (community, change_number) REFERENCES rank_changes (community, number)
) STRICT, WITHOUT ROWID;

INSERT INTO outbox_of_accounts (community, id, topic, account, change_number, created_at)
SELECT o.community, o.id, o.topic, c.account, o.change_number, o.created_at
FROM outbox o JOIN rank_changes c ON c.community = o.community AND c.number = o.change_number;

DROP TABLE outbox;

ALTER TABLE outbox_of_accounts RENAME TO outbox;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('outbox', 'outbox', '100000 100000 1'),
    ('activity_rows', 'activity_rows', '500000 500000 1'),
    ('activity_rows', 'activity_rows_by_account', '500000 500000 5 1'),
    ('short_urls', 'short_urls', '1000 1000 1'),
    ('short_urls', 'sqlite_autoindex_short_urls_1', '1000 1'),
    ('short_urls', 'sqlite_autoindex_short_urls_3', '1000 1000 1 1');

ANALYZE sqlite_schema;
