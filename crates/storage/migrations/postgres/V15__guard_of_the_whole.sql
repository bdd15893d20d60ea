-- How much may be taken away in a community by all together: three times what one may, unless both are set here.
-- From now on `who` of rank_removals may also be the nil UUID, which stands for all together, and other removals
-- than those of ranks are counted too.
ALTER TABLE community_guards ADD COLUMN together_per_minute BIGINT;
ALTER TABLE community_guards ADD COLUMN together_per_hour BIGINT;

-- Bans that end are found by their ends.
CREATE INDEX accounts_by_ban_end ON accounts (ban_expiration) WHERE ban_expiration IS NOT NULL;
