-- Which of several nodes does what only one of them is to do, such as taking ended grants away, and until when (milliseconds since
-- 1970, by the clock of this database). It belongs to no community.
CREATE TABLE leases (
    name   TEXT COLLATE "C" PRIMARY KEY,
    holder UUID             NOT NULL,
    until  BIGINT           NOT NULL
);
