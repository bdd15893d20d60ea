-- When each credential was last used, to about an hour. It is not a column of `credentials`, because whatever
-- changes there makes servers look up again what they have cached.
CREATE TABLE credential_uses (
    community    INTEGER NOT NULL,
    credential   BLOB    NOT NULL,
    last_used_at INTEGER NOT NULL,
    PRIMARY KEY (community, credential),
    FOREIGN KEY (community, credential) REFERENCES credentials (community, id)
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('credential_uses', 'credential_uses', '20 10 1');

ANALYZE sqlite_schema;
