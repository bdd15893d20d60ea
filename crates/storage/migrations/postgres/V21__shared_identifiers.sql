-- Identifiers that people share, and the flags on them.

-- A shared identifier proves nothing of who somebody is, so that it is not verified and has no single owner. The
-- types are those of the table of types (identifier_kind.rs in the domain), also if they are numbered.
UPDATE identifiers SET verified = FALSE
WHERE verified AND rtrim(type, '0123456789-_') IN ('ip', 'hwid', 'token', 'mac', 'device', 'fingerprint');

CREATE TABLE identifier_flags (
    community      BIGINT           NOT NULL REFERENCES communities (id),
    id             UUID             NOT NULL,
    raised_at      BIGINT           NOT NULL,
    -- Null while the flag is open.
    dismissed_at   BIGINT,
    dismissed_by   UUID,
    dismissed_with UUID,
    type           TEXT COLLATE "C" NOT NULL,
    value          TEXT COLLATE "C" NOT NULL,
    reason         TEXT COLLATE "C",
    PRIMARY KEY (community, id)
);

CREATE INDEX identifier_flags_by_value ON identifier_flags (community, type, value);
CREATE INDEX identifier_flags_by_time ON identifier_flags (community, raised_at, id);

CREATE TABLE identifier_flag_accounts (
    community BIGINT NOT NULL,
    flag      UUID   NOT NULL,
    account   UUID   NOT NULL,
    since     BIGINT NOT NULL,
    PRIMARY KEY (community, flag, account),
    FOREIGN KEY (community, flag) REFERENCES identifier_flags (community, id),
    FOREIGN KEY (community, account) REFERENCES accounts (community, id)
);

CREATE INDEX identifier_flag_accounts_by_account ON identifier_flag_accounts (community, account);
