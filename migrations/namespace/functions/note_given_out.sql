-- Messages got global positions of their own, from this one on: figures by span hold no more where it is below what is settled.
CREATE OR REPLACE FUNCTION {{schema}}.note_given_out(_lowest bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed'
       OR EXISTS (SELECT FROM {{schema}}.settings s WHERE s.settled_position > _lowest)
    THEN
        INSERT INTO {{schema}}.unsettled (first_time, last_time) VALUES ('-infinity', 'infinity');
    END IF;
END $$;
