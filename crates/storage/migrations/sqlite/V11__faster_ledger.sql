-- Finds the changes of an hour or a day in a ledger of millions. Appended to at its end, as long as the clock goes forward.
CREATE INDEX rank_changes_by_time ON rank_changes (community, at);

-- The ledger and the ranks held refer to accounts and ranks without foreign keys, as they do in PostgreSQL: to check one is to search
-- another B-tree, mostly in a page that is not at hand. No account and no rank is ever deleted. A constraint that goes changes
-- nothing of what is stored, so the text of the schema is all there is to edit (https://sqlite.org/lang_altertable.html, part 7).
PRAGMA writable_schema = ON;

UPDATE sqlite_schema
SET sql = replace(replace(sql,
        ',
    FOREIGN KEY (community, account) REFERENCES accounts (community, id)', ''),
        ',
    FOREIGN KEY (community, rank) REFERENCES ranks (community, id)', '')
WHERE type = 'table' AND name IN ('rank_changes', 'account_ranks');

PRAGMA writable_schema = RESET;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('rank_changes', 'rank_changes_by_time', '500000 500000 1');

ANALYZE sqlite_schema;
