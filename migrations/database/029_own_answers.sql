-- Functions that see the rows of every namespace answer a role about its own alone: about another one's archives it learns as much
-- as about archives that are not there.

-- Whether the role that the session works as has a right on a namespace, or owns the ledger. A function that runs as its owner
-- would ask about that one otherwise.
CREATE OR REPLACE FUNCTION eventodb_store.session_may(_right text, _namespace text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT eventodb_store.may(r.name, _right, _namespace)
        OR pg_has_role(r.name, (SELECT c.relowner FROM pg_class c WHERE c.oid = 'eventodb_store.archives'::regclass), 'USAGE')
      FROM (SELECT CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END) AS r(name)
$$;

-- As before, for whoever may read the archive's namespace, and about objects of that namespace.
CREATE OR REPLACE FUNCTION eventodb_store.archive_in_use(_id bigint, _keys text[], _stem text)
RETURNS TABLE (id bigint, namespace text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _own text := (SELECT a.namespace FROM eventodb_store.archives a WHERE a.id = _id);
BEGIN
    IF NOT coalesce(eventodb_store.session_may('read', _own), false)
       OR EXISTS (SELECT FROM unnest(_keys || _stem) AS k(key)
                   WHERE NOT starts_with(k.key, eventodb_store.object_prefix(_own)))
    THEN
        RAISE EXCEPTION 'these objects are not of an archive that this role may read' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    SELECT a.id, a.namespace FROM eventodb_store.archives a
     WHERE a.id <> _id AND a.state IN ('planned', 'exported', 'uploaded', 'verified', 'dropped', 'rehydrated')
       AND (a.object_key = ANY (_keys) OR a.manifest_key = ANY (_keys) OR a.heads_key = ANY (_keys)
            OR starts_with(a.object_key, _stem || '.') OR starts_with(a.manifest_key, _stem || '.'))
     ORDER BY a.id LIMIT 1;
END $$;

-- As before, for whoever may read the namespace.
CREATE OR REPLACE FUNCTION eventodb_store.archives_claimed_twice(_namespace text)
RETURNS TABLE (id bigint, by bigint, namespace text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT eventodb_store.session_may('read', _namespace) THEN
        RAISE EXCEPTION 'namespace % is not one that this role may read', _namespace USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    WITH given_up AS (
        SELECT a.* FROM eventodb_store.archives a
         WHERE a.namespace = _namespace AND a.state IN ('failed', 'expired') AND a.objects <> 'deleted'
    ), kept AS (
        SELECT a.* FROM eventodb_store.archives a
         WHERE a.state IN ('planned', 'exported', 'uploaded', 'verified', 'dropped', 'rehydrated')
    )
    SELECT i.id, k.id, k.namespace FROM given_up i JOIN kept k USING (object_key) WHERE k.id <> i.id
    UNION
    SELECT i.id, k.id, k.namespace FROM given_up i JOIN kept k USING (manifest_key) WHERE k.id <> i.id
    UNION
    SELECT i.id, k.id, k.namespace FROM given_up i JOIN kept k USING (heads_key) WHERE k.id <> i.id;
END $$;

-- As before, for whoever could make a namespace of that name.
CREATE OR REPLACE FUNCTION eventodb_store.has_left(_namespace text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _role name := CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role') END;
BEGIN
    IF NOT has_any_column_privilege(_role, 'eventodb_store.namespaces', 'INSERT')
       AND NOT has_any_column_privilege(_role, 'eventodb_store.namespaces', 'UPDATE')
    THEN
        RAISE EXCEPTION 'this role makes no namespaces' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN EXISTS (SELECT FROM eventodb_store.archives a WHERE a.namespace = _namespace AND a.objects <> 'deleted'
                      AND a.state <> 'discarded')
        OR EXISTS (SELECT FROM eventodb_store.holds h WHERE h.namespace = _namespace)
        OR EXISTS (SELECT FROM eventodb_store.erasures e WHERE e.namespace = _namespace);
END $$;

-- As before, but whose the archive is comes first.
CREATE OR REPLACE FUNCTION eventodb_store.use_copy(_archive bigint, _from text, _to text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _first eventodb_store.archives;
    _copy eventodb_store.copies;
BEGIN
    IF NOT coalesce(eventodb_store.session_may('archive',
               (SELECT a.namespace FROM eventodb_store.archives a WHERE a.id = _archive)), false)
    THEN
        RAISE EXCEPTION 'archive % is not this role''s to change', _archive USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT a.* INTO _first FROM eventodb_store.archives a
     WHERE a.id = _archive AND a.store_url = _from AND a.objects = 'kept'
       AND a.state IN ('verified', 'dropped', 'rehydrated', 'expired')
       FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM eventodb_store.copies c WHERE c.archive = _archive AND c.store_url = _to AND c.state = 'verified'
      RETURNING c.* INTO _copy;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE eventodb_store.archives a
       SET store_url = _to, locked_until = _copy.locked_until, lock_mode = _copy.lock_mode
     WHERE a.id = _archive;
    -- What is known of the other one is what was known of the archive.
    INSERT INTO eventodb_store.copies (archive, namespace, store_url, state, verified_at, locked_until, lock_mode)
         VALUES (_archive, _first.namespace, _from, 'verified', now(), _first.locked_until, _first.lock_mode)
    ON CONFLICT (archive, store_url) DO UPDATE
       SET state = 'verified', locked_until = excluded.locked_until, lock_mode = excluded.lock_mode;
    RETURN true;
END $$;

-- Another namespace that keeps archives, or is to keep them, inside the folder that this one has or would have in a store: what lies
-- there would be taken for this one's own. For whoever archives this one, who sees the folder, and not the other one's rows.
CREATE OR REPLACE FUNCTION eventodb_store.store_inside(_namespace text, _store text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH known AS (
        SELECT p.namespace, p.store_url FROM eventodb_store.policies p
        UNION SELECT p.namespace, unnest(p.copies) FROM eventodb_store.policies p
        UNION SELECT a.namespace, a.store_url FROM eventodb_store.archives a WHERE a.objects <> 'deleted'
        UNION SELECT c.namespace, c.store_url FROM eventodb_store.copies c WHERE c.state NOT IN ('deleted', 'abandoned')
    ), folders AS (
        SELECT k.namespace, regexp_replace(k.store_url, '/+$', '') || '/'
                            || regexp_replace(eventodb_store.object_prefix(k.namespace), 'messages/$', '') AS folder
          FROM known k WHERE k.namespace <> _namespace AND k.store_url IS NOT NULL
    )
    SELECT min(f.namespace)
      FROM folders f, unnest(ARRAY['messages/', 'holds/', 'drills/']) AS p(part)
     WHERE starts_with(f.folder, regexp_replace(_store, '/+$', '') || '/'
                                 || regexp_replace(eventodb_store.object_prefix(_namespace), 'messages/$', '') || p.part)
       AND eventodb_store.session_may('archive', _namespace)
$$;
