-- What the functions of a hypertable have: a horizon for whoever reads all categories, and Message DB's SQLSTATE.

CREATE OR REPLACE FUNCTION {{schema}}.write_message(
    _id varchar, _stream_name varchar, _type varchar, _data jsonb,
    _metadata jsonb DEFAULT NULL, _expected_version bigint DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    _version bigint;
BEGIN
    PERFORM {{schema}}.acquire_lock(_stream_name);
    -- A statement of its own, after the lock: it sees what the last holder wrote.
    _version := {{schema}}.stream_version(_stream_name);
    IF _expected_version <> _version THEN
        -- EventoDB's server and Message DB's clients match on this text, and some of them rescue P0001 alone.
        RAISE EXCEPTION 'Wrong expected version: % (Stream: %, Stream Version: %)',
            _expected_version, _stream_name, _version
            USING ERRCODE = 'raise_exception', CONSTRAINT = 'expected_version';
    END IF;
    INSERT INTO {{schema}}.messages (id, stream_name, "type", "position", data, metadata)
    VALUES (_id::uuid, _stream_name, _type, _version + 1, _data, _metadata);
    RETURN _version + 1;
END $$;

CREATE OR REPLACE FUNCTION {{schema}}.is_category(stream_name varchar) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(strpos(stream_name, '-') = 0, true)
$$;

ALTER FUNCTION {{schema}}.get_stream_messages(varchar, bigint, bigint, varchar) VOLATILE;
ALTER FUNCTION {{schema}}.get_last_stream_message(varchar, varchar) VOLATILE;
ALTER FUNCTION {{schema}}.stream_version(varchar) VOLATILE;

-- For whoever reads all categories: all messages up to this global position are there, or never will be. It has to be asked in
-- a statement before the one that reads, and of no use is it to a transaction whose snapshot is older. A writer takes its global
-- position while it holds the table's lock: so what was given out is looked at first, and then those who write are waited for.
-- Where one stays, it is the position before the first one that is missing from _from on.
CREATE FUNCTION {{schema}}.global_horizon(_from bigint DEFAULT 1, _patience interval DEFAULT '100 milliseconds') RETURNS bigint
-- As the owner: readers have no right on sequences.
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _messages CONSTANT oid := '{{schema_text}}.messages'::regclass;
    _last bigint := greatest(coalesce(pg_sequence_last_value('{{schema_text}}.messages_global_position_seq'), 0),
                             (SELECT max(m.global_position) FROM {{schema}}.messages m));
    _end timestamptz := clock_timestamp() + _patience;
    _writers text[];
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'the horizon is newer than the snapshot of this transaction'
            USING ERRCODE = 'active_sql_transaction', HINT = 'Ask for it in a READ COMMITTED transaction, and read after that.';
    END IF;
    LOOP
        SELECT array_agg(DISTINCT l.virtualtransaction) INTO _writers
          FROM pg_locks l
         WHERE l.locktype = 'relation' AND l.relation = _messages AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
           AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
           AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
           AND (_writers IS NULL OR l.virtualtransaction = ANY (_writers));
        IF _writers IS NULL THEN
            RETURN _last;
        END IF;
        EXIT WHEN clock_timestamp() >= _end;
        PERFORM pg_sleep(0.002);
    END LOOP;
    RETURN (SELECT coalesce(max(n.global_position), _from - 1)
              FROM (SELECT m.global_position, row_number() OVER (ORDER BY m.global_position) AS nth
                      FROM {{schema}}.messages m WHERE m.global_position >= _from
                     ORDER BY m.global_position LIMIT 10000) n
             WHERE n.global_position = _from - 1 + n.nth AND n.global_position <= _last);
END $$;

-- As before, and of all categories up to the horizon.
CREATE OR REPLACE FUNCTION {{schema}}.get_category_messages(
    _category_name varchar, _position bigint DEFAULT 1, _batch_size bigint DEFAULT 1000,
    _correlation varchar DEFAULT NULL, _consumer_group_member bigint DEFAULT NULL,
    _consumer_group_size bigint DEFAULT NULL, _condition varchar DEFAULT NULL)
RETURNS TABLE (id uuid, stream_name varchar, "type" varchar, "position" bigint, global_position bigint,
               data jsonb, metadata jsonb, "time" timestamp)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _where text := '';
    _to bigint;
BEGIN
    IF strpos(_category_name, '-') > 0 THEN
        RAISE EXCEPTION 'Must be a category: %', _category_name;
    END IF;
    IF coalesce(_category_name, '') <> '' THEN
        _where := ' AND split_part(messages.stream_name, ''-'', 1) = $1';
    ELSIF current_setting('transaction_isolation') IN ('read committed', 'read uncommitted') THEN
        -- Positions rise in the order of commits within a category only. The page is read by a snapshot that is newer.
        _to := {{schema}}.global_horizon(coalesce(_position, 1));
        _where := ' AND messages.global_position <= $7';
    END IF;
    IF _correlation IS NOT NULL THEN
        IF strpos(_correlation, '-') > 0 THEN
            RAISE EXCEPTION 'Correlation must be a category (Correlation: %)', _correlation;
        END IF;
        _where := _where || ' AND split_part(messages.metadata->>''correlationStreamName'', ''-'', 1) = $4';
    END IF;
    IF (_consumer_group_member IS NULL) <> (_consumer_group_size IS NULL) THEN
        RAISE EXCEPTION 'Consumer group member and size must be specified (Consumer Group Member: %, Consumer Group Size: %)',
            _consumer_group_member, _consumer_group_size;
    END IF;
    IF _consumer_group_size IS NOT NULL THEN
        IF _consumer_group_size < 1 THEN
            RAISE EXCEPTION 'Consumer group size must not be less than 1 (Consumer Group Member: %, Consumer Group Size: %)',
                _consumer_group_member, _consumer_group_size;
        ELSIF _consumer_group_member < 0 THEN
            RAISE EXCEPTION 'Consumer group member must not be less than 0 (Consumer Group Member: %, Consumer Group Size: %)',
                _consumer_group_member, _consumer_group_size;
        ELSIF _consumer_group_member >= _consumer_group_size THEN
            RAISE EXCEPTION 'Consumer group member must be less than the group size (Consumer Group Member: %, Consumer Group Size: %)',
                _consumer_group_member, _consumer_group_size;
        END IF;
        _where := _where
            || ' AND mod(abs({{schema_text}}.hash_64({{schema_text}}.cardinal_id(messages.stream_name))), $6) = $5';
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT messages.id, messages.stream_name, messages."type", messages."position", messages.global_position,
                messages.data, messages.metadata, messages."time"
           FROM {{schema_format}}.messages
          WHERE messages.global_position >= $2 %s %s
          ORDER BY messages.global_position LIMIT $3', _where, {{schema}}.sql_condition(_condition))
    USING _category_name, coalesce(_position, 1), nullif(coalesce(_batch_size, 1000), -1), _correlation,
          _consumer_group_member, _consumer_group_size, _to;
END $$;
