-- The console: who has signed in, and the links that sign in once (src/console_sessions.rs).
CREATE TABLE console_sessions (
    community  BIGINT NOT NULL REFERENCES communities (id),
    begun_at   BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    id         UUID   NOT NULL,
    -- The key or the person that has signed in; the operator, if neither.
    credential UUID,
    account    UUID,
    token_hash BYTEA  NOT NULL UNIQUE,
    address    TEXT COLLATE "C",
    PRIMARY KEY (community, id),
    CHECK (credential IS NULL OR account IS NULL)
);

CREATE TABLE console_links (
    community  BIGINT NOT NULL REFERENCES communities (id),
    ends_at    BIGINT NOT NULL,
    -- The person whom the link signs in; the operator, if null.
    account    UUID,
    token_hash BYTEA  NOT NULL UNIQUE,
    PRIMARY KEY (community, token_hash)
);

-- What those who hold a rank may do in the console: names of scopes, separated by spaces.
ALTER TABLE ranks ADD COLUMN scopes TEXT COLLATE "C" NOT NULL DEFAULT '';
