-- Finds the changes of an hour or a day in a ledger of millions. The number is in it, so that the rows need not be looked at.
CREATE INDEX rank_changes_by_time ON rank_changes (community, at, number);
