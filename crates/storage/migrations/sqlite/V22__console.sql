-- The console: who has signed in, and the links that sign in once (src/console_sessions.rs).
CREATE TABLE console_sessions (
    community  INTEGER NOT NULL REFERENCES communities (id),
    id         BLOB    NOT NULL,
    token_hash BLOB    NOT NULL UNIQUE,
    -- The key or the person that has signed in; the operator, if neither.
    credential BLOB,
    account    BLOB,
    address    TEXT,
    begun_at   INTEGER NOT NULL,
    used_at    INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    PRIMARY KEY (community, id),
    CHECK (credential IS NULL OR account IS NULL)
) STRICT, WITHOUT ROWID;

CREATE TABLE console_links (
    community  INTEGER NOT NULL REFERENCES communities (id),
    token_hash BLOB    NOT NULL UNIQUE,
    -- The person whom the link signs in; the operator, if null.
    account    BLOB,
    ends_at    INTEGER NOT NULL,
    PRIMARY KEY (community, token_hash)
) STRICT, WITHOUT ROWID;

-- What those who hold a rank may do in the console: names of scopes, separated by spaces.
ALTER TABLE ranks ADD COLUMN scopes TEXT NOT NULL DEFAULT '';
