-- What was answered to requests that carried an Idempotency-Key, so that a repeated request is answered the same and not
-- carried out again. A key belongs to its credential.
CREATE TABLE idempotency_keys (
    community   BIGINT           NOT NULL,
    credential  UUID             NOT NULL,
    key         TEXT COLLATE "C" NOT NULL,
    fingerprint BYTEA            NOT NULL CHECK (length(fingerprint) = 32),
    answer      BYTEA            NOT NULL,
    created_at  BIGINT           NOT NULL,
    PRIMARY KEY (community, credential, key)
);

CREATE INDEX idempotency_keys_by_time ON idempotency_keys (community, created_at);
