-- What was answered to requests that carried an Idempotency-Key, so that a repeated request is answered the same and not
-- carried out again. A key belongs to its credential. Answers are long, and so not stored in the tree of the keys.
CREATE TABLE idempotency_keys (
    community   INTEGER NOT NULL,
    credential  BLOB    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    answer      BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (community, credential, key),
    FOREIGN KEY (community, credential) REFERENCES credentials (community, id)
) STRICT;

CREATE INDEX idempotency_keys_by_time ON idempotency_keys (community, created_at);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('idempotency_keys', 'sqlite_autoindex_idempotency_keys_1', '100000 100000 10000 1'),
    ('idempotency_keys', 'idempotency_keys_by_time', '100000 100000 1');

ANALYZE sqlite_schema;
