-- What a role may enter here is also read by runs for other namespaces: a row that cannot be read would stop all of them. And it
-- is nobody's choice to name what belongs to another namespace.

-- Values that no program can read, add up or hold: times that are no time, numbers that are none, lists with holes in them,
-- documents that are nested too deep, texts of any length. Rows from before are not looked at until they are changed.
DO $$
DECLARE
    _table record;
BEGIN
    FOR _table IN
        SELECT c.relname,
               string_agg(CASE format_type(a.atttypid, NULL)
                   WHEN 'timestamp with time zone' THEN
                       format('%1$I BETWEEN timestamptz ''4714-11-24 00:00:00+00 BC'' AND timestamptz ''262000-01-01 00:00:00+00''', a.attname)
                   WHEN 'bigint' THEN format('%1$I BETWEEN -%2$s AND %2$s', a.attname, CASE c.relname WHEN 'policies' THEN 1e18 ELSE 1e15 END::bigint)
                   WHEN 'numeric' THEN format('abs(%I) < 1e60', a.attname)
                   WHEN 'double precision' THEN format('%I BETWEEN 0 AND 1e15', a.attname)
                   WHEN 'text' THEN format('octet_length(%I) <= 100000', a.attname)
                   WHEN 'text[]' THEN
                       format('array_position(%1$I, NULL) IS NULL AND coalesce(array_ndims(%1$I), 1) = 1
                               AND octet_length(array_to_string(%1$I, '','')) <= 1000000', a.attname)
                   WHEN 'jsonb' THEN
                       -- As many categories as a chunk has are counted: who reads the ledger reads those that it asks for.
                       format('NOT jsonb_path_exists(%I, ''$.**{50 to last}'')', a.attname)
                       || CASE a.attname WHEN 'category_counts' THEN ''
                               ELSE format(' AND octet_length(%I::text) <= 16000000', a.attname) END
                   WHEN 'int8multirange' THEN format('NOT lower_inf(%1$I) AND NOT upper_inf(%1$I)', a.attname)
                   WHEN 'interval' THEN format('%I BETWEEN interval ''0'' AND interval ''100000 years''', a.attname)
               END, ' AND ' ORDER BY a.attnum) AS terms
          FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE c.relnamespace = 'eventodb_store'::regnamespace AND c.relkind = 'r'
           AND c.relname IN ('archives', 'claims', 'copies', 'drilled', 'drills', 'erasures', 'holds', 'policies', 'runs')
           -- Of whole numbers those that are added up.
           AND (format_type(a.atttypid, NULL) <> 'bigint'
                OR a.attname IN ('message_count', 'messages', 'live_messages', 'archived_messages', 'loading_messages')
                OR a.attname LIKE '%\_bytes' OR c.relname = 'runs')
         GROUP BY c.relname
    LOOP
        -- A term of a column that is NULL is not false.
        EXECUTE format('ALTER TABLE eventodb_store.%I ADD CONSTRAINT %I CHECK (%s) NOT VALID',
                       _table.relname, _table.relname || '_readable', _table.terms);
    END LOOP;
END $$;

-- What the names of a namespace's objects begin with: its own name, percent-encoded.
CREATE FUNCTION eventodb_store.object_prefix(_namespace text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(string_agg(
               CASE WHEN c.letter COLLATE "C" ~ '^[A-Za-z0-9_-]$' THEN c.letter
                    ELSE (SELECT string_agg('%' || upper(lpad(to_hex(get_byte(convert_to(c.letter, 'UTF8'), i)), 2, '0')), '' ORDER BY i)
                            FROM generate_series(0, octet_length(convert_to(c.letter, 'UTF8')) - 1) i)
               END, '' ORDER BY c.n), '') || '/messages/'
      FROM unnest(string_to_array(_namespace, NULL)) WITH ORDINALITY AS c(letter, n)
$$;

-- An archive that names objects of another namespace keeps those from being erased there. The owner of the ledger is not held by
-- this, and no program enters such a row.
CREATE POLICY own_objects ON eventodb_store.archives AS RESTRICTIVE USING (true)
    WITH CHECK (starts_with(object_key, eventodb_store.object_prefix(namespace)) IS NOT FALSE
                AND starts_with(manifest_key, eventodb_store.object_prefix(namespace)) IS NOT FALSE
                AND starts_with(heads_key, eventodb_store.object_prefix(namespace)) IS NOT FALSE);

-- The key of a namespace's lock is nobody's to choose: a role that gave its own namespace's lock the key of another one's would
-- keep all runs from that. It sees the keys of all namespaces, which who asks does not.
CREATE FUNCTION eventodb_store.lifecycle_locks_choose_key() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.key := hashtextextended('eventodb-admin/lifecycle/' || NEW.namespace, 0);
    ELSIF NEW.key = OLD.key THEN
        RETURN NEW;
    ELSE
        NEW.key := ('x' || replace(gen_random_uuid()::text, '-', ''))::bit(64)::bigint;
    END IF;
    WHILE EXISTS (SELECT FROM eventodb_store.lifecycle_locks l WHERE l.key = NEW.key AND l.namespace <> NEW.namespace) LOOP
        NEW.key := ('x' || replace(gen_random_uuid()::text, '-', ''))::bit(64)::bigint;
    END LOOP;
    RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION eventodb_store.lifecycle_locks_choose_key FROM PUBLIC;

CREATE TRIGGER lifecycle_locks_choose_key BEFORE INSERT OR UPDATE ON eventodb_store.lifecycle_locks
    FOR EACH ROW EXECUTE FUNCTION eventodb_store.lifecycle_locks_choose_key();

-- Keys that somebody chose before.
UPDATE eventodb_store.lifecycle_locks l SET key = l.key + 1
 WHERE EXISTS (SELECT FROM eventodb_store.lifecycle_locks o WHERE o.namespace <> l.namespace
                  AND l.key IN (o.key, hashtextextended('eventodb-admin/lifecycle/' || o.namespace, 0)))
    OR EXISTS (SELECT FROM eventodb_store.namespaces n WHERE n.id <> l.namespace
                  AND l.key = hashtextextended('eventodb-admin/lifecycle/' || n.id, 0));

-- As before, but for the key, which is the one that was chosen here.
CREATE OR REPLACE FUNCTION eventodb_store.take_lifecycle_lock(_namespace text, _for_session boolean) RETURNS text
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
        UPDATE eventodb_store.lifecycle_locks l SET key = l.key + 1 WHERE l.namespace = _namespace RETURNING l.key INTO STRICT _key;
    END LOOP;
    RETURN _done;
END $$;

-- Whether something of a namespace of this name is left that it would belong to: its archives, which may be the only copies, and
-- holds. It sees the rows of all.
CREATE FUNCTION eventodb_store.has_left(_namespace text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM eventodb_store.archives a WHERE a.namespace = _namespace AND a.objects <> 'deleted'
                      AND a.state <> 'discarded')
        OR EXISTS (SELECT FROM eventodb_store.holds h WHERE h.namespace = _namespace AND h.released_at IS NULL)
$$;

-- As before, and: rights on a namespace are told by its name. Whoever makes one by the name of one that was deleted would have
-- what that has left behind, so that is for the registry's owner to do.
CREATE OR REPLACE FUNCTION eventodb_store.namespaces_check_rights() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _owner oid;
    _is_free boolean := pg_has_role((SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'USAGE');
BEGIN
    IF TG_OP = 'UPDATE' AND NOT _is_free THEN
        _is_free := (NEW.id, NEW.token_hash, NEW.schema_name) IS NOT DISTINCT FROM (OLD.id, OLD.token_hash, OLD.schema_name);
    END IF;
    IF TG_OP <> 'INSERT' AND NOT _is_free THEN
        SELECT s.nspowner INTO _owner FROM pg_namespace s WHERE s.nspname = OLD.schema_name;
        -- A row whose schema was dropped may be deleted, and not be turned into another one.
        IF FOUND AND NOT pg_has_role(_owner, 'USAGE') OR NOT FOUND AND TG_OP = 'UPDATE' THEN
            RAISE EXCEPTION 'namespace % is not this role''s to change', OLD.id USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NOT _is_free THEN
        SELECT s.nspowner INTO _owner FROM pg_namespace s WHERE s.nspname = NEW.schema_name;
        IF FOUND AND NOT pg_has_role(_owner, 'USAGE') THEN
            RAISE EXCEPTION 'schema % is not this role''s to make a namespace of', NEW.schema_name
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF (TG_OP = 'INSERT' OR NEW.id <> OLD.id) AND eventodb_store.has_left(NEW.id) THEN
            RAISE EXCEPTION 'a namespace % was deleted and has left archives or holds, which are not this role''s', NEW.id
                USING ERRCODE = 'insufficient_privilege',
                      HINT = 'Take another name, or have the owner of eventodb_store.namespaces make the namespace.';
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- Who may delete from a table may also lock it, and what all runs write in is nobody's to lock. So the history of a namespace goes
-- by this function, with the namespace, and for whoever that is: the role that the session works as.
CREATE FUNCTION eventodb_store.forget_history(_namespace text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _role name := CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role') END;
BEGIN
    IF eventodb_store.may(_role, 'own', _namespace)
       OR pg_has_role(_role, (SELECT c.relowner FROM pg_class c WHERE c.oid = 'eventodb_store.runs'::regclass), 'USAGE')
    THEN
        DELETE FROM eventodb_store.runs r WHERE r.namespace = _namespace;
    END IF;
END $$;
REVOKE DELETE ON eventodb_store.runs FROM PUBLIC;
