-- Identifiers that people share, and the flags on them.

-- A shared identifier proves nothing of who somebody is, so that it is not verified and has no single owner. The
-- types are those of the table of types (identifier_kind.rs in the domain), also if they are numbered.
UPDATE identifiers SET verified = 0
WHERE verified = 1 AND rtrim(type, '0123456789-_') IN ('ip', 'hwid', 'token', 'mac', 'device', 'fingerprint');

CREATE TABLE identifier_flags (
    community      INTEGER NOT NULL REFERENCES communities (id),
    id             BLOB    NOT NULL,
    type           TEXT    NOT NULL,
    value          TEXT    NOT NULL,
    raised_at      INTEGER NOT NULL,
    -- Null while the flag is open.
    dismissed_at   INTEGER,
    dismissed_by   BLOB,
    dismissed_with BLOB,
    reason         TEXT,
    PRIMARY KEY (community, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX identifier_flags_by_value ON identifier_flags (community, type, value);
CREATE INDEX identifier_flags_by_time ON identifier_flags (community, raised_at, id);

CREATE TABLE identifier_flag_accounts (
    community INTEGER NOT NULL,
    flag      BLOB    NOT NULL,
    account   BLOB    NOT NULL,
    since     INTEGER NOT NULL,
    PRIMARY KEY (community, flag, account),
    FOREIGN KEY (community, flag) REFERENCES identifier_flags (community, id),
    FOREIGN KEY (community, account) REFERENCES accounts (community, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX identifier_flag_accounts_by_account ON identifier_flag_accounts (community, account);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('identifier_flags', 'identifier_flags', '5000 5000 1'),
    ('identifier_flags', 'identifier_flags_by_value', '5000 5000 100 1'),
    ('identifier_flags', 'identifier_flags_by_time', '5000 5000 1 1'),
    ('identifier_flag_accounts', 'identifier_flag_accounts', '12000 12000 3 1'),
    ('identifier_flag_accounts', 'identifier_flag_accounts_by_account', '12000 12000 2');

ANALYZE sqlite_schema;
