-- Imports that are under way or were cut off: one for each community at most. A community that is made by its
-- import is found by nobody until the import is finished. `document` is the SHA-256 of the document; the
-- three counts say how far the import has come.
CREATE TABLE unfinished_imports (
    community       INTEGER PRIMARY KEY REFERENCES communities (id),
    makes_community INTEGER NOT NULL CHECK (makes_community IN (0, 1)),
    document        BLOB    NOT NULL,
    begun_at        INTEGER NOT NULL,
    accounts        INTEGER NOT NULL,
    beginnings      INTEGER NOT NULL,
    changes         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('unfinished_imports', 'unfinished_imports', '2 1');

ANALYZE sqlite_schema;
