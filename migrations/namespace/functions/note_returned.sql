-- What was announced (announce_return) is over: whoever begins from now on sees all of it.
CREATE OR REPLACE FUNCTION {{schema}}.note_returned() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE {{schema}}.returned SET visible_at = clock_timestamp() WHERE visible_at IS NULL
$$;
