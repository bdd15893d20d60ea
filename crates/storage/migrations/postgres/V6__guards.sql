-- What guards the ranks of a community: limits on removals, and whether it is frozen. Without a row it is as in the beginning:
-- switched off, with the usual limits.
CREATE TABLE community_guards (
    community           BIGINT           PRIMARY KEY REFERENCES communities (id),
    enabled             BOOLEAN          NOT NULL,
    removals_per_minute BIGINT           NOT NULL,
    removals_per_hour   BIGINT           NOT NULL,
    frozen_at           BIGINT,
    frozen_by           UUID,
    frozen_with         UUID,
    frozen_reason       TEXT COLLATE "C",
    CHECK ((frozen_at IS NULL) = (frozen_with IS NULL))
);

-- How many ranks somebody took away, for the guard to count. `who` is the id of an account or of a credential.
CREATE TABLE rank_removals (
    community BIGINT NOT NULL REFERENCES communities (id),
    who       UUID   NOT NULL,
    at        BIGINT NOT NULL,
    count     BIGINT NOT NULL CHECK (count > 0),
    PRIMARY KEY (community, who, at)
);
