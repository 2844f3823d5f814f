-- When a row was entered in the ledger. `created_at` tells when its archive was made: for archives that `archives sync` has found in
-- a store that can be long before. A namespace that was deleted and made again has rows of its former life, and only the time at
-- which they were entered tells them apart. Rows from before this step have none; the time of their last change serves.
ALTER TABLE eventodb_store.archives ADD COLUMN IF NOT EXISTS entered_at timestamptz;
ALTER TABLE eventodb_store.archives ALTER COLUMN entered_at SET DEFAULT now();
