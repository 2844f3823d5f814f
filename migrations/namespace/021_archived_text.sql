-- Pages of archived messages as text: the functions give data and metadata as text, and the far end has them as text. By the
-- table of archived messages each is made into jsonb and back, which takes longer than all the rest.

-- Makes the second foreign table beside that of archived messages, where that is there. Whoever may read messages may read it.
CREATE FUNCTION {{schema}}.make_archived_text() RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _server name := (SELECT s.srvname FROM pg_foreign_table t JOIN pg_foreign_server s ON s.oid = t.ftserver
                      WHERE t.ftrelid = to_regclass('{{schema_text}}.archived'));
    _grantee text;
BEGIN
    IF _server IS NULL OR to_regclass('{{schema_text}}.archived_text') IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE FOREIGN TABLE {{schema_format}}.archived_text (
             "time" timestamptz NOT NULL, global_position bigint NOT NULL, "position" bigint NOT NULL,
             stream_name text COLLATE "C" NOT NULL, "type" text NOT NULL, data text, metadata text, id text NOT NULL)
         SERVER %I OPTIONS (schema_name %L, table_name ''messages'')',
        _server, (SELECT n.nspname FROM pg_namespace n WHERE n.oid = '{{schema_text}}'::regnamespace));
    FOR _grantee IN
        SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
          FROM pg_class c, aclexplode(c.relacl) a
         WHERE c.oid = '{{schema_text}}.messages'::regclass AND a.privilege_type = 'SELECT' AND a.grantee <> c.relowner
    LOOP
        EXECUTE format('GRANT SELECT ON {{schema_format}}.archived_text TO %s', _grantee);
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    -- The server is another role's. Pages come by the other table then.
    NULL;
END $$;

REVOKE EXECUTE ON FUNCTION {{schema}}.make_archived_text() FROM PUBLIC;

-- As before; readers of either table are kept away.
CREATE OR REPLACE FUNCTION {{schema}}.announce_return() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM {{schema}}.returned r WHERE r.xid = pg_current_xact_id()) THEN
        RETURN;
    END IF;
    IF {{schema}}.is_served() THEN
        -- LOCK TABLE is for other tables. This takes ACCESS EXCLUSIVE, and leaves the option as it is.
        ALTER FOREIGN TABLE {{schema}}.archived OPTIONS (SET table_name 'messages');
    END IF;
    IF to_regclass('{{schema_text}}.archived_text') IS NOT NULL THEN
        ALTER FOREIGN TABLE {{schema}}.archived_text OPTIONS (SET table_name 'messages');
    END IF;
    DELETE FROM {{schema}}.returned r
     WHERE r.xid IN (SELECT o.xid FROM {{schema}}.returned o WHERE o.xid < pg_current_xact_id() FOR UPDATE SKIP LOCKED);
    INSERT INTO {{schema}}.returned (xid) VALUES (pg_current_xact_id());
END $$;

-- Whether whoever asks reads pages as text. A policy on rows of the messages holds for the table of archived ones alone, which
-- is a part of them.
CREATE FUNCTION {{schema}}.reads_archived_text() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pg_foreign_table t JOIN pg_foreign_table a ON a.ftserver = t.ftserver
                    WHERE t.ftrelid = to_regclass('{{schema_text}}.archived_text') AND a.ftrelid = to_regclass('{{schema_text}}.archived')
                      AND has_table_privilege(t.ftrelid, 'SELECT'))
           AND NOT row_security_active('{{schema_text}}.messages'::regclass)
$$;

-- Live and archived messages of a stream, between two positions.
CREATE FUNCTION {{schema}}.archived_stream_text(
    stream_name varchar, _from bigint, _to bigint, _limit bigint, _first_time timestamptz, _last_time timestamptz)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_sort = off AS $$
DECLARE
    -- A column's collation of its own is not sent.
    _stream text COLLATE "default" := stream_name;
BEGIN
    RETURN QUERY
        SELECT u.id::varchar, u.stream_name::varchar, u."type"::varchar, u."position", u.global_position,
               u.data::varchar, u.metadata::varchar, timezone(interval '0', u."time")
          FROM ((SELECT m.id::text, m.stream_name, m."type", m."position", m.global_position, m.data::text, m.metadata::text, m."time"
                   FROM {{schema}}.messages m
                  WHERE m.stream_name = _stream AND m."position" BETWEEN _from AND _to
                    AND m."time" BETWEEN _first_time AND _last_time
                  ORDER BY m."position" LIMIT _limit)
                UNION ALL
                (SELECT a.id, a.stream_name, a."type", a."position", a.global_position, a.data, a.metadata, a."time"
                   FROM {{schema}}.archived_text a
                  WHERE a.stream_name = _stream AND a."position" BETWEEN _from AND _to
                    AND a."time" BETWEEN _first_time AND _last_time
                  ORDER BY a."position" LIMIT _limit)) u
         ORDER BY u."position" LIMIT _limit;
