-- The lifecycle lock of a namespace is an advisory lock, so that it dies with its session. Anybody who can connect may take
-- any advisory lock: its key is therefore noted here, and where a session without rights on the namespace holds it, another
-- key takes its place. The first key is the one that earlier versions have.
CREATE TABLE eventodb_store.lifecycle_locks (
    -- Not a foreign key: a namespace is locked before the registry knows it, and while it is deleted.
    namespace text PRIMARY KEY,
    key       bigint NOT NULL
);

ALTER TABLE eventodb_store.lifecycle_locks ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON eventodb_store.lifecycle_locks FOR SELECT
    USING (eventodb_store.may(CURRENT_USER, 'read', namespace));
CREATE POLICY entering ON eventodb_store.lifecycle_locks FOR INSERT
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'archive', namespace));
CREATE POLICY changing ON eventodb_store.lifecycle_locks FOR UPDATE
    USING (eventodb_store.may(CURRENT_USER, 'archive', namespace))
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'archive', namespace));

-- The policies decide: whoever may archive a namespace needs no grant for its lock.
GRANT SELECT, INSERT, UPDATE (key) ON eventodb_store.lifecycle_locks TO PUBLIC;

-- The sessions that hold the advisory lock of a key in this database, and whether their role may archive the namespace or
-- could become one that may. NULL for a transaction that was prepared.
CREATE FUNCTION eventodb_store.lifecycle_holders(_namespace text, _key bigint)
RETURNS TABLE (pid integer, role name, is_rightful boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.pid, u.rolname,
           EXISTS (SELECT FROM pg_roles r
                    WHERE pg_has_role(u.oid, r.oid, 'MEMBER')
                      AND (r.rolsuper OR eventodb_store.may(r.rolname, 'archive', _namespace)
                           OR pg_has_role(r.oid, (SELECT c.relowner FROM pg_class c
                                                   WHERE c.oid = 'eventodb_store.lifecycle_locks'::regclass), 'USAGE')))
      FROM pg_locks l
      LEFT JOIN pg_stat_activity a ON a.pid = l.pid
      LEFT JOIN pg_roles u ON u.oid = a.usesysid
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
       AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
       AND (l.classid::bigint << 32) | l.objid::bigint = _key
$$;

-- Takes the lock for the session, or for the transaction: 'taken', 'rekeyed' where a session that may not have it had it, or
-- 'busy' where one has it that may. Whoever takes it holds the row meanwhile, so that no two take two keys; 55P03 where
-- somebody else is at it.
CREATE FUNCTION eventodb_store.take_lifecycle_lock(_namespace text, _for_session boolean) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _key bigint;
    _is_taken boolean;
    _done text := 'taken';
BEGIN
    INSERT INTO eventodb_store.lifecycle_locks (namespace, key)
    VALUES (_namespace, hashtextextended('eventodb-admin/lifecycle/' || _namespace, 0))
    ON CONFLICT DO NOTHING;
    SELECT l.key INTO STRICT _key FROM eventodb_store.lifecycle_locks l WHERE l.namespace = _namespace FOR UPDATE NOWAIT;
    LOOP
        IF _for_session THEN
            _is_taken := pg_try_advisory_lock(_key);
        ELSE
            _is_taken := pg_try_advisory_xact_lock(_key);
        END IF;
        EXIT WHEN _is_taken;
        IF EXISTS (SELECT FROM eventodb_store.lifecycle_holders(_namespace, _key) h WHERE h.is_rightful) THEN
            RETURN 'busy';
        END IF;
        _done := 'rekeyed';
        _key := ('x' || replace(gen_random_uuid()::text, '-', ''))::bit(64)::bigint;
        UPDATE eventodb_store.lifecycle_locks l SET key = _key WHERE l.namespace = _namespace;
    END LOOP;
    RETURN _done;
END $$;

-- The key as it is now.
CREATE FUNCTION eventodb_store.lifecycle_key(_namespace text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT l.key FROM eventodb_store.lifecycle_locks l WHERE l.namespace = _namespace),
                    hashtextextended('eventodb-admin/lifecycle/' || _namespace, 0))
$$;
