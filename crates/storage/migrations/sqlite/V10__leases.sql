-- Which of several nodes does what only one of them is to do, such as taking ended grants away, and until when (milliseconds since
-- 1970, by the clock of this machine). It belongs to no community.
CREATE TABLE leases (
    name   TEXT    PRIMARY KEY,
    holder BLOB    NOT NULL,
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('leases', 'leases', '2 1');

ANALYZE sqlite_schema;
