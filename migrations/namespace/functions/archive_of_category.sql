-- The archive with the first message of a category (any, where it is empty) at or after a global position, and where that
-- message lies at the earliest: by the figures kept of it, else by what the ledger says of the whole archive. With
-- _or_since also what came back since that time.
CREATE OR REPLACE FUNCTION {{schema}}.archive_of_category(
    _category text, _from bigint, _or_since timestamptz, OUT archive_id bigint, OUT global_position bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _archive record;
    _at bigint;
BEGIN
    FOR _archive IN
        SELECT a.id, a.first_global_position, c.id AS counted_id
          FROM eventodb_store.archives a
          LEFT JOIN {{schema}}.counted c ON c.archive_id = a.id
         WHERE a.namespace = {{namespace_text}}
           AND (a.state = 'dropped' OR a.state = 'rehydrated' AND a.rehydrated_at >= _or_since)
           AND a.last_global_position >= _from
           AND (_category = '' OR a.category_counts IS NULL OR a.category_counts ? _category)
         ORDER BY a.first_global_position
    LOOP
        EXIT WHEN _archive.first_global_position >= global_position;
        IF _archive.counted_id IS NULL THEN
            _at := greatest(_archive.first_global_position, _from);
        ELSIF _category = '' THEN
            SELECT min(greatest(d.first_global_position, _from)) INTO _at FROM {{schema}}.counts d
             WHERE d.counted_id = _archive.counted_id AND d.last_global_position >= _from;
        ELSE
            SELECT min(greatest(d.first_global_position, _from)) INTO _at FROM {{schema}}.counts d
             WHERE d.counted_id = _archive.counted_id AND d.last_global_position >= _from
               AND "left"(d.category, 100) = "left"(_category, 100) COLLATE "C" AND d.category = _category COLLATE "C";
        END IF;
        IF _at < coalesce(global_position, 9223372036854775807) THEN
            archive_id := _archive.id;
            global_position := _at;
        END IF;
    END LOOP;
END $$;
