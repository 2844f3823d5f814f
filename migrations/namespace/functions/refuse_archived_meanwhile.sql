-- A chunk that is dropped is gone for a reader whose snapshot is older, too, while the ledger still tells that reader that it
-- is there. So it is looked at once more after the read, by a snapshot of its own (that is what VOLATILE means here); where
-- the transaction has one snapshot for all, by which of its chunks are gone.
CREATE OR REPLACE FUNCTION {{schema}}.refuse_archived_meanwhile(
    _category text, _from bigint, _before bigint, _stream text, _type text, _first timestamptz, _last timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _is_gone boolean;
    _highest record;
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        _is_gone := EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = '{{schema_text}}.messages'::regclass
                               AND pg_table_is_visible(i.inhrelid) IS NULL);
    ELSIF _stream IS NULL THEN
        -- Bounds first, whose plan is made once: nearly always they are the end of it.
        SELECT (SELECT max(a.last_global_position) FROM eventodb_store.archives a
                 WHERE a.namespace = {{namespace_text}} AND a.state = 'dropped') AS "position",
               (SELECT max(a.rehydrated_at) FROM eventodb_store.archives a
                 WHERE a.namespace = {{namespace_text}} AND a.state = 'rehydrated') AS back INTO _highest;
        IF (_highest."position" >= _from OR _highest.back >= now()) IS NOT TRUE THEN
            RETURN;
        END IF;
        SELECT a.global_position < coalesce(_before, 9223372036854775807) INTO _is_gone
          FROM {{schema}}.archive_of_category(_category, _from, now()) a;
    ELSE
        _is_gone := {{schema}}.archive_of_stream(_stream, _type, _first, _last, now()) IS NOT NULL;
    END IF;
    IF _is_gone THEN
        RAISE EXCEPTION 'messages were archived, or brought back, while they were read'
            USING ERRCODE = 'serialization_failure', HINT = 'Read again, in a new transaction.';
    END IF;
END $$;
