-- The ledger as a hash chain, the changes of one rollback as a batch, and what finds changes by who made them.

-- The hash of a community's last rank change, or of its beginning: what the next change is linked to.
ALTER TABLE ledger_heads ADD COLUMN last_hash BYTEA;

ALTER TABLE rank_changes ADD COLUMN hash BYTEA;

ALTER TABLE rank_changes ADD COLUMN batch UUID;

-- Appended to at their ends, for numbers grow.
CREATE INDEX rank_changes_by_actor ON rank_changes (community, actor, number) WHERE actor IS NOT NULL;
CREATE INDEX rank_changes_by_credential ON rank_changes (community, credential, number) WHERE credential IS NOT NULL;
CREATE INDEX rank_changes_by_batch ON rank_changes (community, batch, number) WHERE batch IS NOT NULL;

-- Rollbacks that were carried out. The report is what was answered: JSON.
CREATE TABLE rollbacks (
    community BIGINT           NOT NULL REFERENCES communities (id),
    batch     UUID             NOT NULL,
    at        BIGINT           NOT NULL,
    report    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (community, batch)
);

-- What a community's checkpoints are signed with: the secret half of an Ed25519 key.
CREATE TABLE signing_keys (
    community BIGINT PRIMARY KEY REFERENCES communities (id),
    secret    BYTEA  NOT NULL
);
