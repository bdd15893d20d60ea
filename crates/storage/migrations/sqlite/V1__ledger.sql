-- The ledger, and the account rows it stands on.
-- Every key begins with the community. Times are milliseconds since 1970 UTC, ids are UUIDs as 16 bytes.

CREATE TABLE communities (
    id              INTEGER PRIMARY KEY,
    uuid            BLOB    NOT NULL UNIQUE,
    public_id       TEXT    NOT NULL UNIQUE,
    name            TEXT    NOT NULL,
    sub_version     INTEGER NOT NULL CHECK (sub_version BETWEEN 0 AND 5),
    undo_needs_user INTEGER NOT NULL CHECK (undo_needs_user IN (0, 1)),
    created_at      INTEGER NOT NULL
) STRICT;

-- The number of a community's last rank change: what makes numbers run without a hole.
CREATE TABLE ledger_heads (
    community   INTEGER PRIMARY KEY REFERENCES communities (id),
    last_number INTEGER NOT NULL
) STRICT;

CREATE TABLE game_servers (
    community   INTEGER NOT NULL REFERENCES communities (id),
    id          INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    PRIMARY KEY (community, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE credentials (
    community     INTEGER NOT NULL REFERENCES communities (id),
    id            BLOB    NOT NULL,
    name          TEXT    NOT NULL,
    key_hash      BLOB    NOT NULL UNIQUE,
    scopes        TEXT    NOT NULL,
    power_ceiling INTEGER,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER,
    revoked_at    INTEGER,
    PRIMARY KEY (community, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE departments (
    community INTEGER NOT NULL REFERENCES communities (id),
    id        BLOB    NOT NULL,
    label     TEXT    NOT NULL,
    label_two TEXT    NOT NULL,
    position  INTEGER NOT NULL,
    PRIMARY KEY (community, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ranks (
    community      INTEGER NOT NULL,
    id             BLOB    NOT NULL,
    department     BLOB    NOT NULL,
    key            TEXT,
    label          TEXT    NOT NULL,
    power          INTEGER NOT NULL CHECK (power BETWEEN 0 AND 4294967295),
    primary_only   INTEGER NOT NULL CHECK (primary_only IN (0, 1)),
    secondary_only INTEGER NOT NULL CHECK (secondary_only IN (0, 1)),
    retired        INTEGER NOT NULL CHECK (retired IN (0, 1)),
    position       INTEGER NOT NULL,
    PRIMARY KEY (community, id),
    UNIQUE (community, key),
    FOREIGN KEY (community, department) REFERENCES departments (community, id)
) STRICT, WITHOUT ROWID;

-- Lists of ranks are JSON arrays of UUIDs.
CREATE TABLE promotion_flows (
    community       INTEGER NOT NULL REFERENCES communities (id),
    id              BLOB    NOT NULL,
    key             TEXT,
    label_from      TEXT    NOT NULL,
    label_to        TEXT    NOT NULL,
    ranks_to_add    TEXT    NOT NULL,
    ranks_to_remove TEXT    NOT NULL,
    actions         TEXT    NOT NULL,
    promotion_type  TEXT    NOT NULL CHECK (promotion_type IN ('both', 'promote', 'demote')),
    position        INTEGER NOT NULL,
    PRIMARY KEY (community, id),
    UNIQUE (community, key)
) STRICT, WITHOUT ROWID;

-- What an account says of itself: wide, and seldom written.
CREATE TABLE accounts (
    community         INTEGER NOT NULL REFERENCES communities (id),
    id                BLOB    NOT NULL,
    unique_id         INTEGER NOT NULL,
    custom_unique_id  INTEGER NOT NULL CHECK (custom_unique_id IN (0, 1)),
    name              TEXT    NOT NULL,
    name_folded       TEXT    NOT NULL,
    sys_status        INTEGER NOT NULL CHECK (sys_status IN (0, 1)),
    join_date         INTEGER NOT NULL,
    last_login        INTEGER,
    ban_info          TEXT,
    ban_expiration    INTEGER,
    api_id_preference INTEGER NOT NULL,
    bio               TEXT,
    discord_id        TEXT,
    roblox_id         TEXT,
    teamspeak_id      TEXT,
    PRIMARY KEY (community, id),
    UNIQUE (community, unique_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX accounts_by_name ON accounts (community, name_folded);
CREATE INDEX accounts_by_discord_id ON accounts (community, discord_id) WHERE discord_id IS NOT NULL;

-- What a rank change reads and writes of an account: narrow. `version` counts its changes, for the ETag.
CREATE TABLE account_standings (
    community  INTEGER NOT NULL,
    account    BLOB    NOT NULL,
    com_status INTEGER NOT NULL CHECK (com_status IN (0, 1)),
    owner      INTEGER NOT NULL CHECK (owner IN (0, 1)),
    banned     INTEGER NOT NULL CHECK (banned IN (0, 1)),
    archived   INTEGER NOT NULL CHECK (archived IN (0, 1)),
    version    INTEGER NOT NULL,
    PRIMARY KEY (community, account),
    FOREIGN KEY (community, account) REFERENCES accounts (community, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_ranks (
    community  INTEGER NOT NULL,
    account    BLOB    NOT NULL,
    rank       BLOB    NOT NULL,
    position   INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (community, account, rank),
    FOREIGN KEY (community, account) REFERENCES accounts (community, id),
    FOREIGN KEY (community, rank) REFERENCES ranks (community, id)
) STRICT, WITHOUT ROWID;

-- The ledger itself. Ranks before and after are JSON arrays: of a UUID for a grant without an end, else of
-- {"rank": UUID, "expiresAt": milliseconds}. What was added and removed is the difference of the two.
CREATE TABLE rank_changes (
    community     INTEGER NOT NULL,
    number        INTEGER NOT NULL CHECK (number > 0),
    undo_id       BLOB    NOT NULL,
    log_id        BLOB    NOT NULL,
    account       BLOB    NOT NULL,
    at            INTEGER NOT NULL,
    ranks_before  TEXT    NOT NULL,
    ranks_after   TEXT    NOT NULL,
    status_before INTEGER NOT NULL CHECK (status_before IN (0, 1)),
    status_after  INTEGER NOT NULL CHECK (status_after IN (0, 1)),
    active        INTEGER CHECK (active IN (0, 1)),
    kind          TEXT    NOT NULL CHECK (kind IN ('change', 'undo', 'redo')),
    source        TEXT    NOT NULL,
    actor         BLOB,
    credential    BLOB,
    reason        TEXT,
    reverses      INTEGER,
    reversed_by   INTEGER,
    PRIMARY KEY (community, number),
    UNIQUE (community, undo_id),
    FOREIGN KEY (community, account) REFERENCES accounts (community, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX rank_changes_by_account ON rank_changes (community, account, number);
CREATE UNIQUE INDEX rank_changes_by_reversed ON rank_changes (community, reverses) WHERE reverses IS NOT NULL;

CREATE TABLE identifiers (
    community  INTEGER NOT NULL,
    id         BLOB    NOT NULL,
    account    BLOB    NOT NULL,
    type       TEXT    NOT NULL,
    value      TEXT    NOT NULL,
    ref_count  INTEGER NOT NULL,
    verified   INTEGER NOT NULL CHECK (verified IN (0, 1)),
    metadata   TEXT    NOT NULL,
    flag_id    TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    PRIMARY KEY (community, id),
    FOREIGN KEY (community, account) REFERENCES accounts (community, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX identifiers_by_account ON identifiers (community, account);
CREATE INDEX identifiers_by_value ON identifiers (community, value, type);
CREATE UNIQUE INDEX identifiers_verified ON identifiers (community, type, value) WHERE verified = 1;

-- The ids of an account that have no type: apiIds on the wire.
CREATE TABLE api_ids (
    community INTEGER NOT NULL,
    account   BLOB    NOT NULL,
    position  INTEGER NOT NULL,
    value     TEXT    NOT NULL,
    PRIMARY KEY (community, account, position),
    FOREIGN KEY (community, account) REFERENCES accounts (community, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX api_ids_by_value ON api_ids (community, value);

CREATE TABLE clock_rows (
    community  INTEGER NOT NULL,
    id         BLOB    NOT NULL,
    account    BLOB    NOT NULL,
    start_time INTEGER NOT NULL,
    end_time   INTEGER,
    completed  INTEGER NOT NULL CHECK (completed IN (0, 1)),
    notes      TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    PRIMARY KEY (community, id),
    FOREIGN KEY (community, account) REFERENCES accounts (community, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX clock_rows_by_account ON clock_rows (community, account, start_time);

CREATE TABLE profile_fields (
    community INTEGER NOT NULL,
    account   BLOB    NOT NULL,
    field     TEXT    NOT NULL,
    position  INTEGER NOT NULL,
    value     TEXT    NOT NULL,
    PRIMARY KEY (community, account, field),
    FOREIGN KEY (community, account) REFERENCES accounts (community, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE notification_preferences (
    community INTEGER NOT NULL,
    account   BLOB    NOT NULL,
    topic     TEXT    NOT NULL,
    event     TEXT    NOT NULL,
    inbox     INTEGER NOT NULL CHECK (inbox IN (0, 1)),
    desktop   INTEGER NOT NULL CHECK (desktop IN (0, 1)),
    mobile    INTEGER NOT NULL CHECK (mobile IN (0, 1)),
    email     INTEGER NOT NULL CHECK (email IN (0, 1)),
    discord   INTEGER NOT NULL CHECK (discord IN (0, 1)),
    PRIMARY KEY (community, account, topic, event),
    FOREIGN KEY (community, account) REFERENCES accounts (community, id)
) STRICT, WITHOUT ROWID;

-- Events to be delivered: written in the transaction of what they tell of.
CREATE TABLE outbox (
    community     INTEGER NOT NULL,
    id            BLOB    NOT NULL,
    topic         TEXT    NOT NULL,
    change_number INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (community, id),
    FOREIGN KEY (community, change_number) REFERENCES rank_changes (community, number)
) STRICT, WITHOUT ROWID;
