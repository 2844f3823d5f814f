-- The highest global position that was given out; behind it are only messages that came past the triggers. As the owner:
-- readers have no right on sequences.
CREATE OR REPLACE FUNCTION {{schema}}.last_given_out() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN greatest(coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0),
                    coalesce(pg_sequence_last_value('{{schema_text}}.messages_global_position_seq'), 0));
END $$;
