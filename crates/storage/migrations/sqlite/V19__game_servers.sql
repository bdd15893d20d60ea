-- What a community says of its game servers, beside their names: the address, the type, who may join, which
-- permissions ranks have there, and where the server hears of changes.
ALTER TABLE game_servers ADD COLUMN ip TEXT;
ALTER TABLE game_servers ADD COLUMN port INTEGER;
ALTER TABLE game_servers ADD COLUMN type TEXT;
ALTER TABLE game_servers ADD COLUMN type_updated_at INTEGER;
ALTER TABLE game_servers ADD COLUMN roblox_join_code TEXT;
-- A JSON object.
ALTER TABLE game_servers ADD COLUMN roblox_metadata TEXT NOT NULL DEFAULT '{}';
-- JSON arrays: of mappings, and of the ids of ranks.
ALTER TABLE game_servers ADD COLUMN ace_mappings TEXT NOT NULL DEFAULT '[]';
ALTER TABLE game_servers ADD COLUMN allowed_ranks TEXT NOT NULL DEFAULT '[]';
ALTER TABLE game_servers ADD COLUMN blocked_ranks TEXT NOT NULL DEFAULT '[]';
ALTER TABLE game_servers ADD COLUMN push_url TEXT;
-- Secrets, which this server sends to others and so keeps in clear.
ALTER TABLE game_servers ADD COLUMN erlc_api_key TEXT;
ALTER TABLE game_servers ADD COLUMN push_secret TEXT;

-- Why an activity row was closed by something else than its player.
ALTER TABLE activity_rows ADD COLUMN clear_reason TEXT;

-- Few rows are open: the players who are in game.
CREATE INDEX open_activity_rows ON activity_rows (community, server, account) WHERE NOT completed;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('activity_rows', 'open_activity_rows', '200 200 50 1');

ANALYZE sqlite_schema;
