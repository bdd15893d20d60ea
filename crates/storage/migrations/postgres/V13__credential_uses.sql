-- When each credential was last used, to about an hour. It is not a column of `credentials`, because whatever
-- changes there makes servers look up again what they have cached.
CREATE TABLE credential_uses (
    community    BIGINT NOT NULL,
    credential   UUID   NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (community, credential),
    FOREIGN KEY (community, credential) REFERENCES credentials (community, id)
);
