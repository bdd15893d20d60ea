-- Those that wait for nothing, oldest first: they are forgotten after a while.
CREATE INDEX deliveries_done ON deliveries (tried_at) WHERE due_at IS NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('deliveries', 'deliveries_done', '100000 2');

ANALYZE sqlite_schema;
