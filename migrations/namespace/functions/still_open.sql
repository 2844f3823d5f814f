-- How many global positions up to this one may be of transactions of others that are not over.
CREATE OR REPLACE FUNCTION {{schema}}.still_open(_last bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(max(o.behind), 0)
              FROM (SELECT (_last - l.objid::bigint) & 4294967295 AS behind
                      FROM pg_locks l
                     WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.classid = '{{schema_text}}.messages'::regclass::oid
                       AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
                       AND l.mode = 'ShareLock' AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
                       -- A server that is embedded has one session, which has no number.
                       AND pg_backend_pid() <> 0) o
             -- Whoever has begun since _last was looked at takes higher ones: it is ahead of it, not nearly 2^32 behind.
             WHERE o.behind < 2147483648);
END $$;
