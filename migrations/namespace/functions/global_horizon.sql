-- For whoever reads all categories: all messages up to this global position are there, or never will be. Those behind it may
-- be those of a transaction that began later and ended earlier than one with a lower position. It has to be asked in a
-- statement before the one that reads, and of no use is it to a transaction whose snapshot is older. What is imported at
-- positions of its own below what was given out comes late whoever asks, once its import is over.
CREATE OR REPLACE FUNCTION {{schema}}.global_horizon() RETURNS bigint
-- As the owner: readers have no right on sequences.
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- First what was given out, then who has not ended: who took a position up to it has announced that before.
    _last bigint := {{schema}}.last_given_out();
BEGIN
    -- Its locks are not known there.
    IF pg_is_in_recovery() THEN
        RAISE EXCEPTION 'the horizon is not known at a standby'
            USING ERRCODE = 'feature_not_supported', HINT = 'Read all categories at the primary, or each category alone.';
    END IF;
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'the horizon is newer than the snapshot of this transaction'
            USING ERRCODE = 'active_sql_transaction', HINT = 'Ask for it in a READ COMMITTED transaction, and read after that.';
    END IF;
    RETURN greatest(0, _last - {{schema}}.still_open(_last));
END $$;
