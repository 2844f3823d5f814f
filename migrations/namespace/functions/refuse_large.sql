-- A message is at most 256 MiB of text: reading one takes the program a few times its length in memory, and whoever may write is
-- not to stop a night by that. Called for what is not plainly small: a number of a few bytes may print as 131,072 digits.
CREATE OR REPLACE FUNCTION {{schema}}.refuse_large("type" varchar, data jsonb, metadata jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _bytes bigint := coalesce(octet_length(refuse_large."type"), 0)::bigint + coalesce(octet_length(data::text), 0)
                     + coalesce(octet_length(metadata::text), 0);
BEGIN
    IF _bytes > 268435456 THEN
        RAISE EXCEPTION 'a message of % bytes is larger than 256 MiB', _bytes
            USING ERRCODE = 'program_limit_exceeded',
                  HINT = 'Keep what is large elsewhere, such as in an object store, and its address in the message.';
    END IF;
END $$;
