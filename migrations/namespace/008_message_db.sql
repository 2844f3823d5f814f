-- What Message DB's clients may count on and did not find, and a batch in one call.

-- Conditions name columns as Message DB's documentation does: bare, or as messages' own; the time is UTC's, without a zone,
-- as in what is returned.
CREATE OR REPLACE FUNCTION {{schema}}.sql_condition(condition varchar) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF condition IS NULL THEN
        RETURN '';
    END IF;
    IF coalesce(current_setting('message_store.sql_condition', true), 'off') <> 'on' THEN
        RAISE EXCEPTION 'Retrieval with SQL condition is not activated';
    END IF;
    RETURN ' AND EXISTS (SELECT FROM (SELECT m.id, m.stream_name, m."type", m."position", m.global_position, m.data, m.metadata,'
        || ' (m."time" AT TIME ZONE ''UTC'') AS "time") AS messages WHERE (' || condition || '))';
END $$;

-- The Message DB whose functions these are.
CREATE OR REPLACE FUNCTION {{schema}}.message_store_version() RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '1.3.0'::varchar;

-- append_message for messages of one stream, all or none, in one round trip. A batch that is written again as a whole
-- keeps its first place; one of which a part is known is refused.
CREATE FUNCTION {{schema}}.append_messages(
    stream_name varchar, ids uuid[], types varchar[], data jsonb[], metadata jsonb[], expected_version bigint DEFAULT NULL,
    OUT first_position bigint, OUT global_positions bigint[], OUT is_new boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _n bigint := cardinality(ids);
    _seen record;
BEGIN
    IF coalesce(append_messages.stream_name, '') = '' THEN
        RAISE EXCEPTION 'stream name must not be empty' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF coalesce(_n, 0) = 0 OR (cardinality(types) = _n AND cardinality(append_messages.data) = _n
                               AND cardinality(append_messages.metadata) = _n) IS NOT TRUE
    THEN
        RAISE EXCEPTION 'a batch has at least one message, and as many types, data and metadata as ids'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- As append_message does, in the same order.
    LOCK TABLE ONLY {{schema}}.messages IN ROW EXCLUSIVE MODE;
    PERFORM {{schema}}.acquire_lock(append_messages.stream_name);

    SELECT count(*) AS n, min(m.id::text) AS id, min(m."position") AS first_position,
           array_agg(m.global_position ORDER BY b.nth) AS global_positions,
           count(DISTINCT m."position" - b.nth) = 1
           AND bool_and(m.stream_name = append_messages.stream_name AND m."type" = b."type"
                        AND m.data IS NOT DISTINCT FROM b.data AND m.metadata IS NOT DISTINCT FROM b.metadata) AS same
      INTO _seen
      FROM unnest(ids, types, append_messages.data, append_messages.metadata)
           WITH ORDINALITY AS b(id, "type", data, metadata, nth)
      JOIN {{schema}}.messages m ON m.id = b.id AND m."time" > now() - interval '7 days';
    IF _seen.n = _n AND _seen.same THEN
        first_position := _seen.first_position;
        global_positions := _seen.global_positions;
        is_new := false;
        RETURN;
    ELSIF _seen.n > 0 THEN
        RAISE EXCEPTION 'id % was used for another message, or a part of the batch was written before', _seen.id
            USING ERRCODE = 'unique_violation';
    END IF;

    SELECT array_agg(nextval('{{schema_text}}.messages_global_position_seq')) INTO global_positions
      FROM generate_series(1, _n);
    INSERT INTO {{schema}}.heads AS h (stream_name, "position", global_position, "time", first_time, last_time, messages)
    VALUES (append_messages.stream_name, _n - 1, global_positions[_n], now(), now(), now(), _n)
    ON CONFLICT ON CONSTRAINT heads_pkey DO UPDATE
       SET "position" = h."position" + _n, global_position = excluded.global_position, "time" = excluded."time",
           first_time = least(h.first_time, excluded."time"), last_time = greatest(h.last_time, excluded."time"),
           messages = h.messages + _n
    RETURNING h."position" - _n + 1 INTO first_position;

    IF append_messages.expected_version <> first_position - 1 THEN
        RAISE EXCEPTION 'Wrong expected version: % (Stream: %, Stream Version: %)',
            append_messages.expected_version, append_messages.stream_name, first_position - 1
            USING ERRCODE = 'P0003';
    END IF;

    PERFORM set_config('eventodb.heads_kept', 'on', true);
    INSERT INTO {{schema}}.messages ("time", global_position, "position", stream_name, "type", data, metadata, id)
    SELECT now(), b.global_position, first_position + b.nth - 1, append_messages.stream_name, b."type", b.data, b.metadata, b.id
      FROM unnest(global_positions, ids, types, append_messages.data, append_messages.metadata)
           WITH ORDINALITY AS b(global_position, id, "type", data, metadata, nth);
    PERFORM set_config('eventodb.heads_kept', '', true);
    IF clock_timestamp() > now() + interval '10 minutes' THEN
        PERFORM {{schema}}.count_again(now(), now());
    END IF;
    is_new := true;
END $$;

-- Whoever may write one message may write several.
REVOKE EXECUTE ON FUNCTION {{schema}}.append_messages FROM PUBLIC;
DO $$
DECLARE
    _grantee text;
BEGIN
    FOR _grantee IN
        SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
          FROM pg_proc p, aclexplode(p.proacl) a
         WHERE p.oid = '{{schema_text}}.append_message'::regproc AND a.privilege_type = 'EXECUTE' AND a.grantee <> p.proowner
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION {{schema_format}}.append_messages TO %s', _grantee);
    END LOOP;
END $$;
