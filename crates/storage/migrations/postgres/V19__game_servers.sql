-- What a community says of its game servers, beside their names: the address, the type, who may join, which
-- permissions ranks have there, and where the server hears of changes.
ALTER TABLE game_servers
    ADD COLUMN ip               TEXT COLLATE "C",
    ADD COLUMN port             BIGINT,
    ADD COLUMN type             TEXT COLLATE "C",
    ADD COLUMN type_updated_at  BIGINT,
    ADD COLUMN roblox_join_code TEXT COLLATE "C",
    -- A JSON object.
    ADD COLUMN roblox_metadata  TEXT COLLATE "C" NOT NULL DEFAULT '{}',
    -- JSON arrays: of mappings, and of the ids of ranks.
    ADD COLUMN ace_mappings     TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    ADD COLUMN allowed_ranks    TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    ADD COLUMN blocked_ranks    TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    ADD COLUMN push_url         TEXT COLLATE "C",
    -- Secrets, which this server sends to others and so keeps in clear.
    ADD COLUMN erlc_api_key     TEXT COLLATE "C",
    ADD COLUMN push_secret      TEXT COLLATE "C";

-- Why an activity row was closed by something else than its player.
ALTER TABLE activity_rows ADD COLUMN clear_reason TEXT COLLATE "C";

-- Few rows are open: the players who are in game.
CREATE INDEX open_activity_rows ON activity_rows (community, server, account) WHERE NOT completed;
