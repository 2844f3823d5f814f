-- The far end asks: whether a session, which is asking it for archived messages, surely finds all that came back among the live
-- ones. Its snapshot has to see the transactions that brought them; and its transaction has to be younger, because a statement
-- may have looked for its chunks before and have its snapshot from after. The far end reads the ledger before this, or in
-- one statement with it. A session that is not here, as it is of a copy of this database, gets no for an answer: the ledger of the
-- copy may be another by now. So does one whose snapshot this role may not see (pg_read_all_stats). _session is what PostgreSQL
-- calls a session (%c in a log's prefix), by which one of this server is told from one of another.
CREATE OR REPLACE FUNCTION {{schema}}.archived_moment(pid integer, _session text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _returned record;
    _seen text;
    _name text := 'eventodb.returned_' || '{{schema_text}}.messages'::regclass::oid;
    -- Transaction numbers of 32 bits are of this round of 64 bits or of the one before.
    _next numeric := pg_snapshot_xmax(pg_current_snapshot())::text::numeric;
    _asking record;
BEGIN
    SELECT a.xact_start, div(_next, 4294967296) * 4294967296 + a.backend_xmin::text::numeric AS xmin,
           format('%s.%s', to_hex(extract(epoch FROM date_trunc('second', a.backend_start))::bigint), to_hex(a.pid)) AS session
      INTO _asking FROM pg_stat_activity a WHERE a.pid = archived_moment.pid AND a.datname = current_database();
    -- What is not told is not compared.
    IF NOT FOUND OR coalesce(_asking.session <> _session, false) THEN
        RETURN false;
    END IF;
    SELECT max(r.xid::text::numeric) AS newest, string_agg(r.xid::text, ' ' ORDER BY r.xid) AS xids, max(r.visible_at) AS visible_at,
           -- The primary's clock tells nothing of when a standby has got that far.
           bool_or(r.visible_at IS NULL) OR pg_is_in_recovery() AS is_open
      INTO _returned FROM {{schema}}.returned r
     -- One of the future was restored from another cluster's dump.
     WHERE r.xid < pg_snapshot_xmax(pg_current_snapshot());
    IF _returned.newest IS NULL THEN
        RETURN true;
    END IF;
    IF _returned.is_open THEN
        -- Nobody has noted it: they are over since this session has first seen them, or longer.
        _seen := current_setting(_name, true);
        IF split_part(_seen, '|', 1) IS DISTINCT FROM _returned.xids THEN
            _seen := set_config(_name, _returned.xids || '|' || clock_timestamp(), false);
        END IF;
        _returned.visible_at := split_part(_seen, '|', 2)::timestamptz;
    END IF;
    RETURN coalesce(_asking.xact_start > _returned.visible_at
                    AND _asking.xmin - CASE WHEN _asking.xmin > _next THEN 4294967296 ELSE 0 END > _returned.newest, false);
END $$;

CREATE OR REPLACE FUNCTION {{schema}}.archived_moment(pid integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN {{schema}}.archived_moment(pid, NULL);
END $$;
