-- How many rows share the first columns of a key, for a community of 100,000 accounts. Without these figures SQLite takes
-- a community for ten rows, and reads the whole of it where an index leads straight to one account.
ANALYZE sqlite_schema;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('accounts', 'accounts', '100000 100000 1'),
    ('accounts', 'sqlite_autoindex_accounts_2', '100000 100000 1'),
    ('accounts', 'accounts_by_name', '100000 100000 1'),
    ('accounts', 'accounts_by_discord_id', '100000 100000 1'),
    ('account_standings', 'account_standings', '100000 100000 1'),
    ('account_ranks', 'account_ranks', '200000 200000 2 1'),
    ('rank_changes', 'rank_changes', '500000 500000 1'),
    ('rank_changes', 'sqlite_autoindex_rank_changes_2', '500000 500000 1'),
    ('rank_changes', 'rank_changes_by_account', '500000 500000 5 1'),
    ('rank_changes', 'rank_changes_by_reversed', '10000 10000 1'),
    ('identifiers', 'identifiers', '200000 200000 1'),
    ('identifiers', 'identifiers_by_account', '200000 200000 2'),
    ('identifiers', 'identifiers_by_value', '200000 200000 1 1'),
    ('identifiers', 'identifiers_verified', '200000 200000 50000 1'),
    ('api_ids', 'api_ids', '100000 100000 1 1'),
    ('api_ids', 'api_ids_by_value', '100000 100000 1'),
    ('clock_rows', 'clock_rows', '500000 500000 1'),
    ('clock_rows', 'clock_rows_by_account', '500000 500000 5 1'),
    ('profile_fields', 'profile_fields', '200000 200000 2 1'),
    ('notification_preferences', 'notification_preferences', '100000 100000 1 1 1'),
    ('outbox', 'outbox', '100000 100000 1');

ANALYZE sqlite_schema;
