-- Fails, and names an archive that may have what is asked for.
CREATE OR REPLACE FUNCTION {{schema}}.refuse_archived(_what text, _archive bigint) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _row record;
BEGIN
    SELECT a.range_start AT TIME ZONE 'UTC' AS "from", a.range_end AT TIME ZONE 'UTC' AS "to" INTO _row
      FROM eventodb_store.archives a WHERE a.id = _archive;
    RAISE EXCEPTION 'messages of % may lie in archive % (% to %)', _what, _archive,
        to_char(_row."from", 'YYYY-MM-DD HH24:MI'), to_char(_row."to", 'YYYY-MM-DD HH24:MI')
        USING ERRCODE = 'VA001',
              HINT = format('eventodb-admin -n %s archives rehydrate %s brings them back; SET eventodb.archived_reads = ''skip'' reads what is live.',
                            quote_ident({{namespace_text}}), _archive);
END $$;
