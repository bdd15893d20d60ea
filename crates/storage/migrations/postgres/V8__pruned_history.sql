-- What a community's history begins after, once the operator has pruned it: the last change that went, its hash, which the next
-- is linked to, and when it was pruned. Rows up to that number count as gone; they are deleted a portion at a time.
ALTER TABLE ledger_heads ADD COLUMN pruned_number BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ledger_heads ADD COLUMN pruned_hash BYTEA;
ALTER TABLE ledger_heads ADD COLUMN pruned_at BIGINT;

-- The undo ids of pruned changes that an import recorded: the same document, imported again, must not bring them back.
CREATE TABLE pruned_imports (
    community BIGINT NOT NULL REFERENCES communities (id),
    undo_id   UUID   NOT NULL,
    PRIMARY KEY (community, undo_id)
);

-- Finds the events of a change that goes. Appended to at its end, for numbers grow.
CREATE INDEX outbox_by_change ON outbox (community, change_number) WHERE change_number IS NOT NULL;
