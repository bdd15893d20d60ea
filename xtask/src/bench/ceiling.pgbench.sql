-- What each client of pgbench repeats: as in the ceiling with SQLite, a row of 1.5 KB is changed, and a row logs it. (What
-- follows a colon at once would be a variable.)
\set id random(0, :accounts - 1)
\set letter random(97, 122)
BEGIN;
UPDATE accounts SET row = repeat(chr(:letter), 1536) WHERE id = :id;
INSERT INTO log (account, entry)
VALUES (:id, '{"add":["00000000-0000-4000-8000-000000000000"],"remove":[],"actor": null,"reason": null}');
COMMIT;
