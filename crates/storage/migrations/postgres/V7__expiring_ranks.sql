-- The grants that end, soonest first. Unlike every other index this one does not begin with the community: the scheduler
-- asks what has ended anywhere, over and over, and must find it, or nothing, with one step. Most grants have no end, and
-- take no room here.
CREATE INDEX account_ranks_by_end ON account_ranks (expires_at, community, account) WHERE expires_at IS NOT NULL;
