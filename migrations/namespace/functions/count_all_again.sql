-- Messages were deleted, or changed by hand: nothing that was counted holds, and nothing is given out that a message was given
-- by hand.
CREATE OR REPLACE FUNCTION {{schema}}.count_all_again() RETURNS trigger
-- As the owner: whoever may change messages need not have rights on the figures.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _highest bigint;
BEGIN
    IF TG_RELID <> '{{schema_text}}.messages'::regclass THEN
        RAISE EXCEPTION 'count_all_again is for the messages of its own namespace' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM {{schema}}.count_again('-infinity', 'infinity');
    IF TG_OP = 'UPDATE' THEN
        SELECT max(m.global_position) INTO _highest FROM {{schema}}.messages m;
        IF _highest > coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0) THEN
            PERFORM {{schema}}.raise_given_out(_highest);
            PERFORM {{schema}}.even_out(_highest);
        END IF;
    END IF;
    RETURN NULL;
END $$;
