-- What guards the ranks of a community: limits on removals, and whether it is frozen. Without a row it is as in the beginning:
-- switched off, with the usual limits.
CREATE TABLE community_guards (
    community           INTEGER PRIMARY KEY REFERENCES communities (id),
    enabled             INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    removals_per_minute INTEGER NOT NULL,
    removals_per_hour   INTEGER NOT NULL,
    frozen_at           INTEGER,
    frozen_by           BLOB,
    frozen_with         BLOB,
    frozen_reason       TEXT,
    CHECK ((frozen_at IS NULL) = (frozen_with IS NULL))
) STRICT;

-- How many ranks somebody took away, for the guard to count. `who` is the id of an account or of a credential.
CREATE TABLE rank_removals (
    community INTEGER NOT NULL REFERENCES communities (id),
    who       BLOB    NOT NULL,
    at        INTEGER NOT NULL,
    count     INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (community, who, at)
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('rank_removals', 'rank_removals', '10000 10000 100 1');

ANALYZE sqlite_schema;
