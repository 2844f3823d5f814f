-- Rights on one namespace are rights on its rows alone. Roles are given rights on these tables, which have rows of every
-- namespace: policies on rows say which of them a role sees and changes. They hold for grants of earlier versions, too. The
-- owner of these tables and superusers are not held by them.

-- Whether a role may read a namespace ('read'), archive its chunks ('archive'), or has its owner's rights ('own'), told by
-- its rights on the namespace's own schema and messages. Of a namespace that is not registered, or whose schema is gone,
-- only the tables' owner may know. Whoever asks need not read the registry: it runs as its owner, and is asked about a role.
CREATE FUNCTION eventodb_store.may(_role name, _right text, _namespace text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _schema oid;
    _owner oid;
    _messages oid;
BEGIN
    SELECT s.oid, s.nspowner, c.oid INTO _schema, _owner, _messages
      FROM eventodb_store.namespaces n
      JOIN pg_namespace s ON s.nspname = n.schema_name
      LEFT JOIN pg_class c ON c.relnamespace = s.oid AND c.relname = 'messages'
     WHERE n.id = _namespace;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF pg_has_role(_role, _owner, 'USAGE') THEN
        RETURN true;
    END IF;
    IF _messages IS NULL OR _right = 'own' OR NOT has_schema_privilege(_role, _schema, 'USAGE')
       OR NOT has_any_column_privilege(_role, _messages, 'SELECT')
    THEN
        RETURN false;
    END IF;
    RETURN CASE _right
        WHEN 'read' THEN true
        WHEN 'archive' THEN has_table_privilege(_role, _messages, 'INSERT') AND has_table_privilege(_role, _messages, 'DELETE')
        ELSE false END;
END $$;

ALTER TABLE eventodb_store.archives ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON eventodb_store.archives FOR SELECT
    USING (eventodb_store.may(CURRENT_USER, 'read', namespace));
CREATE POLICY entering ON eventodb_store.archives FOR INSERT
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'archive', namespace));
CREATE POLICY changing ON eventodb_store.archives FOR UPDATE
    USING (eventodb_store.may(CURRENT_USER, 'archive', namespace))
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'archive', namespace));
-- Nobody but its owner deletes from the ledger.

ALTER TABLE eventodb_store.claims ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON eventodb_store.claims FOR SELECT
    USING (eventodb_store.may(CURRENT_USER, 'read', namespace));
CREATE POLICY entering ON eventodb_store.claims FOR INSERT
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'archive', namespace));
CREATE POLICY changing ON eventodb_store.claims FOR UPDATE
    USING (eventodb_store.may(CURRENT_USER, 'archive', namespace))
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'archive', namespace));

ALTER TABLE eventodb_store.policies ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON eventodb_store.policies FOR SELECT
    USING (eventodb_store.may(CURRENT_USER, 'read', namespace));
CREATE POLICY entering ON eventodb_store.policies FOR INSERT
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'own', namespace));
-- A run that archives notes how it went: its role has rights on those columns alone.
CREATE POLICY changing ON eventodb_store.policies FOR UPDATE
    USING (eventodb_store.may(CURRENT_USER, 'archive', namespace))
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'archive', namespace));
CREATE POLICY removing ON eventodb_store.policies FOR DELETE
    USING (eventodb_store.may(CURRENT_USER, 'own', namespace));

-- The record of erasures is added to, and never taken from.
ALTER TABLE eventodb_store.erasures ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON eventodb_store.erasures FOR SELECT
    USING (eventodb_store.may(CURRENT_USER, 'read', namespace));
CREATE POLICY entering ON eventodb_store.erasures FOR INSERT
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'own', namespace));
CREATE POLICY changing ON eventodb_store.erasures FOR UPDATE
    USING (eventodb_store.may(CURRENT_USER, 'own', namespace))
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'own', namespace));

-- No role but the owner is given rights on these: whoever was, by hand, has them on namespaces of their own.
ALTER TABLE eventodb_store.migrations ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON eventodb_store.migrations
    USING (eventodb_store.may(CURRENT_USER, 'own', namespace))
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'own', namespace));
ALTER TABLE eventodb_store.migration_ranges ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON eventodb_store.migration_ranges
    USING (EXISTS (SELECT FROM eventodb_store.migrations m WHERE m.id = migration))
    WITH CHECK (EXISTS (SELECT FROM eventodb_store.migrations m WHERE m.id = migration));

-- The registry is EventoDB's as well, whose server reads all of it: it has no policies. But who a namespace belongs to, and
-- with which token it is used, is changed by the owner of its schema alone, and by the registry's.
CREATE FUNCTION eventodb_store.namespaces_check_rights() RETURNS trigger
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
    END IF;
    RETURN NEW;
END $$;

-- Where EventoDB's server made the registry, and this role may not hang a trigger on it, `doctor` says so.
DO $$
BEGIN
    IF has_table_privilege('eventodb_store.namespaces', 'TRIGGER') THEN
        CREATE TRIGGER namespaces_check_rights BEFORE INSERT OR UPDATE OR DELETE ON eventodb_store.namespaces
            FOR EACH ROW EXECUTE FUNCTION eventodb_store.namespaces_check_rights();
    END IF;
END $$;

-- Before objects are deleted, the rows of every namespace are asked whether one counts on them: these two see all rows, and
-- tell no more than that. The first one: kept archives, or ones under way, that name one of these objects.
CREATE FUNCTION eventodb_store.archive_in_use(_id bigint, _keys text[], _stem text)
RETURNS TABLE (id bigint, namespace text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.id, a.namespace FROM eventodb_store.archives a
     WHERE a.id <> _id AND a.state IN ('planned', 'exported', 'uploaded', 'verified', 'dropped', 'rehydrated')
       AND (a.object_key = ANY (_keys) OR a.manifest_key = ANY (_keys) OR a.heads_key = ANY (_keys)
            OR starts_with(a.object_key, _stem || '.') OR starts_with(a.manifest_key, _stem || '.'))
     ORDER BY a.id LIMIT 1
$$;

-- Rows of a namespace that give objects up which another row, of any namespace, names and counts on.
CREATE FUNCTION eventodb_store.archives_claimed_twice(_namespace text)
RETURNS TABLE (id bigint, by bigint, namespace text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.id, k.id, k.namespace
      FROM eventodb_store.archives i
      JOIN eventodb_store.archives k USING (object_key)
     WHERE i.namespace = _namespace AND i.state IN ('failed', 'expired') AND i.objects <> 'deleted' AND k.id <> i.id
       AND k.state IN ('planned', 'exported', 'uploaded', 'verified', 'dropped', 'rehydrated')
    UNION
    SELECT i.id, k.id, k.namespace
      FROM eventodb_store.archives i
      JOIN eventodb_store.archives k USING (manifest_key)
     WHERE i.namespace = _namespace AND i.state IN ('failed', 'expired') AND i.objects <> 'deleted' AND k.id <> i.id
       AND k.state IN ('planned', 'exported', 'uploaded', 'verified', 'dropped', 'rehydrated')
    UNION
    SELECT i.id, k.id, k.namespace
      FROM eventodb_store.archives i
      JOIN eventodb_store.archives k USING (heads_key)
     WHERE i.namespace = _namespace AND i.state IN ('failed', 'expired') AND i.objects <> 'deleted' AND k.id <> i.id
       AND k.state IN ('planned', 'exported', 'uploaded', 'verified', 'dropped', 'rehydrated')
$$;
