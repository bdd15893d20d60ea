-- Keys: who made each, and how often it may call the API.

-- The credential that made this one; null if the command line did, and for every credential from before. There is
-- no foreign key, because a copy of the database is filled in the order of the ids.
ALTER TABLE credentials ADD COLUMN made_by BLOB;

-- By how much the limits of the endpoints are multiplied for this credential.
ALTER TABLE credentials ADD COLUMN rate_factor INTEGER NOT NULL DEFAULT 1;

-- Rollbacks have a scope of their own now. Every credential that could undo could also roll back: it gets the new
-- scope, and can do what it could before.
UPDATE credentials SET scopes = replace(scopes, 'ranks:undo', 'ranks:undo ranks:rollback')
WHERE scopes LIKE '%ranks:undo%';