END $$;

-- Live and archived messages of a category (any, where it is empty), from a global position on.
CREATE FUNCTION {{schema}}.archived_category_text(
    category varchar, _at bigint, _limit bigint, consumer_group_member bigint, consumer_group_size bigint)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET random_page_cost = 0.1 SET enable_sort = off AS $$
DECLARE
    _category text COLLATE "default" := category;
BEGIN
    IF category = '' THEN
        RETURN QUERY
            SELECT u.id::varchar, u.stream_name::varchar, u."type"::varchar, u."position", u.global_position,
                   u.data::varchar, u.metadata::varchar, timezone(interval '0', u."time")
              FROM ((SELECT m.id::text, m.stream_name, m."type", m."position", m.global_position, m.data::text, m.metadata::text, m."time"
                       FROM {{schema}}.messages m
                      WHERE m.global_position >= _at
                        AND (consumer_group_size IS NULL
                             OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(m.stream_name))), consumer_group_size) = consumer_group_member)
                      ORDER BY m.global_position LIMIT _limit)
                    UNION ALL
                    (SELECT a.id, a.stream_name, a."type", a."position", a.global_position, a.data, a.metadata, a."time"
                       FROM {{schema}}.archived_text a
                      WHERE a.global_position >= _at
                        AND (consumer_group_size IS NULL
                             OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(a.stream_name))), consumer_group_size) = consumer_group_member)
                      ORDER BY a.global_position LIMIT _limit)) u
             ORDER BY u.global_position LIMIT _limit;
        RETURN;
    END IF;
    RETURN QUERY
        SELECT u.id::varchar, u.stream_name::varchar, u."type"::varchar, u."position", u.global_position,
               u.data::varchar, u.metadata::varchar, timezone(interval '0', u."time")
          FROM ((SELECT m.id::text, m.stream_name, m."type", m."position", m.global_position, m.data::text, m.metadata::text, m."time"
                   FROM {{schema}}.messages m
                  -- The range of names says the same as the first condition, in a form that compressed batches are skipped by.
                  WHERE split_part(m.stream_name, '-', 1) = _category
                    AND m.stream_name COLLATE "C" >= _category AND m.stream_name COLLATE "C" < _category || '.'
                    AND m.global_position >= _at
                    AND (consumer_group_size IS NULL
                         OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(m.stream_name))), consumer_group_size) = consumer_group_member)
                  ORDER BY m.global_position LIMIT _limit)
                UNION ALL
                (SELECT a.id, a.stream_name, a."type", a."position", a.global_position, a.data, a.metadata, a."time"
                   FROM {{schema}}.archived_text a
                  WHERE split_part(a.stream_name, '-', 1) = _category AND a.global_position >= _at
                    AND (consumer_group_size IS NULL
                         OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(a.stream_name))), consumer_group_size) = consumer_group_member)
                  ORDER BY a.global_position LIMIT _limit)) u
         ORDER BY u.global_position LIMIT _limit;
END $$;

-- As before, and as text where that may be.
CREATE OR REPLACE FUNCTION {{schema}}.archived_stream_page(
    stream_name varchar, _from bigint, _limit bigint, condition varchar, _last bigint, _first_time timestamptz, _last_time timestamptz)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_sort = off AS $$
DECLARE
    _stream text COLLATE "default" := stream_name;
    -- Positions have no gaps but those that were imported: the far end is asked for so many at first.
    _end bigint := CASE WHEN _limit - 1 < _last - _from THEN _from + _limit - 1 ELSE 9223372036854775807 END;
    _rows bigint;
