-- Those that wait for nothing, oldest first: they are forgotten after a while.
CREATE INDEX deliveries_done ON deliveries (tried_at) WHERE due_at IS NULL;
