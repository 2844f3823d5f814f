-- Whether chunks may go that continuous aggregates are made from: a late message has the next refresh of its time count only
-- what is live then.
ALTER TABLE eventodb_store.policies
    ADD COLUMN continuous_aggregates text NOT NULL DEFAULT 'refuse' CHECK (continuous_aggregates IN ('refuse', 'allow'));