BEGIN
    PERFORM {{schema}}.require_served();
    IF condition IS NOT NULL THEN
        RETURN QUERY EXECUTE format(
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, timezone(interval ''0'', m."time")
               FROM {{schema_format}}.messages m
              WHERE m.stream_name = $1 AND m."position" >= $2 AND m."time" BETWEEN $4 AND $5 %s
              ORDER BY m."position" LIMIT $3', {{schema}}.sql_condition(condition))
        USING stream_name, _from, _limit, _first_time, _last_time;
        RETURN;
    END IF;
    IF {{schema}}.reads_archived_text() THEN
        RETURN QUERY SELECT * FROM {{schema}}.archived_stream_text(stream_name, _from, _end, _limit, _first_time, _last_time);
        GET DIAGNOSTICS _rows = ROW_COUNT;
        IF _end < _last AND _rows < _limit THEN
            RETURN QUERY SELECT * FROM {{schema}}.archived_stream_text(
                stream_name, _end + 1, 9223372036854775807, _limit - _rows, _first_time, _last_time);
        END IF;
        RETURN;
    END IF;
    RETURN QUERY
        SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
               m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
          FROM {{schema}}.messages m
         WHERE m.stream_name = _stream AND m."position" BETWEEN _from AND _end
           AND m."time" BETWEEN _first_time AND _last_time
         ORDER BY m."position" LIMIT _limit;
    GET DIAGNOSTICS _rows = ROW_COUNT;
    IF _end < _last AND _rows < _limit THEN
        RETURN QUERY
            SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                   m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
              FROM {{schema}}.messages m
             WHERE m.stream_name = _stream AND m."position" > _end
               AND m."time" BETWEEN _first_time AND _last_time
             ORDER BY m."position" LIMIT _limit - _rows;
    END IF;
END $$;

-- As before, and as text where that may be.
CREATE OR REPLACE FUNCTION {{schema}}.archived_category_page(
    category varchar, _at bigint, _limit bigint, correlation varchar,
    consumer_group_member bigint, consumer_group_size bigint, condition varchar)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET random_page_cost = 0.1 SET enable_sort = off AS $$
DECLARE
    _category text COLLATE "default" := category;
    _where text := '';
BEGIN
    PERFORM {{schema}}.require_served();
    IF correlation IS NOT NULL OR condition IS NOT NULL THEN
        IF category <> '' THEN
            _where := ' AND split_part(m.stream_name, ''-'', 1) = $1 AND m.stream_name COLLATE "C" >= $1'
                   || ' AND m.stream_name COLLATE "C" < $1 || ''.''';
        END IF;
        IF correlation IS NOT NULL THEN
            _where := _where || ' AND split_part(m.metadata->>''correlationStreamName'', ''-'', 1) = $4';
        END IF;
        IF consumer_group_size IS NOT NULL THEN
            _where := _where || ' AND mod(abs({{schema_text}}.hash_64({{schema_text}}.cardinal_id(m.stream_name))), $6) = $5';
        END IF;
        RETURN QUERY EXECUTE format(
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, timezone(interval ''0'', m."time")
               FROM {{schema_format}}.messages m
              WHERE m.global_position >= $2 %s %s
              ORDER BY m.global_position LIMIT $3', _where, {{schema}}.sql_condition(condition))
        USING category, _at, _limit, correlation, consumer_group_member, consumer_group_size;
    ELSIF {{schema}}.reads_archived_text() THEN
        RETURN QUERY SELECT * FROM {{schema}}.archived_category_text(category, _at, _limit, consumer_group_member, consumer_group_size);
    ELSIF category = '' THEN
        RETURN QUERY
            SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                   m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
              FROM {{schema}}.messages m
             WHERE m.global_position >= _at
               AND (consumer_group_size IS NULL
                    OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(m.stream_name))), consumer_group_size) = consumer_group_member)
             ORDER BY m.global_position LIMIT _limit;
    ELSE
        RETURN QUERY
            SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                   m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
              FROM {{schema}}.messages m
             WHERE split_part(m.stream_name, '-', 1) = _category
               AND m.stream_name COLLATE "C" >= _category
               AND m.stream_name COLLATE "C" < _category || '.'
               AND m.global_position >= _at
               AND (consumer_group_size IS NULL
                    OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(m.stream_name))), consumer_group_size) = consumer_group_member)
             ORDER BY m.global_position LIMIT _limit;
    END IF;
END $$;

DO $$
BEGIN
    IF current_setting('timescaledb.enable_tiered_reads', true) IS NULL THEN
        RETURN;
    END IF;
    ALTER FUNCTION {{schema}}.archived_stream_page SET timescaledb.enable_tiered_reads = on;
    ALTER FUNCTION {{schema}}.archived_category_page SET timescaledb.enable_tiered_reads = on;
    -- These ask for what is archived by themselves.
    ALTER FUNCTION {{schema}}.archived_stream_text SET timescaledb.enable_tiered_reads = off;
    ALTER FUNCTION {{schema}}.archived_category_text SET timescaledb.enable_tiered_reads = off;
END $$;

-- Whoever may call the one may call the other.
DO $$
DECLARE
    _function text;
    _grantee text;
BEGIN
    FOREACH _function IN ARRAY ARRAY['reads_archived_text', 'archived_stream_text', 'archived_category_text'] LOOP
        IF EXISTS (SELECT FROM pg_proc p WHERE p.oid = '{{schema_text}}.get_category_messages'::regproc AND p.proacl IS NOT NULL) THEN
            EXECUTE format('REVOKE EXECUTE ON FUNCTION {{schema_format}}.%I FROM PUBLIC', _function);
        END IF;
        FOR _grantee IN
            SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
              FROM pg_proc p, aclexplode(p.proacl) a
             WHERE p.oid = '{{schema_text}}.get_category_messages'::regproc AND a.privilege_type = 'EXECUTE' AND a.grantee <> p.proowner
        LOOP
            EXECUTE format('GRANT EXECUTE ON FUNCTION {{schema_format}}.%I TO %s', _function, _grantee);
        END LOOP;
    END LOOP;
END $$;

-- A namespace whose archived messages are served already.
SELECT {{schema}}.make_archived_text();
