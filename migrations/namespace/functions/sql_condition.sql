-- Conditions name columns as Message DB's documentation does: bare, or as messages' own; the time is UTC's, without a zone,
-- as in what is returned.
CREATE OR REPLACE FUNCTION {{schema}}.sql_condition(condition varchar) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF condition IS NULL THEN
        RETURN '';
    END IF;
    IF coalesce(current_setting('message_store.sql_condition', true), 'off') <> 'on' THEN
        RAISE EXCEPTION 'Retrieval with SQL condition is not activated';
    END IF;
    RETURN ' AND EXISTS (SELECT FROM (SELECT m.id, m.stream_name, m."type", m."position", m.global_position, m.data, m.metadata,'
        || ' (m."time" AT TIME ZONE ''UTC'') AS "time") AS messages WHERE (' || condition || '))';
END $$;
