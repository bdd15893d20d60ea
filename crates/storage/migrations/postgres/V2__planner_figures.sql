-- How the tables are written to, where PostgreSQL cannot know. Rows that are changed over and over find room for their next version on
-- their own page, so that no index has to follow; and what a rank change leaves behind is cleared away early.

ALTER TABLE ledger_heads SET (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE account_standings SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE account_ranks SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

-- Grows only: figures about it are wanted sooner than after a tenth of a large history.
ALTER TABLE rank_changes SET (autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
