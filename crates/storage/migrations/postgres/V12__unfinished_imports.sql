-- Imports that are under way or were cut off: one for each community at most. A community that is made by its
-- import is found by nobody until the import is finished. `document` is the SHA-256 of the document; the
-- three counts say how far the import has come.
CREATE TABLE unfinished_imports (
    community       BIGINT  PRIMARY KEY REFERENCES communities (id),
    makes_community BOOLEAN NOT NULL,
    document        BYTEA   NOT NULL,
    begun_at        BIGINT  NOT NULL,
    accounts        BIGINT  NOT NULL,
    beginnings      BIGINT  NOT NULL,
    changes         BIGINT  NOT NULL
);
